import Orders
import Runtime
import Testing
import Units

/// What a person reads of a session.
@Suite("The report as text", .timeLimit(.minutes(3)))
struct ReportTextTests {
    @Test("it says why risk held orders back")
    func reasons() throws {
        // More than the position may be is held already.
        var session = try SessionFixture(
            seconds: 1,
            offering: { $0.position = .oneWay(Quantity(lots: 10)) }
        )
        session.configuration.limits.maxPosition = "0.005"
        let report = try session.run().report
        let count = report.counts.refusalsByReason["positionExceeded"] ?? 0
        #expect(count == 1 && report.counts.children == 0)
        let line = "held by risk    positionExceeded \(count)"
        #expect(report.text().contains(line), "\(report.text())")
    }
}
