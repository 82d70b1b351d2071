internal import Foundation
public import Runtime
internal import Transport

/// Which of the venue's environments; an API key belongs to exactly one of them.
public enum VenueEnvironment: String, CaseIterable, Sendable {
    /// Real money.
    case live
    /// The venue's test network.
    case testnet
    /// Paper trading on live market data. Orders go over REST there.
    case demo
    /// A venue started with `sluice venue`.
    case loopback
}

/// Where to trade.
public struct VenueSettings: Sendable {
    /// Which environment.
    public var environment: VenueEnvironment
    /// Its services.
    public var endpoints: VenueEndpoints

    /// Reads the `[venue]` section; nil when a fault leaves nowhere to trade.
    static func read(_ file: inout SettingsFile) -> VenueSettings? {
        let name = "venue"
        let environment = file.choice(name, "environment", of: VenueEnvironment.self)
        let port = file.integer(name, "port", in: 1...65_535)
        let authority = file.string(name, "ca")
        let rest = file.parsed(name, "rest_host", "a host name", host)
        let stream = file.parsed(name, "stream_host", "a host name", host)
        let orders = file.choice(name, "orders", of: OrderEntry.self)
        let pins = Pins(&file)
        guard let environment else {
            if !file.has(name, "environment") {
                file.report(name, "environment", "is missing: live, testnet, demo or loopback")
            }
            return nil
        }
        if environment == .loopback {
            if rest != nil || stream != nil {
                let key = rest != nil ? "rest_host" : "stream_host"
                file.report(name, key, "the loopback venue is on 127.0.0.1: delete the line")
            }
            if let authority, let fault = CertificateFile.fault(authority) {
                file.report(name, "ca", "\(fault); `sluice venue` prints port and ca")
            }
            guard let port, let authority else {
                for key in ["port", "ca"] where !file.has(name, key) {
                    file.report(name, key, "is missing: `sluice venue` prints it")
                }
                return nil
            }
            var endpoints = VenueEndpoints.loopback(port: UInt16(port), caFile: authority)
            endpoints.ordersByREST = orders == .rest
            pins.apply(to: &endpoints)
            return VenueSettings(environment: environment, endpoints: endpoints)
        }
        for key in ["port", "ca"] where file.has(name, key) {
            file.report(name, key, "belongs to environment = \"loopback\"")
        }
        var endpoints = VenueEndpoints.bybit(environment)
        if let rest { endpoints.rest.host = rest }
        if let stream {
            endpoints.market.host = stream
            endpoints.account.host = stream
            endpoints.trade.host = stream
        }
        if orders == .rest { endpoints.ordersByREST = true }
        if orders == .socket && endpoints.ordersByREST {
            file.report(name, "orders", "this environment takes orders over REST only")
        }
        pins.apply(to: &endpoints)
        return VenueSettings(environment: environment, endpoints: endpoints)
    }

    /// How orders reach the venue.
    private enum OrderEntry: String, CaseIterable {
        case socket
        case rest
    }

    /// The keys that the hosts must prove to have.
    private struct Pins {
        private let rest: PublicKeyPin?
        private let stream: PublicKeyPin?

        init(_ file: inout SettingsFile) {
            let form = "a SHA-256 of a public key in base64: 44 characters"
            rest = file.parsed("venue", "rest_pin", form) { PublicKeyPin(base64: $0) }
            stream = file.parsed("venue", "stream_pin", form) { PublicKeyPin(base64: $0) }
        }

        func apply(to endpoints: inout VenueEndpoints) {
            endpoints.rest.pin = rest
            endpoints.account.pin = stream
            endpoints.trade.pin = stream
            // Paper trading takes its market data from another host, which has another key.
            if endpoints.market.host == endpoints.account.host { endpoints.market.pin = stream }
        }
    }

    private static func host(_ text: String) -> String? {
        let isName = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"):
                true
            default: false
            }
        }
        return isName && text.utf8.count <= 253 ? text : nil
    }
}
