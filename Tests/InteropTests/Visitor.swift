import Foundation
import TestSupport
import Transport

/// The production client on one connection to a foreign server.
final class Visitor {
    private var loop: EventLoop
    private(set) var id = ConnectionID(index: 0, generation: 0)
    private(set) var isOpen = false
    private(set) var end: CloseReason?
    private(set) var messages: [(bytes: [UInt8], isText: Bool)] = []
    private(set) var body: [UInt8] = []
    /// Checks messages instead of keeping them.
    var check: StreamCheck?
    private(set) var fault: String?
    var counters: TransportCounters { loop.counters }

    init() throws {
        var configuration = LoopConfiguration()
        configuration.connections = 4
        configuration.maxMessageBytes = 4 << 20
        configuration.maxSendBytes = 4 << 20
        configuration.sendBufferBytes = 9 << 20
        loop = try EventLoop(configuration)
    }

    /// Opens a WebSocket, and again while nobody listens yet.
    func open(_ port: UInt16, _ path: String, plain: Bool = false) throws {
        try connect { try $0.openWebSocket(Visitor.endpoint(port, path, plain: plain)) }
    }

    /// Opens an HTTP connection, and again while nobody listens yet.
    func openHTTP(_ port: UInt16) throws {
        try connect { try $0.openHTTP(Visitor.endpoint(port, "/", plain: false)) }
    }

    private func connect(_ open: (inout EventLoop) throws -> ConnectionID) throws {
        let limit = Date(timeIntervalSinceNow: 20)
        repeat {
            end = nil
            isOpen = false
            id = try open(&loop)
            run { isOpen || end != nil }
        } while end == .refused(ECONNREFUSED) && Date() < limit
    }

    /// Turns until `condition`, or for half a minute.
    @discardableResult
    func run(seconds: Double = 30, until condition: () -> Bool) -> Bool {
        let limit = Date(timeIntervalSinceNow: seconds)
        while !condition() {
            if Date() > limit { return false }
            loop.poll(timeout: .milliseconds(10))
            while let event = loop.next() { note(event) }
        }
        return true
    }

    func send(_ bytes: [UInt8], isText: Bool) -> SendResult {
        guard let room = loop.beginMessage(id) else { return .refused(.notOpen) }
        room.copyBytes(from: bytes)
        return loop.endMessage(id, length: bytes.count, isText: isText)
    }

    func request(_ text: String) -> SendResult {
        var text = text
        return text.withUTF8 { loop.sendRequest(id, UnsafeRawBufferPointer($0)) }
    }

    func close() { loop.close(id) }

    private func note(_ event: TransportEvent) {
        switch event {
        case .opened(id): isOpen = true
        case .message(id, let message):
            if check != nil {
                if fault == nil { fault = check!.take(message.payload) }
            } else {
                messages.append((Array(message.payload), message.isText))
            }
        case .response(id, let response): body = Array(response.body)
        case .closed(id, let reason): end = reason
        default: break
        }
    }

    private static func endpoint(_ port: UInt16, _ path: String, plain: Bool) -> Endpoint {
        Endpoint(
            host: "localhost",
            port: port,
            path: path,
            trust: Identity.shared.trust,
            isPlain: plain,
            address: "127.0.0.1"
        )
    }
}
