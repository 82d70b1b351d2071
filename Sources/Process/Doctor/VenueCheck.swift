import Foundation
public import Transport
import Units

/// Whether a venue can be reached and believed: a TLS connection by the loop that trades.
public struct VenueCheck: Sendable {
    /// Days of validity below which a certificate is worth a word.
    private static let warningDays: Int64 = 14

    private let endpoint: Endpoint
    private let patience: Nanoseconds
    private let now: Nanoseconds

    /// A check of `endpoint` at the time `now`, which gives up after `patience`.
    public init(_ endpoint: Endpoint, patience: Nanoseconds = .seconds(10), now: Nanoseconds) {
        self.endpoint = endpoint
        self.patience = patience
        self.now = now
    }

    /// Connects, and says what there was. Blocks.
    public func examine() -> [Finding] {
        let name = "\(endpoint.host):\(endpoint.port)"
        do {
            let known = try endpoint.resolved()
            let addresses = known.addresses.map(\.description).joined(separator: ", ")
            return [.fine("venue.addresses", addresses)] + connect(known, name)
        } catch {
            return [.failed("venue.addresses", "\(error)", "check the name and /etc/resolv.conf")]
        }
    }

    private func connect(_ endpoint: Endpoint, _ name: String) -> [Finding] {
        do {
            var configuration = LoopConfiguration()
            configuration.connections = 2
            configuration.openTimeout = patience
            configuration.socketOptions = .watchful
            var loop = try EventLoop(configuration)
            let start = ContinuousClock.now
            let id = try loop.openHTTP(endpoint)
            while true {
                loop.poll(timeout: .milliseconds(100))
                while let event = loop.next() {
                    switch event {
                    case .opened(id):
                        let took = start.duration(to: .now) / .milliseconds(1)
                        return opened(&loop, id, name, took)
                    case .closed(id, let reason):
                        return [.failed("venue.connection", "\(name): \(reason)", advice(reason))]
                    default: break
                    }
                }
            }
        } catch {
            return [.failed("venue.connection", "\(name): \(error)", "see the reason")]
        }
    }

    private func opened(
        _ loop: inout EventLoop,
        _ id: ConnectionID,
        _ name: String,
        _ milliseconds: Double
    ) -> [Finding] {
        let address = loop.address(of: id).map { " at \($0)" } ?? ""
        let took = (milliseconds * 100).rounded() / 100
        var findings = [
            Finding.fine("venue.connection", "\(name)\(address), TCP and TLS in \(took) ms")
        ]
        guard let facts = loop.tlsFacts(of: id) else { return findings }
        findings.append(.fine("venue.tls", "\(facts.version), \(facts.cipher)"))
        for certificate in facts.chain { findings.append(validity(certificate)) }
        for option in loop.refusedOptions {
            findings.append(.advice("venue.socket", "\(option)", "allow it to the process"))
        }
        return findings
    }

    private func validity(_ certificate: TLSFacts.Certificate) -> Finding {
        let days = (certificate.notAfter - now).count / Nanoseconds.seconds(86_400).count
        let told = "\(certificate.subject) by \(certificate.issuer), \(days.counted("day")) left"
        if days >= VenueCheck.warningDays { return .fine("venue.certificate", told) }
        return .advice("venue.certificate", told, "the venue must renew it: look again tomorrow")
    }

    private func advice(_ reason: CloseReason) -> String {
        switch reason {
        case .tls: "the venue is not who it should be, or --ca names the wrong authority"
        case .refused, .timedOut: "check the port, the route and the firewall"
        default: "see the reason"
        }
    }
}
