public import Units
public import Wire

/// One whole WebSocket message, in place.
public struct Message: BitwiseCopyable {
    /// The payload; at least 64 bytes beyond its end are readable, for wide loads.
    public let payload: UnsafeRawBufferPointer
    /// Text (UTF-8, checked) rather than binary.
    public let isText: Bool
    /// When its last bytes were taken from the kernel, in `sluice_ticks`.
    public let receivedTicks: UInt64
    /// When its last record was decrypted, in `sluice_ticks`.
    public let decryptedTicks: UInt64

    /// When the kernel received its last bytes, in nanoseconds of CLOCK_REALTIME; 0 when unknown.
    let kernelNanoseconds: Int64

    /// When the kernel received its last bytes, since 1970 by the system's clock.
    ///
    /// Nil without ``LoopConfiguration/stampsArrivals``, and for some first messages with it: the
    /// kernel switches its stamps on while it runs.
    public var receivedByKernel: Nanoseconds? {
        kernelNanoseconds == 0 ? nil : Nanoseconds(kernelNanoseconds)
    }

    /// Bytes a reader may touch beyond the end of `payload`.
    public static var padding: Int { 64 }
}

/// What an ``EventLoop`` reports. Views in it are valid until the next `next()` or `poll`.
public enum TransportEvent: BitwiseCopyable {
    /// A connection we opened is ready: after the upgrade, or for HTTP after the handshake.
    case opened(ConnectionID)
    /// A client connected to a listener and finished its handshake.
    case accepted(ConnectionID)
    /// A WebSocket message arrived.
    case message(ConnectionID, Message)
    /// A client asks: answer with `respond`, or with `acceptUpgrade` when it is an upgrade.
    case request(ConnectionID, HTTPRequestView)
    /// A server answered.
    case response(ConnectionID, HTTPResponseView)
    /// The connection is over; its id is void.
    case closed(ConnectionID, CloseReason)
    /// Another thread called ``Waker/wake()``.
    case woken
}

/// What became of bytes handed over for sending.
public enum SendResult: Equatable, Sendable, BitwiseCopyable {
    /// The kernel took all of them.
    case sent
    /// They wait in the send buffer and follow when the socket can take them.
    case queued
    /// Nothing was sent.
    case refused(SendRefusal)
}

/// Why nothing was sent.
public enum SendRefusal: UInt8, Sendable, BitwiseCopyable {
    /// The connection is not open, or the id is void.
    case notOpen
    /// The message is longer than the configuration allows.
    case tooLarge
    /// The send buffer has no room: the peer reads too slowly.
    case bufferFull
    /// `endMessage` without the `beginMessage` of the same connection.
    case notBegun
    /// The socket broke; a `closed` event follows.
    case broken
}
