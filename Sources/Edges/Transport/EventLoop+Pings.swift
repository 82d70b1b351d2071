extension EventLoop {
    /// Sends an empty WebSocket ping; the peer's WebSocket answers, whatever its application does.
    public mutating func ping(_ id: ConnectionID) {
        guard let i = index(id), slots[i].connection.phase == .open else { return }
        if slots[i].connection.sendControl(.ping, UnsafeRawBufferPointer(start: nil, count: 0)) {
            flush(i)
        }
    }

    /// Pongs that came on a connection since it was opened; nil when it is over.
    public func pongs(_ id: ConnectionID) -> UInt32? {
        index(id).map { slots[$0].connection.pongs }
    }
}
