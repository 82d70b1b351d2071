public import Units

/// How a loop waits when nothing is ready.
public enum Waiting: Sendable {
    /// Never blocks: lowest latency, one core for itself.
    case spin
    /// Sleeps in the kernel until an event, the waker or the timeout.
    case block
}

/// The fixed capacities of an ``EventLoop``; nothing grows after start.
public struct LoopConfiguration: Sendable {
    /// Connections and listeners at the same time.
    public var connections = 16
    /// Receive buffers shared by all connections; a power of two.
    public var receiveBuffers = 256
    /// Bytes of one receive buffer.
    public var receiveBufferBytes = 16_384
    /// Entries of the completion queue; a power of two, by default 4 × the receive buffers.
    public var completionEntries = 1_024
    /// Largest WebSocket message or HTTP body accepted, in bytes.
    public var maxMessageBytes = 1 << 20
    /// Largest message that can be sent, in bytes.
    public var maxSendBytes = 1 << 16
    /// Plaintext of one connection waiting to be parsed: a message, a TLS record and a head.
    public var frameBytes: Int { maxMessageBytes + 2 * 16_384 + 1_024 }
    /// Bytes of one connection that the kernel does not take yet.
    public var sendBufferBytes = 1 << 18
    /// How long connect, TLS handshake and upgrade may take together.
    public var openTimeout = Nanoseconds.seconds(10)
    /// How long to wait for the peer's half of a close.
    public var closeTimeout = Nanoseconds.seconds(2)
    /// What moves the bytes.
    public var backend = Backend.Choice.automatic
    /// Options of the sockets.
    public var socketOptions = SocketOptions()
    /// Asks the kernel when bytes arrived: ``Message/receivedByKernel``.
    public var stampsArrivals = false
    /// How to wait.
    public var waiting = Waiting.block
    /// Seed of the WebSocket mask keys; nil takes one from the system's random source.
    public var maskSeed: UInt64?

    /// The defaults: 16 connections, 4 MiB of receive buffers, messages up to 1 MiB.
    public init() {}
}
