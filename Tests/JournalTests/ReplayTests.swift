import Algos
import Book
import Costs
import Engine
import Journal
import Orders
import Replay
import Testing
import Units

/// Recorded runs give the same commands again, and leave the engine in the same state.
@Suite("Replay", .timeLimit(.minutes(3)))
struct ReplayTests {
    #if DEBUG
    private static let hostileSeeds: UInt64 = 60
    private static let exchangeSeeds: UInt64 = 24
    #else
    private static let hostileSeeds: UInt64 = 400
    private static let exchangeSeeds: UInt64 = 300
    #endif

    /// What a replay must end with.
    private struct Expected {
        var commands: [OrderCommand]
        var facts: [ParentFacts]
    }

    private static func run(
        _ directory: TemporaryDirectory,
        _ job: (inout RecordedEngine) throws -> Void,
        bookWindow: Int = 256,
        commandCapacity: Int = 16
    ) throws -> Expected {
        var recorded = try RecordedEngine(
            in: directory,
            bookWindow: bookWindow,
            commandCapacity: commandCapacity
        )
        try job(&recorded)
        recorded.finish()
        var facts: [ParentFacts] = []
        for index in 0..<recorded.engine.nextParent.index {
            facts.append(recorded.engine.facts(of: ParentID(index)))
        }
        return Expected(commands: recorded.given, facts: facts)
    }

    private func verify(
        _ directory: TemporaryDirectory,
        _ expected: Expected,
        _ place: Comment
    ) throws {
        var replay = try Replay.open(directory.path)
        try replay.run()
        #expect(replay.difference == nil && replay.gap == nil && replay.end == .closed, place)
        #expect(replay.counts.commands == expected.commands.count, place)
        #expect(replay.unrecorded.isEmpty, place)
        for (index, facts) in expected.facts.enumerated() {
            let again = replay.engine.facts(of: ParentID(UInt32(index)))
            #expect("\(again)" == "\(facts)", place)
        }
        try verifyState(directory, expected, place)
    }

    /// What the order records alone say must be what the engine knows.
    private func verifyState(
        _ directory: TemporaryDirectory,
        _ expected: Expected,
        _ place: Comment
    ) throws {
        var state = JournalState()
        var reader = try JournalReader(directory.path)
        while let entry = try reader.next() { state.apply(entry) }
        #expect(state.parents.map(\.order) == expected.facts.map(\.order), place)
        let children = expected.facts.flatMap(\.children).sorted { $0.id.number < $1.id.number }
        #expect(state.children.count == children.count, place)
        for (kept, known) in zip(state.children, children) {
            #expect(kept.id == known.id && kept.state == known.state, place)
            #expect(kept.filled == known.filled && kept.reported == known.reported, place)
            #expect(kept.price == known.price && kept.quantity == known.quantity, place)
            #expect(kept.fees == known.fees && kept.orderID == known.orderID, place)
            #expect(kept.committed == known.committed, place)
        }
        for facts in expected.facts {
            #expect(state.filled(facts.order.id) == facts.ledger.filled, place)
        }
    }

    @Test("parents at a hostile venue, interrupted and refused, replay to the same commands")
    func hostile() throws {
        var commands = 0
        for seed in 0..<ReplayTests.hostileSeeds {
            let directory = try TemporaryDirectory()
            let expected = try ReplayTests.run(directory) { try RecordedJobs.hostile(seed, &$0) }
            try verify(directory, expected, "seed \(seed)")
            commands += expected.commands.count
        }
        #expect(commands > Int(ReplayTests.hostileSeeds) * 10)
    }

    @Test("parents on the simulated exchange replay to the same commands")
    func exchange() throws {
        var fills = 0
        for seed in 0..<ReplayTests.exchangeSeeds {
            let directory = try TemporaryDirectory()
            let expected = try ReplayTests.run(
                directory,
                { try RecordedJobs.exchange(seed, &$0) },
                bookWindow: 4_096
            )
            try verify(directory, expected, "seed \(seed)")
            fills += expected.facts[0].fills
        }
        #expect(fills > Int(ReplayTests.exchangeSeeds))
    }

