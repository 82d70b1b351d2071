internal import CLinux
internal import Containers
internal import Synchronization
internal import Transport
internal import Units

/// Looks a session's names up again and again, on a thread of its own, so that a venue that moved
/// is found and no name server ever stops the hot thread.
///
/// Every `interval`, and when the hot thread asks because connections fail; a name whose addresses
/// are others than before is told over a ring. A lookup that fails changes nothing.
///
/// Safe to share: the thread alone touches what it knows and the ring's sending end; the word it
/// sleeps on is atomic.
final class NameWatch: @unchecked Sendable {
    /// Lookups of failing connections are at least so far apart.
    private static let shortest = Nanoseconds.seconds(2)

    private let names: [String]
    private let interval: Nanoseconds
    private let resolve: NameResolver
    private let ring = SPSCRing<NamedAddress>(capacity: 64)
    private var told: SPSCRing<NamedAddress>.Producer
    private var known: [Set<NetworkAddress>]
    /// 0 while nobody wants anything: the futex it sleeps on.
    private let word: UnsafeMutablePointer<UInt32>
    private static let asked: UInt32 = 1
    private static let ended: UInt32 = 2

    /// Watches the names of `endpoints`, whose addresses are known; the first is name 0.
    init(_ endpoints: [Endpoint], every interval: Nanoseconds, by resolve: @escaping NameResolver) {
        names = endpoints.map { $0.address ?? $0.host }
        known = endpoints.map { Set($0.addresses) }
        self.interval = interval
        self.resolve = resolve
        told = ring.producer()
        word = .allocate(capacity: 1)
        word.initialize(to: 0)
    }

    deinit { word.deallocate() }

    /// The hot thread's end; taken once.
    func changes() -> AddressChanges { AddressChanges(ring.consumer()) }

    /// Begins; without a thread to be had, the first addresses have to do.
    func start() {
        // Nobody waits for its end: a name server may take half a minute to give up.
        ColdThread { self.run() }?.detach()
    }

    /// Wants the names looked up soon. The hot thread's: one system call at most.
    func ask() { wish(NameWatch.asked) }

    /// Ends the thread, once the name server has answered what it was asked.
    func stop() { wish(NameWatch.ended) }

    private func wish(_ what: UInt32) {
        let before = state.pointee.bitwiseOr(what, ordering: .acquiringAndReleasing).oldValue
        if before == 0 { sluice_futex_wake(word) }
    }

    private func run() {
        while true {
            sluice_futex_wait(word, 0, UInt64(interval.count))
            if isEnded { return }
            for name in names.indices { look(name) }
            // What is asked until here was about the addresses before; the pause is for the server.
            let pause = Deadline(NameWatch.shortest)
            while !pause.isOver && !isEnded {
                sluice_futex_wait(word, state.pointee.load(ordering: .relaxed), 100_000_000)
            }
            state.pointee.bitwiseAnd(~NameWatch.asked, ordering: .acquiringAndReleasing)
        }
    }

    private var isEnded: Bool { state.pointee.load(ordering: .acquiring) & NameWatch.ended != 0 }

    private func look(_ name: Int) {
        guard let found = try? resolve(names[name]).prefix(Resolver.capacity), !found.isEmpty,
            Set(found) != known[name]
        else { return }
        for (position, address) in found.enumerated() {
            let piece = NamedAddress(
                name: UInt8(name),
                position: UInt8(position),
                count: UInt8(found.count),
                address: address
            )
            // Not told is not known: the next lookup tells it again.
            if !told.push(piece) { return }
        }
        known[name] = Set(found)
    }

    private var state: UnsafeMutablePointer<Atomic<UInt32>> {
        UnsafeMutableRawPointer(word).assumingMemoryBound(to: Atomic<UInt32>.self)
    }
}

/// One address of a name, out of a list that travels piece by piece.
struct NamedAddress: Sendable, BitwiseCopyable {
    let name: UInt8
    let position: UInt8
    let count: UInt8
    let address: NetworkAddress
}

/// New addresses as the hot thread takes them. Allocates when there are some.
struct AddressChanges: ~Copyable {
    private var ring: SPSCRing<NamedAddress>.Consumer
    private var pieces: [NetworkAddress] = []

    init(_ ring: consuming SPSCRing<NamedAddress>.Consumer) { self.ring = ring }

    /// The next name whose addresses are others than before, and all of them; nil when there is
    /// none.
    mutating func next() -> (name: Int, addresses: [NetworkAddress])? {
        while let piece = ring.pop() {
            if piece.position == 0 { pieces.removeAll(keepingCapacity: true) }
            // A list that was cut short by a full ring begins again.
            guard Int(piece.position) == pieces.count else { continue }
            pieces.append(piece.address)
            if pieces.count == Int(piece.count) { return (Int(piece.name), pieces) }
        }
        return nil
    }
}
