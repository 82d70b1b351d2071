import Engine
import Foundation
import Journal
import Orders
import Replay
import Testing
import Units

/// A process that ends at any record, and another that goes on with its journal: the accounts are
/// the exchange's, nothing is left open, and all of it replays.
@Suite("Restart")
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
            settled: Int(settled)
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

    /// Works the parent to its end; `again` restarts once more on the way.
    private static func goOn(
        _ directory: TemporaryDirectory,
        _ venue: inout VirtualExchange,
        _ random: inout SplitMix64,
        turns: Int
    ) throws -> (ended: Bool, facts: String, filled: Quantity, quantity: Quantity) {
        let known = try commands(directory.path)
        var recorded = try RecordedEngine(resuming: directory)
        // The coins of the requests that were under way.
        var coins = random
        venue.restart(&recorded, known: known) { _ in coins.next() & 1 == 0 }
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
                let place: Comment = "seed \(seed), turn \(turns), \(kept) records"
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
                let end = try RestartTests.goOn(directory, &venue, &random, turns: 2_000)
                #expect(end.ended, place)
                let filled = venue.fills.reduce(Quantity.zero) { $0 + $1.quantity }
                #expect(end.filled == filled && filled <= end.quantity, place)
                #expect(venue.openOrders == 0, place)
                var replay = try Replay.open(path)
                try replay.run()
                let (difference, isClosed) = (replay.difference, replay.end == .closed)
                #expect(difference == nil && isClosed, place)
                #expect("\(replay.engine.facts(of: ParentID(0)))" == end.facts, place)
            }
        }
    }
}
