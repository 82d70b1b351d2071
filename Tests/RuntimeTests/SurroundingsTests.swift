import LoopbackVenue
import Orders
import Synchronization
import Testing
import Units

@testable import Runtime

/// Whole sessions at a venue that changes its terms meanwhile.
@Suite("Terms that change", .timeLimit(.minutes(3)))
struct SurroundingsTests {
    private func run(
        _ script: String,
        seconds: Int64
    ) throws -> (outcome: SessionOutcome, notices: [String]) {
        var session = try SessionFixture(
            quantity: "0.200",
            seconds: seconds,
            faults: try FaultScript(text: script)
        )
        session.configuration.reconcilerTimes.interval = .milliseconds(300)
        session.configuration.reconcilerTimes.surroundings = .milliseconds(300)
        let notices = Mutex<[String]>([])
        session.configuration.notice = { text in notices.withLock { $0.append(text) } }
        return (try session.run(), notices.withLock { $0 })
    }

    @Test("another tick stops the parent in words, takes off what is open, and starts nothing")
    func tick() throws {
        let (outcome, notices) = try run("at 1s tick 0.05", seconds: 60)
        let report = outcome.report
        #expect(outcome.state == .halted && report.parent.stopReason == "stepsChanged")
        #expect(report.venue.openOrders == 0 && report.counts.unknown == 0)
        #expect(report.venue.position == report.parent.filled)
        #expect(outcome.fault?.contains("changed the tick or lot of BTCUSDT") == true)
        #expect(notices.count { $0.contains("its parent is stopped") } == 1)
    }

    @Test("other fees are named to the operator and in the report, and the parent goes on")
    func fees() throws {
        let (outcome, notices) = try run("at 1s charge -0.0001 0.0006", seconds: 3)
        #expect(outcome.state == .completed && outcome.fault == nil, "\(outcome.fault ?? "")")
        let rates = try #require(outcome.report.feeRates)
        #expect("\(rates.maker)" == "0.0002" && "\(rates.taker)" == "0.00055")
        #expect(rates.makerAtEnd.map { "\($0)" } == "-0.0001")
        #expect(rates.takerAtEnd.map { "\($0)" } == "0.0006")
        #expect(
            notices.contains(
                "the fees of BTCUSDT are -0.01 % maker and 0.06 % taker by now, "
                    + "and were 0.02 % maker and 0.055 % taker"
            )
        )
        #expect(outcome.report.text().contains("maker 0.02 % to -0.01 %, taker 0.055 % to 0.06 %"))
        let quiet = try run("", seconds: 2).outcome.report
        #expect(quiet.feeRates?.makerAtEnd == nil && !quiet.text().contains("FEES"))
    }
}
