import Glibc
import Transport
import Units

/// Opens one WebSocket after the other, and sends every message back as it came.
struct EchoClient: ~Copyable {
    private var loop: EventLoop
    private let timeout: Int

    init(_ options: ServerOptions) throws(TransportError) {
        var configuration = LoopConfiguration()
        configuration.connections = 4
        configuration.maxMessageBytes = options.limit
        configuration.maxSendBytes = options.limit
        // An echo, its TLS records, and what the socket has not taken of the one before.
        configuration.sendBufferBytes = 2 * options.limit + (1 << 20)
        loop = try EventLoop(configuration)
        timeout = options.timeout
    }

    /// Echoes until the server closes; the last text that came.
    mutating func visit(_ endpoint: Endpoint, echoes: Bool) throws -> (String, CloseReason) {
        let id = try loop.openWebSocket(endpoint)
        let end = now() + timeout
        var last = ""
        while now() < end {
            loop.poll(timeout: .milliseconds(100))
            while let event = loop.next() {
                switch event {
                case .message(id, let message):
                    if echoes {
                        try echo(message, on: id, endpoint.path)
                    } else {
                        last = String(decoding: message.payload, as: UTF8.self)
                    }
                case .closed(id, let reason): return (last, reason)
                default: break
                }
            }
        }
        throw WsechoError.timedOut(endpoint.path, seconds: timeout)
    }

    private mutating func echo(_ message: Message, on id: ConnectionID, _ path: String) throws {
        guard let room = loop.beginMessage(id) else { return }
        room.copyMemory(from: message.payload)
        let length = message.payload.count
        if case .refused(let why) = loop.endMessage(id, length: length, isText: message.isText) {
            throw WsechoError.wrong("\(path): cannot send \(length) bytes back: \(why)")
        }
    }

    private func now() -> Int {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        return now.tv_sec
    }
}
