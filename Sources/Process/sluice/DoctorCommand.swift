import ArgumentParser
import Doctor
import Foundation
import Reports
import Transport
import Units

/// `sluice doctor`: what this host is like for a hot thread, and what to change.
struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Check this host: processor, memory, network, clocks, limits, libraries, venue.",
        discussion: """
            Reads and never changes. Exit code 0 when everything needed is fine, 1 when something \
            needed failed; advice never fails. perf/tuning.md explains each item.

            Examples:
              sluice doctor
              sluice doctor --core 1 --venue stream.bybit.com
              sluice doctor --venue localhost:4433 --ca ca.pem --json
            """
    )

    @Option(help: "The core the hot thread is to have.")
    var core: WholeArgument?

    @Option(help: ArgumentHelp("A venue to connect to; port 443 unless named.", valueName: "host"))
    var venue: String?

    @Option(help: "The venue's certificate authority (PEM). Default: the system's.")
    var ca: String?

    @Flag(help: "Print one JSON document instead of text.")
    var json = false

    func validate() throws {
        var faults = OptionFaults(self)
        if let venue {
            faults.expect(
                DoctorCommand.endpoint(venue, ca) != nil,
                "--venue '\(venue)' is not HOST or HOST:PORT"
            )
        }
        faults.expect(ca == nil || venue != nil, "--ca goes with --venue")
        faults.certificates("--ca", ca)
        try faults.finish()
    }

    func run() throws {
        var findings = Host.current(core: core?.int).examine()
        if let venue, let endpoint = DoctorCommand.endpoint(venue, ca) {
            let now = Nanoseconds.seconds(Int64(Date().timeIntervalSince1970))
            findings += VenueCheck(endpoint, now: now).examine()
        }
        let examination = Examination(findings)
        let document = DoctorDocument(examination)
        try Terminal.document(json ? try JSONTree(document).document : examination.text())
        if !examination.isFine { throw ExitCode(1) }
    }

    /// "host", "host:port" or "[address]:port"; nil when it is none.
    static func endpoint(_ text: String, _ ca: String?) -> Endpoint? {
        var host = text[...]
        var port: UInt16 = 443
        if let colon = text.lastIndex(of: ":"), text.hasPrefix("[") == (text[..<colon].last == "]")
        {
            guard let named = UInt16(text[text.index(after: colon)...]), named > 0 else {
                return nil
            }
            host = text[..<colon]
            port = named
        }
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        guard !host.isEmpty, !host.contains(where: \.isWhitespace) else { return nil }
        let trust = ca.map { TrustAnchors.file($0) } ?? .system
        return Endpoint(host: String(host), port: port, trust: trust)
    }
}

/// Everything that `sluice doctor --json` says.
private struct DoctorDocument: Encodable {
    let schema = "sluice.doctor/1"
    let isFine: Bool
    let findings: [Finding]

    init(_ examination: Examination) {
        isFine = examination.isFine
        findings = examination.findings
    }
}
