import Foundation
import Glibc
import Synchronization

/// Passes TCP connections on, byte for byte, from an address of its own to a port of 127.0.0.1:
/// the same venue somewhere else.
final class Forwarder: @unchecked Sendable {
    private let listener: Int32
    private let target: UInt16
    private let isStopping = Atomic(false)
    private let done = DispatchSemaphore(value: 0)
    /// Connections passed on so far.
    let connections = Atomic(0)

    /// Listens on `address`; nil when it cannot.
    init?(_ address: String, _ port: UInt16, to target: UInt16) {
        self.target = target
        listener = socket(AF_INET, Int32(1), 0)
        var place = Forwarder.place(address, port)
        let isBound = withUnsafePointer(to: &place) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard isBound == 0, listen(listener, 16) == 0 else {
            close(listener)
            return nil
        }
    }

    deinit { close(listener) }

    func start() {
        Thread { [self] in
            var pairs: [(Int32, Int32)] = []
            while !isStopping.load(ordering: .acquiring) { turn(&pairs) }
            for (client, venue) in pairs {
                close(client)
                close(venue)
            }
            done.signal()
        }.start()
    }

    func stop() {
        isStopping.store(true, ordering: .releasing)
        done.wait()
    }

    private func turn(_ pairs: inout [(Int32, Int32)]) {
        var polled = [pollfd(fd: listener, events: Int16(POLLIN), revents: 0)]
        for (client, venue) in pairs {
            polled.append(pollfd(fd: client, events: Int16(POLLIN), revents: 0))
            polled.append(pollfd(fd: venue, events: Int16(POLLIN), revents: 0))
        }
        poll(&polled, nfds_t(polled.count), 20)
        var ended: Set<Int> = []
        for (i, state) in polled.enumerated().dropFirst() where state.revents != 0 {
            let pair = (i - 1) / 2
            let other = i % 2 == 1 ? pairs[pair].1 : pairs[pair].0
            if !pass(state.fd, other) { ended.insert(pair) }
        }
        for pair in ended.sorted(by: >) {
            close(pairs[pair].0)
            close(pairs[pair].1)
            pairs.remove(at: pair)
        }
        if polled[0].revents != 0 {
            let client = accept(listener, nil, nil)
            let venue = socket(AF_INET, Int32(1), 0)
            var place = Forwarder.place("127.0.0.1", target)
            _ = withUnsafePointer(to: &place) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(venue, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
            connections.add(1, ordering: .relaxed)
            pairs.append((client, venue))
        }
    }

    /// What is there on `from`, to `to`; false at the end of either.
    private func pass(_ from: Int32, _ to: Int32) -> Bool {
        withUnsafeTemporaryAllocation(byteCount: 1 << 16, alignment: 16) { room in
            let count = read(from, room.baseAddress, room.count)
            guard count > 0 else { return false }
            return write(to, room.baseAddress, count) == count
        }
    }

    private static func place(_ address: String, _ port: UInt16) -> sockaddr_in {
        var place = sockaddr_in()
        place.sin_family = sa_family_t(AF_INET)
        place.sin_port = port.bigEndian
        place.sin_addr.s_addr = inet_addr(address)
        return place
    }
}
