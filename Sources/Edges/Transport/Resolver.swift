internal import CLinux
internal import Glibc

/// Names to addresses, and sockets for them. Set-up paths only: it may block.
enum Resolver {
    /// Writes the first address of `name` to `address`, IPv4 before IPv6.
    ///
    /// - Returns: the family and the address's length.
    static func resolve(
        _ name: String,
        port: UInt16,
        into address: UnsafeMutablePointer<sockaddr_storage>
    ) throws(TransportError) -> (family: Int32, length: socklen_t) {
        var why: Int32 = 0
        for family in [AF_INET, AF_INET6] {
            var length: UInt32 = 0
            let rc = sluice_resolve(name, String(port), family, address, &length)
            if rc == 0 { return (family, length) }
            if why == 0 { why = rc }
        }
        throw .unresolved(host: name, why: String(cString: gai_strerror(why)))
    }

    /// Whether an address is this machine's own: 127.0.0.0/8 or ::1.
    static func isLoopback(_ address: UnsafeMutablePointer<sockaddr_storage>) -> Bool {
        let bytes = UnsafeRawPointer(address)
        switch Int32(address.pointee.ss_family) {
        case AF_INET:
            let v4 = bytes.load(as: sockaddr_in.self)
            return UInt32(bigEndian: v4.sin_addr.s_addr) >> 24 == 127
        case AF_INET6:
            var v6 = bytes.load(as: sockaddr_in6.self)
            return withUnsafeBytes(of: &v6.sin6_addr) {
                $0.last == 1 && $0.dropLast().allSatisfy { $0 == 0 }
            }
        default:
            return false
        }
    }

    /// A non-blocking TCP socket without Nagle's delay.
    static func socket(_ family: Int32) throws(TransportError) -> Int32 {
        let descriptor = sluice_tcp_socket(family)
        guard descriptor >= 0 else { throw .system(call: "socket", errno: errno) }
        return descriptor
    }

    /// A socket that listens on 127.0.0.1, and its port.
    static func listener(port: UInt16) throws(TransportError) -> (Int32, UInt16) {
        let descriptor = try socket(AF_INET)
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
