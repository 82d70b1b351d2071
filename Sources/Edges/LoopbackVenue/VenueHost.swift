internal import CLinux
internal import Containers
internal import Glibc
internal import Synchronization
internal import Transport
internal import Units
internal import Wire

/// A whole venue in this process: Bybit-shaped, on 127.0.0.1, with real TLS, WebSocket and REST
/// around a simulated exchange.
///
/// It makes its own certificate authority in a private directory, which goes when the venue stops.
/// One thread serves; it sleeps in the kernel until a client or the feed's clock wants it.
///
///     let venue = try VenueHost(LoopbackVenueConfiguration())
///     venue.start()                      // clients: https://localhost:\(venue.port)
///     venue.stop()                       //          and trust venue.caFile
///
/// Safe to share between threads: the making thread touches the server until `start` or `run`, the
/// serving thread alone from then on; the rest is constant or atomic.
public final class VenueHost: @unchecked Sendable {
    /// The TCP port it listens on.
    public let port: UInt16
    /// PEM file of the authority that clients must trust.
    public let caFile: String
    /// What it offers.
    public let symbols: [VenueMarket]

    private let server: VenueServer
    private let identity: VenueIdentity
    private let isIdentityOwn: Bool
    private let floor: TradingFloor
    private let waker: Waker
    private let thread = Mutex<pthread_t?>(nil)

    /// Makes certificates, reads the recordings' first books and listens.
    ///
    /// - Throws: `LoopbackVenueError` for a bad recording or configuration; `TransportError` when
    ///   the port cannot be had.
    public init(_ configuration: LoopbackVenueConfiguration) throws {
        let floor = try TradingFloor(configuration)
        self.floor = floor
        isIdentityOwn = configuration.identity == nil
        identity = try configuration.identity ?? VenueIdentity()
        server = try VenueServer(floor, identity.certificates, configuration)
        port = server.port
        waker = server.waker
        caFile = identity.caFile
        symbols = floor.desks.map(\.market)
    }

    /// Serves on a thread of its own until `stop`.
    public func start() {
        thread.withLock { thread in
            guard thread == nil else { return }
            var made = pthread_t()
            let this = Unmanaged.passRetained(self).toOpaque()
            let failed = pthread_create(&made, nil, VenueHost.main, this)
            precondition(failed == 0, "VenueHost: no thread to be had")
            thread = made
        }
    }

    private static let main: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? =
        { raw in
            if let raw {
                Unmanaged<VenueHost>.fromOpaque(raw).takeRetainedValue().run()
            }
            return nil
        }

    /// Serves on the calling thread until another one calls `stop`.
    public func run() {
        server.serve()
        if isIdentityOwn { identity.remove() }
    }

    /// What the venue knows to be true of the account.
    ///
    /// - Precondition: it has stopped, or was never started.
    package func books() -> VenueBooks {
        precondition(thread.withLock { $0 == nil }, "VenueHost: books of a venue at work")
        return VenueBooks(floor)
    }

    /// Ends serving; returns when the serving thread, if `start` made one, has ended. Any thread.
    public func stop() {
        server.isStopping.store(true, ordering: .releasing)
        waker.wake()
        let serving = thread.withLock { thread in
            defer { thread = nil }
            return thread
        }
        if let serving { pthread_join(serving, nil) }
    }
}
