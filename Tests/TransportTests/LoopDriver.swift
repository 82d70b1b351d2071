import Foundation
import Transport
import Units
import Wire

/// An event whose views are copied, so that tests can look at it later.
enum Seen: Equatable {
    case opened(ConnectionID)
    case accepted(ConnectionID)
    case message(ConnectionID, String)
    case request(ConnectionID, String, String)
    case response(ConnectionID, Int, String)
    case closed(ConnectionID, CloseReason)
    case woken
}

func text(_ bytes: UnsafeRawBufferPointer) -> String { String(decoding: bytes, as: UTF8.self) }

/// The backends that work here: io_uring may be forbidden where tests run.
let backends: [Backend.Choice] = {
    var configuration = LoopConfiguration()
    configuration.backend = .uring
    let works = (try? EventLoop(configuration)) != nil
    return works ? [.uring, .sockets] : [.sockets]
}()

/// One loop with a small server in it: upgrades are accepted, messages to the server come back.
final class LoopDriver {
    var loop: EventLoop
    var seen: [Seen] = []
    var servers: Set<ConnectionID> = []
    var echoes = true
    var upgrades = true

    init(
        _ backend: Backend.Choice = .automatic,
        _ change: (inout LoopConfiguration) -> Void = { _ in }
    ) throws {
        var configuration = LoopConfiguration()
        configuration.backend = backend
        configuration.connections = 6
        configuration.receiveBuffers = 16
        configuration.maxMessageBytes = 1 << 17
        configuration.maxSendBytes = 1 << 17
        configuration.completionEntries = 64
        configuration.maskSeed = 1
        change(&configuration)
        loop = try EventLoop(configuration)
    }

    /// One turn; sleeps up to 10 ms for it.
    func turn() {
        loop.poll(timeout: .milliseconds(10))
        while let event = loop.next() { note(event) }
    }

    /// Turns until `condition`; false after `seconds`.
    @discardableResult
    func run(_ seconds: Double = 10, until condition: () -> Bool) -> Bool {
        let end = Date(timeIntervalSinceNow: seconds)
        while !condition() {
            if Date() > end { return false }
            turn()
        }
        return true
    }

    /// Turns until `event` is seen.
    func sees(_ event: Seen, _ seconds: Double = 10) -> Bool {
        run(seconds) { seen.contains(event) }
    }

    /// Turns until the connection is closed; the reason.
    func reason(_ id: ConnectionID, _ seconds: Double = 10) -> CloseReason? {
        var found: CloseReason?
        run(seconds) {
            for case .closed(let closed, let reason) in seen where closed == id { found = reason }
            return found != nil
        }
        return found
    }

    @discardableResult
    func send(_ id: ConnectionID, _ text: String) -> SendResult {
        guard let room = loop.beginMessage(id) else { return .refused(.notOpen) }
        room.copyBytes(from: text.utf8)
        return loop.endMessage(id, length: text.utf8.count)
    }

    func messages(_ id: ConnectionID) -> [String] {
        seen.compactMap { if case .message(id, let text) = $0 { text } else { nil } }
    }

    private func note(_ event: TransportEvent) {
        switch event {
        case .opened(let id): seen.append(.opened(id))
        case .accepted(let id):
            servers.insert(id)
            seen.append(.accepted(id))
        case .message(let id, let message):
            let text = text(message.payload)
            if echoes, servers.contains(id) {
                send(id, text)
            } else {
                seen.append(.message(id, text))
            }
        case .request(let id, let request):
            let path = text(request.path)
            let body = text(request.body)
            if request.isWebSocketUpgrade, upgrades {
                loop.acceptUpgrade(id)
            } else {
                var answer = "{\"path\":\"\(path)\",\"body\":\"\(body)\"}"
                answer.withUTF8 {
                    _ = loop.respond(
                        id,
                        status: upgrades ? 200 : 503,
                        body: UnsafeRawBufferPointer($0)
                    )
                }
            }
            seen.append(.request(id, path, body))
        case .response(let id, let response):
            seen.append(.response(id, response.status, text(response.body)))
        case .closed(let id, let reason):
            seen.append(.closed(id, reason))
        case .woken:
            seen.append(.woken)
        }
    }
}

extension Endpoint {
    /// Our own server on `port`.
    static func local(
        _ port: UInt16,
        trust: TrustAnchors? = Certificates.shared.authority,
        host: String = "localhost"
    ) -> Endpoint {
        Endpoint(
            host: host,
            port: port,
            path: "/v5/public/linear",
            trust: trust ?? .system,
            isPlain: trust == nil,
            address: "127.0.0.1"
        )
    }
}
