import Glibc
import Transport
import Units

/// Opens one WebSocket after the other, and sends every message back as it came.
struct EchoClient: ~Copyable {
    private var loop: EventLoop
    private let timeout: Int

    init(_ options: ServerOptions) throws(TransportError) {
        loop = try .echoing(options.limit)
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
                    if !echoes {
                        last = String(decoding: message.payload, as: UTF8.self)
                    } else if let why = loop.echo(message, on: id) {
                        throw WsechoError.wrong("\(endpoint.path): no echo could be sent: \(why)")
                    }
                case .closed(id, let reason): return (last, reason)
                default: break
                }
            }
        }
        throw WsechoError.timedOut(endpoint.path, seconds: timeout)
    }

    private func now() -> Int {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        return now.tv_sec
    }
}
