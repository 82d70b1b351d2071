import Engine
import Foundation
import Journal
import Orders
import Replay
import Testing
import Units

/// A process that ends at any record, and another that goes on with its journal: the accounts are
/// the exchange's, nothing is left open, and all of it replays.
@Suite("Restart", .timeLimit(.minutes(3)))
struct RestartTests {
    #if DEBUG
    private static let seeds: Range<UInt64> = 0..<9
    private static let kills = 3
    #else
    private static let seeds: Range<UInt64> = 0..<60
    private static let kills = 6
    #endif

    /// A run that ended in the middle, and everything its process had put on record.
    private struct Killed {
        let venue: VirtualExchange
        let bytes: [UInt8]
        /// Where each record ends.
        let ends: [Int]
        /// Records before the last turn: whatever is older was carried out.
        let settled: Int
        let records: [[UInt8]]
    }

    private static func kill(_ seed: UInt64, after turns: Int) throws -> Killed? {
        let directory = try TemporaryDirectory()
        var recorded = try RecordedEngine(in: directory)
        var venue = try RecordedJobs.begin(seed, &recorded)
        var settled = recorded.lastRecord
        for _ in 0..<turns where !recorded.engine.isIdle {
            settled = recorded.lastRecord
            venue.turn(&recorded)
        }
        if recorded.engine.isIdle { return nil }
        recorded.finish(closing: false)
        let records = try ReadJournal(directory.path).records
        var ends = [64]
        for record in records { ends.append(ends[ends.count - 1] + record.count) }
        return Killed(
            venue: venue,
            bytes: try contents(directory.files[0]),
            ends: ends,
            settled: Int(settled),
            records: records
        )
    }

    private static func commands(_ path: String) throws -> Set<OrderCommand> {
        var reader = try JournalReader(path)
        var found: Set<OrderCommand> = []
        while let entry = try reader.next() {
            if case .command(let command) = entry.record { found.insert(command) }
        }
        return found
    }

    /// Works the parent to its end, or for so many turns.
    private static func goOn(
        _ directory: TemporaryDirectory,
        _ venue: inout VirtualExchange,
        _ random: inout SplitMix64,
        turns: Int,
        adopts: Bool = false
    ) throws -> (ended: Bool, facts: String, filled: Quantity, quantity: Quantity) {
        let known = try commands(directory.path)
        var recorded = try RecordedEngine(resuming: directory)
        // The coins of the requests that were under way.
        var coins = random
        venue.restart(&recorded, known: known, adopts: adopts) { _ in coins.next() & 1 == 0 }
        _ = random.next()
        var turn = 0
        while !recorded.engine.isIdle, turn < turns {
            venue.turn(&recorded)
            turn += 1
        }
        let ended = recorded.engine.isIdle
        recorded.finish(closing: ended)
        let facts = recorded.engine.facts(of: ParentID(0))
        return (ended, "\(facts)", facts.ledger.filled, facts.order.quantity)
    }

    @Test("killed at any record it goes on and replays", arguments: seeds)
    func anywhere(_ seed: UInt64) throws {
        var random = SplitMix64(seed: seed &+ 77)
        for _ in 0..<RestartTests.kills {
            let turns = Int.random(in: 2..<170, using: &random)
            guard let killed = try RestartTests.kill(seed, after: turns) else { continue }
            for kept in killed.settled..<killed.ends.count {
                var place: Comment { "seed \(seed), turn \(turns), \(kept) records" }
                let directory = try TemporaryDirectory()
                let path = directory.path + "/sluice-recorded-00000.journal"
                // Sometimes in the middle of the next record.
                let more = kept + 1 < killed.ends.count ? 8 * Int(random.next() % 3) : 0
                try write(Array(killed.bytes[..<(killed.ends[kept] + more)]), to: path)
                var venue = killed.venue
                // Now and then the second process is killed as well.
                if random.next() & 3 == 0 {
                    let few = Int(random.next() % 12)
                    let first = try RestartTests.goOn(directory, &venue, &random, turns: few)
                    if first.ended { continue }
                }
                try checkEnd(directory, &venue, &random, place)
            }
        }
    }

