import Transport

extension EventLoop {
    /// Options for one kind of use: few connections, messages of up to the limit both ways.
    static func echoing(_ limit: Int) throws(TransportError) -> EventLoop {
        var configuration = LoopConfiguration()
        configuration.connections = 8
        configuration.maxMessageBytes = limit
        configuration.maxSendBytes = limit
        // An echo, its TLS records, and what the socket has not taken of the one before.
        configuration.sendBufferBytes = 2 * limit + (1 << 20)
        return try EventLoop(configuration)
    }

    /// Sends a message back as it came; why not, if it cannot be.
    mutating func echo(_ message: Message, on id: ConnectionID) -> SendRefusal? {
        guard let room = beginMessage(id) else { return nil }
        room.copyMemory(from: message.payload)
        let length = message.payload.count
        if case .refused(let why) = endMessage(id, length: length, isText: message.isText) {
            return why
        }
        return nil
    }
}
