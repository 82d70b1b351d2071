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
            if let authority, !FileManager.default.isReadableFile(atPath: authority) {
                file.report(name, "ca", "cannot read \(authority)")
            }
            guard let port, let authority else {
                for key in ["port", "ca"] where !file.has(name, key) {
                    file.report(name, key, "is missing: `sluice venue` prints it")
                }
                return nil
            }
            let endpoints = VenueEndpoints.loopback(port: UInt16(port), caFile: authority)
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
        return VenueSettings(environment: environment, endpoints: endpoints)
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

extension VenueEndpoints {
    /// Bybit's own hosts.
    ///
    /// - Precondition: not the loopback environment, which has no fixed address.
    /// - SeeAlso: Bybit API v5, guide, "Integration guidance" (read 2026-11-21).
    static func bybit(_ environment: VenueEnvironment) -> VenueEndpoints {
        let suffix: String
        switch environment {
        case .live: suffix = ""
        case .testnet: suffix = "-testnet"
        case .demo: suffix = "-demo"
        case .loopback: preconditionFailure("the loopback venue's address is stated by its port")
        }
        let stream = "stream\(suffix).bybit.com"
        // Paper trading runs on the live market's data.
        let market = environment == .demo ? "stream.bybit.com" : stream
        return VenueEndpoints(
            name: "bybit-\(environment.rawValue)",
            rest: Endpoint(host: "api\(suffix).bybit.com"),
            market: Endpoint(host: market, path: "/v5/public/"),
            account: Endpoint(host: stream, path: "/v5/private"),
            trade: Endpoint(host: stream, path: "/v5/trade")
        )
    }
}
