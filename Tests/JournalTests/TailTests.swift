import Journal
import Testing
import Units

/// A journal cut off, overwritten or damaged anywhere: reading gives the whole records before the
/// damage, and says where it is.
@Suite("Journal tails", .timeLimit(.minutes(3)))
struct TailTests {
    /// A closed journal of every kind, its file's bytes and where each record begins.
    private struct Sound {
        let directory: TemporaryDirectory
        let bytes: [UInt8]
        let records: [[UInt8]]
        var starts: [Int] = []

        init(seed: UInt64) throws {
            directory = try TemporaryDirectory()
            var random = RandomRecords(seed: seed)
            let plain = random.each()
            try writeJournal(plain, in: directory)
            bytes = try contents(directory.files[0])
            records = try ReadJournal(directory.path).records
            var at = 64
            for record in records {
                starts.append(at)
                at += record.count
            }
            #expect(records.count == plain.count && at == bytes.count)
        }

        /// Whole records within the first `count` bytes.
        func whole(in count: Int) -> Int {
            zip(starts, records).prefix { $0 + $1.count <= count }.count
        }
    }

    @Test("cut at any byte, the records before the cut are read", arguments: [1, 2])
    func cut(_ seed: UInt64) throws {
        let sound = try Sound(seed: seed)
        let path = sound.directory.path + "/cut"
        let file = try ChangingFile(sound.bytes, path)
        for count in (64..<sound.bytes.count).reversed() {
            try file.cut(to: count)
            let read = try ReadJournal(path)
            let whole = sound.whole(in: count)
            #expect(read.records == Array(sound.records[..<whole]), "cut at \(count)")
            // What is left of the record may be nothing, or zeros like a segment's unused room.
            let part = sound.bytes[
                (whole < sound.starts.count ? sound.starts[whole] : count)..<count
            ]
            if part.allSatisfy({ $0 == 0 }) {
                #expect(read.end == .open, "cut at \(count)")
            } else {
                guard case .torn(let damage) = read.end else {
                    Issue.record("cut at \(count): \(String(describing: read.end))")
                    continue
                }
                #expect(damage.offset == sound.starts[whole] && damage.path == path)
            }
        }
    }

    @Test("cut within a preallocated segment, zeros follow and are not taken for records")
    func cutAndZeros() throws {
        let sound = try Sound(seed: 3)
        let path = sound.directory.path + "/cut"
        // Whole units of eight: a disk writes no less.
        for count in stride(from: 64, to: sound.bytes.count, by: 8) {
            let zeros = [UInt8](repeating: 0, count: 8_192 - count)
            try write(Array(sound.bytes[..<count]) + zeros, to: path)
            let read = try ReadJournal(path)
            // A record whose own last bytes are zero is whole without them.
            let whole = zip(sound.starts, sound.records).prefix { start, record in
                start + record.count <= count
                    || record.suffix(max(0, start + record.count - count)).allSatisfy { $0 == 0 }
            }.count
            #expect(read.records == Array(sound.records[..<whole]), "cut at \(count)")
            if whole == sound.records.count { continue }
            if sound.starts[whole] >= count {
                #expect(read.end == .open, "cut at \(count)")
            } else {
                guard case .torn(let damage) = read.end else {
                    Issue.record("cut at \(count): \(String(describing: read.end))")
                    continue
                }
                #expect(damage.offset == sound.starts[whole])
            }
        }
    }

    @Test("any flipped bit is found at the record it is in")
    func flips() throws {
        let sound = try Sound(seed: 4)
        let path = sound.directory.path + "/flipped"
        let file = try ChangingFile(sound.bytes, path)
        for i in 64..<sound.bytes.count {
            for bit in 0..<8 {
                try file.put(sound.bytes[i] ^ 1 << bit, at: i)
                let read = try ReadJournal(path)
                let hit = sound.starts.lastIndex { $0 <= i }!
                #expect(read.records == Array(sound.records[..<hit]), "byte \(i) bit \(bit)")
                let damage: JournalEnd.Damage? =
                    switch read.end {
                    case .torn(let damage), .corrupt(let damage): damage
                    case .open, .closed, nil: nil
                    }
                #expect(damage?.offset == sound.starts[hit], "byte \(i) bit \(bit)")
            }
            try file.put(sound.bytes[i], at: i)
        }
    }

    @Test("a flipped bit of the header is refused in words")
    func header() throws {
        let sound = try Sound(seed: 5)
        let path = sound.directory.path + "/flipped"
        let file = try ChangingFile(sound.bytes, path)
        for i in 0..<64 {
            for bit in 0..<8 {
                try file.put(sound.bytes[i] ^ 1 << bit, at: i)
                #expect(throws: JournalError.self) { try ReadJournal(path) }
            }
            try file.put(sound.bytes[i], at: i)
        }
        for count in (0..<64).reversed() {
            try file.cut(to: count)
            #expect(throws: JournalError.self) { try ReadJournal(path) }
        }
    }

    @Test("another version is refused with its number, and with what to do")
    func version() throws {
        let sound = try Sound(seed: 6)
        let path = sound.directory.path + "/later"
        var bytes = sound.bytes
        bytes[8] = 7
        let sum = PlainRecord.crc32c(Array(bytes[..<60]))
        bytes.replaceSubrange(60..<64, with: PlainRecord.little(sum))
        try write(bytes, to: path)
        let error = #expect(throws: JournalError.self) { try ReadJournal(path) }
        #expect(error == .unknownVersion(path: path, version: 7))
        let text = "\(try #require(error))"
        #expect(text.contains("this build reads format \(JournalFormat.version)"), "\(text)")
    }

    @Test("bytes after the end are damage, wherever they lie")
    func lateBytes() throws {
        let sound = try Sound(seed: 7)
        let path = sound.directory.path + "/late"
        for gap in [0, 8, 24, 1_000, 70_000] {
            let zeros = [UInt8](repeating: 0, count: 24 + gap)
            try write(sound.bytes + zeros + [1], to: path)
            let read = try ReadJournal(path)
            #expect(read.records.count == sound.records.count)
            guard case .corrupt(let damage) = read.end else {
                Issue.record("gap \(gap): \(String(describing: read.end))")
                continue
            }
            #expect(damage.offset == sound.bytes.count)
        }
    }

    @Test("a record out of sequence is damage")
    func sequence() throws {
        let sound = try Sound(seed: 8)
        let path = sound.directory.path + "/doubled"
        try write(sound.bytes + sound.records[sound.records.count - 1], to: path)
        let read = try ReadJournal(path)
        #expect(read.records == sound.records)
        guard case .corrupt(let damage) = read.end else {
            Issue.record("\(String(describing: read.end))")
            return
        }
        let count = sound.records.count
        #expect(damage.reason == "record \(count) follows record \(count)")
    }
}
