/// Which certificate authorities a client believes.
public enum TrustAnchors: Hashable, Sendable {
    /// Those of the operating system.
    case system
    /// Only those in this PEM file.
    case file(String)
}

/// Where a client connects, and whom it expects there.
public struct Endpoint: Hashable, Sendable {
    /// DNS name or IP literal: sent as SNI and Host, and verified against the certificate.
    public var host: String
    /// The TCP port.
    public var port: UInt16
    /// The request target of a WebSocket: "/v5/public/linear".
    public var path: String
    /// Who may vouch for the host.
    public var trust: TrustAnchors
    /// The key the host must prove to have, beyond what `trust` vouches for; nil for any.
    public var pin: PublicKeyPin?
    /// No TLS: for tests; an ``EventLoop`` refuses any address but loopback.
    public var isPlain: Bool
    /// Connect to this name or IP literal instead of `host`, which is still the one verified.
    public var address: String?
    /// Where `host` (or `address`) is known to be; empty asks the resolver at each opening.
    ///
    /// At most ``Resolver/capacity`` are used. See ``resolved()``.
    public var addresses: [NetworkAddress] = []
    /// Which of the addresses to try first, counted round; the others follow when it fails.
    public var addressIndex = 0

    /// An endpoint; TLS and the system's authorities unless told otherwise.
    public init(
        host: String,
        port: UInt16 = 443,
        path: String = "/",
        trust: TrustAnchors = .system,
        isPlain: Bool = false,
        address: String? = nil
    ) {
        self.host = host
        self.port = port
        self.path = path
        self.trust = trust
        self.isPlain = isPlain
        self.address = address
    }
}

extension Endpoint {
    /// The same endpoint with its addresses looked up, so that opening it asks nobody.
    ///
    /// Blocks while the system asks its name servers.
    public func resolved(
        by resolve: NameResolver = Resolver.resolve
    ) throws(TransportError) -> Endpoint {
        var known = self
        known.addresses = try resolve(address ?? host)
        return known
    }

    /// The Host header: brackets around an IPv6 literal, the port unless it is the scheme's own.
    var authority: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return port == (isPlain ? 80 : 443) ? name : "\(name):\(port)"
    }
}

/// Who a server is: PEM files of its certificate chain and private key.
public struct ServerIdentity: Hashable, Sendable {
    /// Path of the chain, leaf first.
    public var certificate: String
    /// Path of the private key.
    public var key: String

    /// The identity in two PEM files.
    public init(certificate: String, key: String) {
        self.certificate = certificate
        self.key = key
    }
}