    @Test("a run whose steps had no room for all commands replays, for the room is on record")
    func commandCapacity() throws {
        let directory = try TemporaryDirectory()
        let expected = try ReplayTests.run(
            directory,
            { try RecordedJobs.hostile(3, &$0) },
            commandCapacity: 1
        )
        try verify(directory, expected, "capacity 1")
    }

    @Test("killed after any record, what is there replays, and nothing else is made of it")
    func killed() throws {
        let directory = try TemporaryDirectory()
        _ = try ReplayTests.run(directory) { try RecordedJobs.hostile(7, &$0) }
        let path = directory.files[0]
        let whole = try contents(path)
        let records = try ReadJournal(path).records
        let file = try ChangingFile(whole, path)
        var ends: [Int] = [64]
        for record in records { ends.append(ends[ends.count - 1] + record.count) }
        for kept in stride(from: records.count - 1, to: 1, by: -97) {
            // Somewhere within the next record.
            try file.cut(to: ends[kept] + 5)
            var replay = try Replay.open(path)
            try replay.run()
            #expect(replay.difference == nil, "\(kept) records")
            #expect(replay.counts.records == UInt64(kept))
            // Commands that were decided and not recorded are told apart from those that were.
            let next = records[kept]
            let isCommand = (12...14).contains(next[6])
            #expect(replay.unrecorded.isEmpty != isCommand, "\(kept) records")
        }
    }

    @Test("a changed, a missing and an invented command are found at their record")
    func differences() throws {
        let directory = try TemporaryDirectory()
        _ = try ReplayTests.run(directory) { try RecordedJobs.hostile(11, &$0) }
        let path = directory.files[0]
        let records = try ReadJournal(path).records
        // The only command of its event.
        let alone = (1..<(records.count - 1)).first { index in
            records[index][6] == 12
                && [index - 1, index + 1].allSatisfy { !(12...14).contains(records[$0][6]) }
        }
        let at = try #require(alone)
        let header = Array(try contents(path)[..<64])

        var changed = records
        changed[at][40] ^= 1
        try write(header + ReplayTests.sealed(changed), to: path)
        try expectDifference(path, UInt64(at + 1), isRecorded: true, isReplayed: true)

        var missing = records
        missing.remove(at: at)
        try write(header + ReplayTests.sealed(missing), to: path)
        try expectDifference(path, UInt64(at + 1), isRecorded: false, isReplayed: true)

        var invented = records
        invented.insert(records[at], at: at + 1)
        try write(header + ReplayTests.sealed(invented), to: path)
        try expectDifference(path, UInt64(at + 2), isRecorded: true, isReplayed: false)
    }

    /// The records numbered again, with checksums that agree.
    static func sealed(_ records: [[UInt8]]) -> [UInt8] {
        records.enumerated().flatMap { index, record in
            var body = Array(record[4...])
            body.replaceSubrange(4..<12, with: PlainRecord.little(UInt64(index + 1)))
            return PlainRecord.little(PlainRecord.crc32c(body)) + body
        }
    }

    private func expectDifference(
        _ path: String,
        _ number: UInt64,
        isRecorded: Bool,
        isReplayed: Bool
    ) throws {
        var replay = try Replay.open(path)
        try replay.run()
        let found = replay.difference
        let difference = try #require(found)
        #expect(difference.number == number)
        #expect((difference.recorded != nil) == isRecorded)
        #expect((difference.replayed != nil) == isReplayed)
    }

    @Test("a journal that begins with no session says what to name instead")
    func noSession() throws {
        let directory = try TemporaryDirectory()
        try writeJournal([PlainRecord(now: 1, body: .timer)], in: directory)
        let error = #expect(throws: ReplayError.self) { _ = try Replay.open(directory.path) }
        #expect("\(try #require(error))".contains("name its first segment"))
    }
}
