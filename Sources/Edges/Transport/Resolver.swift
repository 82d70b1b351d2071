internal import CLinux
internal import Glibc

/// Asks for the addresses of a name: the system's name servers, or a test's own.
public typealias NameResolver = @Sendable (String) throws(TransportError) -> [NetworkAddress]

/// Names to addresses, and sockets for them. Set-up paths only: it may block.
public enum Resolver {
    /// Addresses of one name that are used; further ones are ignored.
    public static let capacity = 8

    /// What the system says when its name servers did not answer; another time they may.
    public static let silence = String(cString: gai_strerror(EAI_AGAIN))

    /// The addresses of a DNS name or IP literal, IPv4 before IPv6: at least one.
    ///
    /// Blocks while the system asks its name servers.
    @Sendable public static func resolve(_ name: String) throws(TransportError) -> [NetworkAddress]
    {
        var found = [sluice_address](repeating: sluice_address(), count: capacity)
        var count: UInt32 = 0
        let rc = sluice_resolve(name, &found, UInt32(capacity), &count)
        guard rc == 0, count > 0 else {
            let why = rc == 0 ? "it has no IP address" : String(cString: gai_strerror(rc))
            throw .unresolved(host: name, why: why)
        }
        return found[..<Int(count)].map(NetworkAddress.init)
    }

    /// A non-blocking TCP socket without Nagle's delay.
    static func socket(isIPv6: Bool) throws(TransportError) -> Int32 {
        let descriptor = sluice_tcp_socket(isIPv6 ? 1 : 0)
        guard descriptor >= 0 else { throw .system(call: "socket", errno: errno) }
        return descriptor
    }

    /// A socket that listens on 127.0.0.1, and its port.
    static func listener(port: UInt16) throws(TransportError) -> (Int32, UInt16) {
        let descriptor = try socket(isIPv6: false)
        var yes: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(4))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let rc = withUnsafeMutableBytes(of: &address) { bytes in
            let generic = bytes.baseAddress!.assumingMemoryBound(to: sockaddr.self)
            if bind(descriptor, generic, length) != 0 { return Int32(-1) }
            if Glibc.listen(descriptor, 128) != 0 { return Int32(-1) }
            return getsockname(descriptor, generic, &length)
        }
        guard rc == 0 else {
            let error = errno
            Glibc.close(descriptor)
            throw .system(call: "listen on 127.0.0.1:\(port)", errno: error)
        }
        return (descriptor, UInt16(bigEndian: address.sin_port))
    }
}