    /// Works the parent to its end and compares all books.
    private func checkEnd(
        _ directory: TemporaryDirectory,
        _ venue: inout VirtualExchange,
        _ random: inout SplitMix64,
        adopts: Bool = false,
        _ place: Comment
    ) throws {
        let end = try RestartTests.goOn(
            directory,
            &venue,
            &random,
            turns: 2_000,
            adopts: adopts
        )
        #expect(end.ended, place)
        let filled = venue.fills.reduce(Quantity.zero) { $0 + $1.quantity }
        #expect(end.filled == filled && filled <= end.quantity, place)
        #expect(venue.openOrders == 0, place)
        var replay = try Replay.open(directory.files[0], pastGaps: true)
        try replay.run()
        let (difference, isClosed) = (replay.difference, replay.end == .closed)
        #expect(difference == nil && isClosed, place)
        #expect("\(replay.engine.facts(of: ParentID(0)))" == end.facts, place)
        let worst = try RestartTests.busiestSecond(directory.files[0])
        for (operation, count) in worst {
            // Cancels may leave in batches, which are counted apart.
            #expect(count <= (operation == .cancel ? 20 : 10), "\(place): \(operation)")
        }
    }

    /// The most commands of each kind in any second, over all processes that the journal tells of.
    private static func busiestSecond(_ path: String) throws -> [OrderOperation: Int] {
        var reader = try JournalReader(path)
        var recent: [OrderOperation: [Nanoseconds]] = [:]
        var worst: [OrderOperation: Int] = [:]
        while let entry = try reader.next() {
            guard case .command(let command) = entry.record else { continue }
            let operation = command.operation
            var times = recent[operation, default: []].filter { entry.now - $0 < .seconds(1) }
            times.append(entry.now)
            recent[operation] = times
            worst[operation] = max(worst[operation] ?? 0, times.count)
        }
        return worst
    }

    @Test("records lost with the power: their orders are adopted", arguments: seeds)
    func lostRecords(_ seed: UInt64) throws {
        var random = SplitMix64(seed: seed &+ 177)
        for _ in 0..<RestartTests.kills {
            let turns = Int.random(in: 6..<170, using: &random)
            guard let killed = try RestartTests.kill(seed, after: turns) else { continue }
            // A few turns' records are gone, though their orders left.
            let kept = max(4, killed.settled - Int.random(in: 0...120, using: &random))
            let directory = try TemporaryDirectory()
            let path = directory.path + "/sluice-recorded-00000.journal"
            try write(Array(killed.bytes[..<killed.ends[kept]]), to: path)
            var venue = killed.venue
            var place: Comment { "seed \(seed), turn \(turns), \(kept) records" }
            try checkEnd(directory, &venue, &random, adopts: true, place)
        }
    }

    @Test("past a gap the record says what was decided, and from the restart on the engine")
    func gap() throws {
        for seed: UInt64 in 0..<9 {
            var random = SplitMix64(seed: seed &+ 277)
            let turns = Int.random(in: 20..<120, using: &random)
            guard let killed = try RestartTests.kill(seed, after: turns) else { continue }
            var records = killed.records
            // A slow disk: a row of records of the market and the clock is missing.
            let from = Int.random(in: 20..<(records.count / 2), using: &random)
            let row = from..<(from + records.count / 4)
            let kept = records[row].filter { !(3...6).contains($0[6]) }
            let lost = UInt64(row.count - kept.count)
            var gap = Array(records[from][..<24])
            gap.replaceSubrange(4..<8, with: [5, 0, RecordKind.gap.rawValue, 0])
            gap += PlainRecord.little(lost) + PlainRecord.little(UInt64(0))
            records.replaceSubrange(row, with: [gap] + kept)
            let directory = try TemporaryDirectory()
            let path = directory.path + "/sluice-recorded-00000.journal"
            try write(Array(killed.bytes[..<64]) + ReplayTests.sealed(records), to: path)
            var venue = killed.venue
            try checkEnd(directory, &venue, &random, "seed \(seed), gap at \(from)")
        }
    }
}
