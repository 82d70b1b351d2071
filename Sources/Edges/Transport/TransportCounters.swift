/// What a loop has done since its start.
public struct TransportCounters: Sendable, BitwiseCopyable {
    /// Bytes taken from the kernel.
    public internal(set) var bytesReceived: UInt64 = 0
    /// Bytes the kernel took.
    public internal(set) var bytesSent: UInt64 = 0
    /// WebSocket messages delivered.
    public internal(set) var messagesReceived: UInt64 = 0
    /// WebSocket messages handed over for sending.
    public internal(set) var messagesSent: UInt64 = 0
    /// TLS or plain reads that brought bytes; messages ÷ records tells how the peer batches.
    public internal(set) var records: UInt64 = 0
    /// Receives that ended because all buffers were in use.
    public internal(set) var buffersExhausted: UInt64 = 0
    /// Multishot operations armed again.
    public internal(set) var rearms: UInt64 = 0
    /// Times the completion queue was seen overflowing into the kernel.
    public internal(set) var completionOverflows: UInt64 = 0
    /// Operations the kernel had no room for; tried again, or the connection was given up.
    public internal(set) var operationsRefused: UInt64 = 0
    /// Receives that came with the kernel's time of arrival.
    public internal(set) var arrivalsStamped: UInt64 = 0
    /// Sends the socket did not take whole.
    public internal(set) var shortSends: UInt64 = 0
    /// Messages refused because a send buffer was full.
    public internal(set) var sendsRefused: UInt64 = 0
    /// Connections turned away because the table was full.
    public internal(set) var acceptsDropped: UInt64 = 0
    /// Connections of ours whose TLS handshake resumed an earlier session.
    public internal(set) var resumed: UInt64 = 0
    /// Connections closed, for any reason.
    public internal(set) var closed: UInt64 = 0

    /// All zero.
    public init() {}
}
