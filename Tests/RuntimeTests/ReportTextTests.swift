import Runtime
import Testing

/// What a person reads of a session.
@Suite("The report as text")
struct ReportTextTests {
    @Test("it says why risk held orders back")
    func reasons() throws {
        var session = try SessionFixture(seconds: 1)
        session.configuration.request.reduceOnly = true
        let report = try session.run().report
        let count = report.counts.refusalsByReason["onlyReducing"] ?? 0
        #expect(count > 0 && report.counts.children == 0)
        #expect(report.text().contains("held by risk   onlyReducing \(count)"), "\(report.text())")
    }
}
