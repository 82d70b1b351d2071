import CLinux
import Foundation
import Glibc
import Synchronization
import Transport
import Units

/// A venue of many lives on one thread, over plain sockets of its own: the client's
/// transport has no part in it.
final class FaultyVenue: @unchecked Sendable {
    /// Where the venue is.
    let port: UInt16
    /// Where another server is, with a certificate that must not be believed.
    let impostors: [UInt16]
    private let lives: LifeRegister
    private let isStopping = Atomic(false)
    private let done = DispatchSemaphore(value: 0)
    private var listeners: [(descriptor: Int32, context: TLSContext)] = []
    private var peers: [FaultyPeer] = []
    private var desks: [Int: VenueDesk] = [:]
    private var random: SplitMix64
    private let sizes: LoopConfiguration
    /// Faults done, by name; complete once `stop` returned.
    private(set) var faults: [String: Int] = [:]
    private(set) var accepted = 0

    init(_ certificates: LifeCertificates, _ lives: LifeRegister, seed: UInt64) throws {
        self.lives = lives
        random = SplitMix64(seed: seed)
        var sizes = LoopConfiguration()
        sizes.maxMessageBytes = 1 << 14
        sizes.sendBufferBytes = 1 << 16
        self.sizes = sizes
        var ports: [UInt16] = []
        for identity in [certificates.good] + certificates.bad {
            let (descriptor, port) = try FaultyVenue.listen()
            listeners.append((descriptor, try TLSContext(identity: identity)))
            ports.append(port)
        }
        port = ports[0]
        impostors = Array(ports[1...])
    }

    deinit { for listener in listeners { close(listener.descriptor) } }

    func start() {
        Thread { [self] in
            while !isStopping.load(ordering: .acquiring) { turn() }
            peers = []
            for desk in desks.values { faults.merge(desk.faults, uniquingKeysWith: +) }
            desks = [:]
            done.signal()
        }.start()
    }

    func stop() {
        isStopping.store(true, ordering: .releasing)
        done.wait()
    }

    /// POLLRDHUP, which Glibc's module lacks: the client has ended its half.
    private static let hungUp: Int16 = 0x2000

    private func turn() {
        var polled = listeners.map { pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0) }
        for peer in peers {
            // A frozen peer reads nothing, but goes with its client.
            let events = peer.isFrozen ? FaultyVenue.hungUp : Int16(POLLIN)
            polled.append(pollfd(fd: peer.descriptor, events: events, revents: 0))
        }
        poll(&polled, nfds_t(polled.count), 1)
        let now = SocketLife.now()
        withUnsafeTemporaryAllocation(byteCount: 1 << 14, alignment: 64) { buffer in
            for (peer, state) in zip(peers, polled[listeners.count...]) where state.revents != 0 {
                if peer.isFrozen {
                    peer.end(.cut)
                    continue
                }
                let wasKnown = peer.life != nil
                peer.read(into: buffer) { peer, bytes in
                    guard let life = peer.life else { return }
                    desks[life.number]?.heard(peer, bytes, now)
                }
                if !wasKnown, let life = peer.life { desk(life).peers.append(peer) }
            }
        }
        for (listener, state) in zip(listeners, polled) where state.revents != 0 {
            accept(listener)
        }
        for life in lives.all { desk(life).turn(now) }
        for peer in peers {
            peer.pump(now)
            peer.flush(now)
        }
        bury()
    }

    private func desk(_ life: SocketLife) -> VenueDesk {
        if let known = desks[life.number] { return known }
        let made = VenueDesk(life)
        desks[life.number] = made
        return made
    }

    private func accept(_ listener: (descriptor: Int32, context: TLSContext)) {
        while true {
            let descriptor = Glibc.accept(listener.descriptor, nil, nil)
            guard descriptor >= 0 else { return }
            _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
            sluice_no_delay(descriptor)
            let seed = SplitMix64(seed: random.next())
            let peer = FaultyPeer(descriptor, listener.context, sizes, lives, seed)
            peers.append(peer)
            accepted += 1
        }
    }

    /// Lets go of what has ended, and of the lives that are over.
    private func bury() {
        for desk in desks.values where desk.life.isOver.load(ordering: .acquiring) {
            for peer in desk.peers { peer.end(.cut) }
            faults.merge(desk.faults, uniquingKeysWith: +)
            desks[desk.life.number] = nil
        }
        guard peers.contains(where: \.isDead) else { return }
        for peer in peers where peer.isDead {
            if let life = peer.life { desks[life.number]?.peers.removeAll { $0 === peer } }
        }
        peers.removeAll(where: \.isDead)
    }

    private static func listen() throws -> (Int32, UInt16) {
        let descriptor = sluice_tcp_socket(0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let rc = withUnsafeMutableBytes(of: &address) { bytes in
            let generic = bytes.baseAddress!.assumingMemoryBound(to: sockaddr.self)
            return bind(descriptor, generic, length) | Glibc.listen(descriptor, 512)
                | getsockname(descriptor, generic, &length)
        }
        guard descriptor >= 0, rc == 0 else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
        return (descriptor, UInt16(bigEndian: address.sin_port))
    }
}
