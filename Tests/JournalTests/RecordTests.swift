import Book
import Containers
import Journal
import Orders
import Testing
import Units

@Suite("Journal records", .timeLimit(.minutes(3)))
struct RecordTests {
    @Test("the file is what the format's description says, byte for byte", arguments: 0..<20)
    func twin(_ seed: UInt64) throws {
        let directory = try TemporaryDirectory()
        var random = RandomRecords(seed: seed)
        let records = random.each() + (0..<30).map { _ in random.any() }
        try writeJournal(records, in: directory)
        let file = try contents(directory.files[0])
        var expected: [UInt8] = []
        for (i, record) in records.enumerated() { expected += record.bytes(UInt64(i + 1)) }
        #expect(Array(file[64...]) == expected, "seed \(seed)")
        var header = Array("SLUICEJ\n".utf8) + PlainRecord.little(UInt32(2))
        header += PlainRecord.little(UInt32(64)) + Array("recorded".utf8)
        header += [UInt8](repeating: 0, count: 8) + PlainRecord.little(Int64(1_000))
        header += [UInt8](repeating: 0, count: 4) + PlainRecord.little(UInt32((1 << 20) / 4_096))
        header += [UInt8](repeating: 0, count: 12)
        header += PlainRecord.little(PlainRecord.crc32c(header))
        #expect(Array(file[..<64]) == header)
    }

    @Test("what is read is what was written", arguments: 0..<20)
    func roundTrip(_ seed: UInt64) throws {
        let directory = try TemporaryDirectory()
        var random = RandomRecords(seed: seed)
        let records = random.each() + (0..<30).map { _ in random.any() }
        try writeJournal(records, in: directory)
        var reader = try JournalReader(directory.path)
        for (i, record) in records.enumerated() {
            let next = try reader.next()
            let entry = try #require(next)
            #expect(entry.number == UInt64(i + 1) && entry.now.count == record.now)
            #expect(entry.isObservedOnly == record.isObservedOnly)
            expectEqual(entry.record, record)
        }
        let last = try reader.next()
        #expect(last == nil)
    }

    @Test("numbers beyond the format's bounds are damage, with the record's place")
    func bounds() throws {
        let child = ChildID(parent: ParentID(0), number: 0)
        let level = [LevelChange(ticks: 1 << 61, lots: 1)]
        let forged: [PlainRecord.Body] = [
            .depth(.snapshot, sequence: 1, bids: level, asks: []),
            .depth(.snapshot, sequence: 1, bids: [], asks: [LevelChange(ticks: 5, lots: -1)]),
            .command(
                .amend(
                    AmendOrder(
                        child: child,
                        instrument: InstrumentID(0),
                        price: Price(ticks: 1),
                        quantity: Quantity(lots: 1 << 51)
                    )
                )
            ),
            .account(CodedEvent(code: 7, index: 0, first: .max, second: 0)),
        ]
        for body in forged {
            let directory = try TemporaryDirectory()
            let session = RandomRecords.session
            let first = PlainRecord(now: 1, body: .session(session), isObservedOnly: false)
            try writeJournal(
                [first, PlainRecord(now: 2, body: body, isObservedOnly: false)],
                in: directory
            )
            var reader = try JournalReader(directory.path)
            _ = try reader.next()
            #expect(throws: JournalError.self) { _ = try reader.next() }
        }
    }

    private func expectEqual(_ read: JournalRecord, _ written: PlainRecord) {
        switch (read, written.body) {
        case (.timer, .timer), (.close, .close): break
        case (.session(let a), .session(let b)): #expect("\(a)" == "\(b)")
        case (.accept(let a, let plan), .accept(let b, let bytes)):
            #expect(a == b && Array(plan) == bytes)
        case (.market(.depth(let a)), .depth(let kind, let sequence, let bids, let asks)):
            #expect(a.kind == kind && a.sequence == sequence && a.depth == 50)
            #expect(a.crossSequence == sequence * 3)
            #expect(a.publishedAt.count == written.now - 5)
            #expect(a.matchedAt.count == written.now - 9)
            #expect(Array(a.bids) == bids && Array(a.asks) == asks)
        case (.market(.trades(let a)), .trades(let trades)):
            #expect(Array(a.trades) == trades && a.publishedAt.count == written.now - 5)
        case (.market(.ticker(let a)), .ticker(let b)): #expect("\(a)" == "\(b)")
        case (.order(let a), .order(let b)): #expect(a == b)
        case (.link(let a), .link(let b)), (.control(let a), .control(let b)): #expect(a == b)
        case (.account(let a), .account(let b)): #expect(a == b)
        case (.command(let a), .command(let b)): #expect(a == b)
        default: Issue.record("\(written.body) was read as \(read)")
        }
    }

