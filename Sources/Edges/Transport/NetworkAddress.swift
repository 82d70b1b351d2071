internal import CLinux

/// An IPv4 or IPv6 address without a port.
public struct NetworkAddress: Hashable, Sendable, BitwiseCopyable {
    /// Whether it is an IPv6 address.
    public let isIPv6: Bool
    /// The interface of a link-local IPv6 address; 0 elsewhere.
    private let scope: UInt32
    /// The address in network order; an IPv4 address fills the first four bytes.
    private let bytes: (UInt64, UInt64)

    init(_ raw: sluice_address) {
        isIPv6 = raw.is_ipv6 != 0
        scope = raw.scope
        bytes = withUnsafeBytes(of: raw.bytes) {
            (
                $0.loadUnaligned(as: UInt64.self),
                $0.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
            )
        }
    }

    /// The address as the C shims take it.
    var raw: sluice_address {
        var raw = sluice_address()
        raw.is_ipv6 = isIPv6 ? 1 : 0
        raw.scope = scope
        withUnsafeMutableBytes(of: &raw.bytes) {
            $0.storeBytes(of: bytes.0, as: UInt64.self)
            $0.storeBytes(of: bytes.1, toByteOffset: 8, as: UInt64.self)
        }
        return raw
    }

    /// Whether it is this machine's own: 127.0.0.0/8 or ::1.
    public var isLoopback: Bool {
        if !isIPv6 { return UInt8(truncatingIfNeeded: bytes.0.littleEndian) == 127 }
        return bytes.0 == 0 && bytes.1.bigEndian == 1
    }

    /// Whether both are the same address.
    public static func == (a: Self, b: Self) -> Bool {
        a.isIPv6 == b.isIPv6 && a.scope == b.scope && a.bytes == b.bytes
    }

    /// Feeds what `==` compares.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(isIPv6)
        hasher.combine(scope)
        hasher.combine(bytes.0)
        hasher.combine(bytes.1)
    }
}

extension NetworkAddress: CustomStringConvertible {
    /// The address in its usual writing: "127.0.0.1", "::1".
    public var description: String {
        var raw = raw
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) {
            sluice_address_text(&raw, $0.baseAddress!, 64)
            return String(cString: $0.baseAddress!)
        }
    }
}
