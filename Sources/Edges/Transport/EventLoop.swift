public import Units

/// All sockets of one thread.
public struct EventLoop: ~Copyable {
    /// What was done so far.
    public private(set) var counters = TransportCounters()
    /// Interrupts a blocking `poll` from another thread.
    public let waker: Waker

    /// A loop with the capacities of `configuration`.
    public init(_ configuration: LoopConfiguration) throws(TransportError) {
        waker = try Waker()
    }
    /// Starts to open a WebSocket; `.opened` or `.closed` follows.
    public mutating func openWebSocket(_ endpoint: Endpoint) throws(TransportError) -> ConnectionID
    {
        throw .tableFull
    }
    /// Starts to open a keep-alive HTTP connection; `.opened` or `.closed` follows.
    public mutating func openHTTP(_ endpoint: Endpoint) throws(TransportError) -> ConnectionID {
        throw .tableFull
    }
    /// Listens on 127.0.0.1; port 0 takes a free one. Plain when `identity` is nil.
    public mutating func listen(
        port: UInt16,
        identity: ServerIdentity?
    ) throws(TransportError) -> UInt16 { throw .tableFull }
    /// Answers an upgrade request with 101: the connection becomes a WebSocket.
    public mutating func acceptUpgrade(_ id: ConnectionID) {}
    /// Answers a request, as application/json.
    @discardableResult
    public mutating func respond(
        _ id: ConnectionID,
        status: Int,
        body: UnsafeRawBufferPointer
    ) -> SendResult { .refused(.notOpen) }
    /// Room for a message's payload; nil when the connection is not open.
    public mutating func beginMessage(_ id: ConnectionID) -> UnsafeMutableRawBufferPointer? { nil }
    /// Frames, masks, encrypts and sends what was written since `beginMessage`.
    @discardableResult
    public mutating func endMessage(_ id: ConnectionID, length: Int) -> SendResult {
        .refused(.notOpen)
    }
    /// Sends the bytes of one HTTP request.
    @discardableResult
    public mutating func sendRequest(
        _ id: ConnectionID,
        _ bytes: UnsafeRawBufferPointer
    ) -> SendResult { .refused(.notOpen) }
    /// Closes in good order; `.closed(.local)` follows.
    public mutating func close(_ id: ConnectionID, code: UInt16) {}
    /// One turn: submits, and reaps whatever is ready.
    public mutating func poll(timeout: Nanoseconds) {}
    /// The next event; nil when there is none until the next `poll`.
    public mutating func next() -> TransportEvent? { nil }
}
