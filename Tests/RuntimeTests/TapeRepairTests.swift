import Journal
import LoopbackVenue
import Reports
import Runtime
import Testing
import Units

/// Prints that no market line brought come from the venue's own list, or are told to be missing.
@Suite("The repair of the tape", .timeLimit(.minutes(3)))
struct TapeRepairTests {
    /// A session of four seconds whose market line is away for one of them.
    private func run(
        _ more: String = ""
    ) throws -> (FeedSection, SessionOutcome, [String], [String]) {
        let record = try SessionRecord()
        var session = try SessionFixture(
            .pov(rateBps: 1_000),
            quantity: "2",
            seconds: 4,
            faults: FaultScript(text: "at 1s cut market\nat 1s turn-away 1s\n" + more)
        )
        session.configuration.journal = JournalSettings(directory: record.path)
        session.configuration.lineTimes.link.turnedAway = .milliseconds(200)
        let outcome = try session.run()
        let path = try #require(try JournalFolder(record.path).sessions.first?.first)
        var recorded: [String] = []
        var reader = try JournalReader(path)
        while let entry = try reader.next() {
            if case .market(.trades(let batch)) = entry.record {
                recorded += batch.trades.map(\.id.text)
            }
        }
        let feed = try #require(outcome.report.feed)
        #expect(feed.lines[0].losses >= 1)
        if more.isEmpty { try record.verify(outcome) }
        return (feed, outcome, recorded, session.venue.books().desks[0].prints)
    }

    @Test("what was printed while every line was away is on record, each print once")
    func repaired() throws {
        let (feed, outcome, recorded, venue) = try run()
        #expect(feed.repairedPrints > 0 && feed.printQuestions > 0)
        #expect(feed.missingPrints == nil)
        #expect(Set(recorded).count == recorded.count)
        let seen = Set(recorded)
        let first = try #require(venue.firstIndex { seen.contains($0) })
        let last = try #require(venue.lastIndex { seen.contains($0) })
        #expect(venue[first...last].filter { !seen.contains($0) } == [])
        #expect(!outcome.report.warnings.contains { $0.contains("prints are missing") })
    }

    @Test("what the venue does not tell afterwards is told to be missing")
    func unanswered() throws {
        let (feed, outcome, recorded, venue) = try run("at 1s ban 4s")
        let missing = try #require(feed.missingPrints)
        #expect(missing.gaps == 1 && feed.repairedPrints == 0)
        #expect(missing.missingNs > 500_000_000 && missing.missingNs < 3_500_000_000)
        #expect(missing.fromAt < missing.toAt)
        let seen = Set(recorded)
        #expect(venue.contains { !seen.contains($0) })
        #expect(outcome.report.warnings.contains { $0.contains("prints are missing from") })
    }
}
