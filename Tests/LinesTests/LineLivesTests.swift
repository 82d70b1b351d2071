import Foundation
import Lines
import TestSupport
import Testing
import Units

/// Seeded lives of market lines in virtual time, against the venue's truth.
@Suite("Lives of market lines", .timeLimit(.minutes(3)))
struct LineLivesTests {
    private static var seeds: Range<UInt64> {
        if let text = ProcessInfo.processInfo.environment["SEED"], let seed = UInt64(text) {
            return seed..<(seed + 1)
        }
        return 0..<60
    }

    @Test("the book is right or clearly stale, never wrong", arguments: 1...3)
    func lives(_ lines: Int) {
        var feed = FeedCounts()
        var sound = 0
        var repaired = 0
        var missing = 0
        for seed in LineLivesTests.seeds {
            let outcome = LineLife(seed: seed, lines: lines).live()
            #expect(outcome.failure == nil, "SEED=\(seed), \(lines) lines: \(outcome.failure!)")
            feed.losses += outcome.feed.losses
            feed.restarts += outcome.feed.restarts
            feed.frozen += outcome.feed.frozen
            repaired += outcome.tape.repaired
            missing += outcome.tape.gaps
            sound += outcome.soundLooks
        }
        // Lives without trouble would prove nothing, nor would lives without a book.
        #expect(repaired > 0 && missing > 0)
        #expect(feed.losses > 0 && feed.restarts > 0 && feed.frozen > 0 && sound > 0)
    }

    @Test("lives of a client that takes whatever seems to follow do go wrong")
    func canary() {
        let failures = (UInt64(470)..<480).compactMap {
            LineLife(seed: $0, lines: 2, isCareless: true).live().failure
        }
        #expect(failures.contains { $0.contains("the book is wrong") })
    }
}