    @Test("a command equals its record, and no other's")
    func commandBytes() throws {
        let directory = try TemporaryDirectory()
        let child = ChildID(parent: ParentID(1), number: 2)
        let cancel = CancelOrder(child: child, instrument: InstrumentID(0))
        try writeJournal([PlainRecord(now: 7, body: .command(.cancel(cancel)))], in: directory)
        var reader = try JournalReader(directory.path)
        let next = try reader.next()
        let entry = try #require(next)
        #expect(CommandBytes.are(.cancel(cancel), at: Nanoseconds(7), equalTo: entry))
        #expect(!CommandBytes.are(.cancel(cancel), at: Nanoseconds(8), equalTo: entry))
        let other = CancelOrder(child: child, instrument: InstrumentID(1))
        #expect(!CommandBytes.are(.cancel(other), at: Nanoseconds(7), equalTo: entry))
    }

    @Test("a whole record that makes no sense is refused with its number and place")
    func nonsense() throws {
        let directory = try TemporaryDirectory()
        let child = ChildID(parent: ParentID(1), number: 2)
        let cancel = CancelOrder(child: child, instrument: InstrumentID(0))
        let records = [
            PlainRecord(now: 1, body: .timer),
            PlainRecord(now: 7, body: .command(.cancel(cancel))),
        ]
        try writeJournal(records, in: directory)
        let path = directory.files[0]
        var file = try contents(path)
        // A kind nobody writes, with a checksum that agrees.
        let at = 64 + 24
        file[at + 6] = 99
        let body = Array(file[(at + 4)..<(at + 40)])
        file.replaceSubrange(at..<(at + 4), with: PlainRecord.little(PlainRecord.crc32c(body)))
        try write(file, to: path)
        let error = #expect(throws: JournalError.self) { try ReadJournal(path) }
        let text = "\(try #require(error))"
        #expect(text.contains("record 2 at byte 88"), "\(text)")
        #expect(text.contains("kind 99 is unknown"), "\(text)")
    }

    @Test("records changed at random, with checksums that agree, are read or refused in words")
    func mutations() throws {
        let directory = try TemporaryDirectory()
        var random = RandomRecords(seed: 77)
        let sound = random.each().enumerated().map { $1.bytes(UInt64($0 + 1)) }
        try writeJournal([PlainRecord(now: 1, body: .timer)], in: directory)
        let header = Array(try contents(directory.files[0])[..<64])
        let path = directory.path + "/changed"
        var refused = 0
        for seed in UInt64(0)..<600 {
            var noise = SplitMix64(seed: seed)
            var file = header
            for (i, record) in sound.enumerated() {
                var body = Array(record[4...])
                for _ in 0..<Int.random(in: 0...3, using: &noise) {
                    // Not the length or the number: those are the reader's own, tested by `flips`.
                    let at = Int.random(in: 12..<body.count, using: &noise)
                    body[at] = UInt8.random(in: 0...255, using: &noise)
                }
                if i == Int(seed % 14) { body[2] = UInt8.random(in: 0...20, using: &noise) }
                file += PlainRecord.little(PlainRecord.crc32c(body)) + body
            }
            try write(file, to: path)
            do {
                let read = try ReadJournal(path)
                #expect(read.records.count == sound.count, "seed \(seed)")
            } catch let error as JournalError {
                guard case .unreadable = error else { throw error }
                refused += 1
            }
        }
        #expect(refused > 100)
    }

    @Test("a full ring keeps its last quarter for orders, counts the rest and tells of it")
    func fullRing() throws {
        let ring = ByteRing(capacity: 4_096)!
        var appender = JournalAppender(ring)
        var consumer = ring.consumer()
        let timer = PlainRecord(now: 1, body: .timer)
        let link = PlainRecord(now: 2, body: .link(CodedEvent(code: 1)))
        var timers = 0
        while appender.append(timer) { timers += 1 }
        #expect(timers == 3_072 / 24)
        let second = appender.append(timer)
        #expect(!second && appender.lost == JournalGap(market: 2))
        // 1,024 bytes are left: the gap record's 40 and 20 links of 48.
        var links = 0
        while appender.append(link) { links += 1 }
        #expect(links == 20)
        #expect(appender.lost == JournalGap(market: 2, orders: 1))
        let waiting = consumer.readable()
        let gap = UnsafeRawBufferPointer(rebasing: waiting[(timers * 24)...])
        #expect(gap[6] == RecordKind.gap.rawValue)
        #expect(gap.load(fromByteOffset: 24, as: UInt64.self) == 2)
        #expect(gap.load(fromByteOffset: 32, as: UInt64.self) == 0)
        consumer.release(waiting.count)
        // Room again: the lost link is told of before anything else.
        let after = appender.append(timer)
        #expect(after)
        let rest = consumer.readable()
        #expect(rest[6] == RecordKind.gap.rawValue && rest.count == 40 + 24)
        #expect(rest.load(fromByteOffset: 32, as: UInt64.self) == 1)
    }
}
