import Glibc

/// A plain blocking socket: the other side as a test wants it, rude if need be.
final class Peer {
    private(set) var descriptor: Int32 = -1
    private(set) var port: UInt16 = 0

    /// Listens on a free port of 127.0.0.1.
    init() {
        descriptor = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = Peer.loopback(0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutableBytes(of: &address) {
            let generic = $0.baseAddress!.assumingMemoryBound(to: sockaddr.self)
            let rc = bind(descriptor, generic, length) | listen(descriptor, 8)
            precondition(rc == 0)
            getsockname(descriptor, generic, &length)
        }
        port = UInt16(bigEndian: address.sin_port)
    }

    private init(_ descriptor: Int32) { self.descriptor = descriptor }

    deinit { close() }

    static func connect(_ port: UInt16) -> Peer {
        let peer = Peer(Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0))
        var address = loopback(port)
        withUnsafeMutableBytes(of: &address) {
            let generic = $0.baseAddress!.assumingMemoryBound(to: sockaddr.self)
            let rc = Glibc.connect(
                peer.descriptor,
                generic,
                socklen_t(MemoryLayout<sockaddr_in>.size)
            )
            precondition(rc == 0)
        }
        return peer
    }

    /// Listeners' worth of connections on 127.0.0.`last`:`port` that nobody accepts, so that the
    /// kernel answers no further one.
    static func full(on last: UInt32, port: UInt16) -> [Peer]? {
        let listener = Peer(Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0))
        var address = loopback(port, last)
        let length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let rc = withUnsafeMutableBytes(of: &address) {
            let generic = $0.baseAddress!.assumingMemoryBound(to: sockaddr.self)
            return bind(listener.descriptor, generic, length) | listen(listener.descriptor, 0)
        }
        guard rc == 0 else { return nil }
        var held = [listener]
        for _ in 0..<4 {
            let flags = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
            let peer = Peer(Glibc.socket(AF_INET, flags, 0))
            withUnsafeMutableBytes(of: &address) {
                let generic = $0.baseAddress!.assumingMemoryBound(to: sockaddr.self)
                _ = Glibc.connect(peer.descriptor, generic, length)
            }
            held.append(peer)
        }
        return held
    }

    func accept() -> Peer { Peer(Glibc.accept(descriptor, nil, nil)) }

    func send(_ bytes: [UInt8]) {
        var sent = 0
        while sent < bytes.count {
            let n = bytes[sent...].withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if n <= 0 { return }
            sent += n
        }
    }

    /// Up to `count` bytes; empty at the end, and when there are none and it must not wait.
    func read(_ count: Int, waits: Bool = true) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        let n = Glibc.recv(descriptor, &bytes, count, waits ? 0 : Int32(MSG_DONTWAIT))
        return n > 0 ? Array(bytes[..<n]) : []
    }

    func readsEnd() -> Bool { read(1).isEmpty }

    /// Ends our half in good order; a close with unread bytes would be a reset.
    func endWriting() { shutdown(descriptor, Int32(SHUT_WR)) }

    func close() {
        if descriptor >= 0 { Glibc.close(descriptor) }
        descriptor = -1
    }

    /// Ends with a reset instead of an orderly end.
    func reset() {
        var linger = linger(l_onoff: 1, l_linger: 0)
        let length = socklen_t(MemoryLayout.size(ofValue: linger))
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, length)
        close()
    }

    /// Leaves this process 128 descriptors.
    static func limitDescriptors() {
        var limit = rlimit(rlim_cur: 128, rlim_max: 128)
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }

    /// Takes all descriptors this process may still have.
    static func takeAllDescriptors() -> [Int32] {
        var taken: [Int32] = []
        while true {
            let descriptor = open("/dev/null", O_RDONLY)
            if descriptor < 0 { return taken }
            taken.append(descriptor)
        }
    }

    private static func loopback(_ port: UInt16, _ last: UInt32 = 1) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0000 | last).bigEndian
        return address
    }
}
