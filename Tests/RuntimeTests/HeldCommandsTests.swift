import Orders
import Telemetry
import Testing
import Units

@testable import Runtime

/// What waits for the disk: it leaves in time, and on the book that it was decided on, or never.
@Suite("Held commands", .timeLimit(.minutes(1)))
struct HeldCommandsTests {
    private static func order(_ number: UInt32, _ terms: TimeInForce) -> OrderCommand {
        .place(
            PlaceOrder(
                child: ChildID(parent: ParentID(0), number: number),
                instrument: InstrumentID(0),
                side: .buy,
                timeInForce: terms,
                price: Price(ticks: 1),
                quantity: Quantity(lots: 1)
            )
        )
    }

    /// Which of them are stale so long after they began to wait, with the book lost so often.
    private static func stale(after wait: Nanoseconds, bookEpoch: UInt32) -> [UInt32] {
        let clock = TickClock(calibratingFor: 1)
        var held = HeldCommands()
        let terms: [TimeInForce] = [.immediateOrCancel, .postOnly, .immediateOrCancel]
        for (number, terms) in terms.enumerated() {
            held.append(
                HeldCommands.Held(
                    command: order(UInt32(number), terms),
                    sequence: UInt64(number),
                    receivedTicks: 0,
                    isBatched: false,
                    heldTicks: 1,
                    // The last was decided after the book had come back.
                    bookEpoch: number == 2 ? 1 : 0
                )
            )
        }
        var found: [UInt32] = []
        let now = clock.time(1) + wait
        while let old = held.takeStale(now, clock, bookEpoch: bookEpoch) {
            found.append(old.command.child.number)
        }
        return found
    }

    @Test("a taker waits a tenth of a second, a maker a second, on the book of its time alone")
    func ages() {
        #expect(Self.stale(after: .milliseconds(90), bookEpoch: 0) == [2])
        #expect(Self.stale(after: .milliseconds(90), bookEpoch: 1) == [0, 1])
        #expect(Self.stale(after: .milliseconds(110), bookEpoch: 1) == [0, 1, 2])
        #expect(Self.stale(after: .milliseconds(1_100), bookEpoch: 0) == [0, 1, 2])
        #expect(Self.stale(after: .milliseconds(110), bookEpoch: 0) == [0, 2])
    }

    @Test("a disk too slow for takers lets none leave late, and is no refusal of the venue")
    func slowDisk() throws {
        let directory = try Directory()
        let slow = SlowDisk(microseconds: 250_000)
        var session = try SessionFixture(quantity: "0.200", seconds: 3)
        session.configuration.request.rules.grace = .zero
        session.configuration.journal = JournalSettings(
            directory: directory.path,
            sync: .durable,
            disk: slow.disk
        )
        let outcome = try session.run()
        let report = outcome.report
        #expect(report.counts.unsent > 0 && report.counts.rejects == 0, "\(report.text())")
        #expect(report.parent.stopReason == "timeUp" || outcome.state == .completed)
        // Nobody crossed on a book of before.
        for child in report.children where child.timeInForce == "immediateOrCancel" {
            #expect(child.filled == 0, "\(report.text())")
        }
        #expect(report.requests?.answers.isEmpty == true)
    }
}
