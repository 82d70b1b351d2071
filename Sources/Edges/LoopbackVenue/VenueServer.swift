internal import Containers
internal import Glibc
internal import Synchronization
internal import Transport
internal import Units
internal import Wire

/// Runs a trading floor on an event loop: sockets to sessions, and back.
final class VenueServer {
    /// The port it listens on.
    let port: UInt16
    /// Interrupts its sleep.
    let waker: Waker
    /// Set before waking it to end `serve`.
    let isStopping = Atomic(false)

    private var loop: EventLoop
    private let floor: TradingFloor
    private var sessions: [ConnectionID: Int] = [:]
    private var connections: [Int: ConnectionID] = [:]
    /// Answers that leave later, in the order they leave.
    private var delayed: [(at: Nanoseconds, to: ConnectionID, answer: RESTAnswer)] = []

    /// The longest sleep: nothing needs it, but a lost wake-up must not last.
    private static let longestSleep = Nanoseconds.seconds(10)

    private let notice: (@Sendable (String) -> Void)?
    private let clockOffset: Nanoseconds

    init(
        _ floor: TradingFloor,
        _ certificates: VenueCertificates,
        _ wanted: LoopbackVenueConfiguration
    ) throws {
        self.floor = floor
        notice = wanted.notice
        clockOffset = wanted.clockOffset
        var configuration = LoopConfiguration()
        configuration.connections = 256
        // Clients send little; whole books and lists go out.
        configuration.maxMessageBytes = 1 << 16
        configuration.maxSendBytes = 1 << 18
        configuration.sendBufferBytes = 1 << 19
        loop = try EventLoop(configuration)
        let identity = ServerIdentity(certificate: certificates.certificate, key: certificates.key)
        port = try loop.listen(port: wanted.port, identity: identity)
        waker = loop.waker
    }

    /// Serves until `isStopping` is set and the loop is woken.
    func serve() {
        while !isStopping.load(ordering: .acquiring) {
            loop.poll(timeout: sleep())
            while let event = loop.next() { handle(event) }
            floor.advance(now())
            flush()
            respondLate(now())
            keepMute(now())
            freeze()
        }
        for id in sessions.keys { loop.close(id, code: 1_001) }
        // One turn lets the closes leave.
        loop.poll(timeout: .zero)
    }

    /// Serves nobody who comes while the floor says so.
    private func keepMute(_ now: Nanoseconds) {
        if let end = floor.trouble.muteUntil, end <= now { floor.trouble.muteUntil = nil }
        let isMute = floor.trouble.muteUntil != nil
        if loop.isMute != isMute { loop.isMute = isMute }
    }

    /// Stands still while the floor says so: the kernel takes what clients send, nobody reads it.
    private func freeze() {
        guard let end = floor.trouble.frozenUntil else { return }
        while now() < end && !isStopping.load(ordering: .acquiring) {
            usleep(2_000)
        }
        floor.trouble.frozenUntil = nil
    }

    private func sleep() -> Nanoseconds {
        let deadlines = [floor.nextDeadline, delayed.first?.at].compactMap { $0 }
        guard let deadline = deadlines.min() else { return VenueServer.longestSleep }
        let left = deadline - now()
        return min(max(left, .zero), VenueServer.longestSleep)
    }

    /// The venue's clock.
    private func now() -> Nanoseconds {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        let host = Nanoseconds(Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
        return host + clockOffset
    }

    private func handle(_ event: TransportEvent) {
        switch event {
        case .request(let id, let view):
            let request = RESTRequest(view)
            if view.isWebSocketUpgrade, now() < floor.trouble.turnsAwayUntil {
                Array("{}".utf8).withUnsafeBytes { _ = loop.respond(id, status: 403, body: $0) }
            } else if view.isWebSocketUpgrade, let endpoint = VenueEndpoint(path: request.path) {
                loop.acceptUpgrade(id)
                let session = floor.open(endpoint)
                sessions[id] = session
                connections[session] = id
            } else {
                let now = self.now()
                deliver(floor.answer(request, now), to: id, now)
            }
        case .message(let id, let message):
            guard let session = sessions[id] else { return }
            floor.receive(message.payload, from: session, now())
            // Replies leave before the next message is looked at, as they came.
            flush()
        case .closed(let id, _):
            delayed.removeAll { $0.to == id }
            guard let session = sessions.removeValue(forKey: id) else { return }
            connections[session] = nil
            floor.close(session)
        case .accepted, .opened, .response, .woken: break
        }
    }

    private func deliver(_ answer: RESTAnswer, to id: ConnectionID, _ now: Nanoseconds) {
        switch answer.delivery {
        case .never: break
        case .closing: loop.close(id)
        case .after(let delay):
            // Answers of one connection keep their order.
            let earlier = delayed.last { $0.to == id }?.at ?? .zero
            if delay <= .zero && earlier == .zero { return respond(id, answer) }
            let time = max(now + delay, earlier)
            let index = delayed.firstIndex { $0.at > time } ?? delayed.count
            delayed.insert((time, id, answer), at: index)
        }
    }

    private func respondLate(_ now: Nanoseconds) {
        while let first = delayed.first, first.at <= now {
            respond(first.to, first.answer)
            delayed.removeFirst()
        }
    }

    private func respond(_ id: ConnectionID, _ answer: RESTAnswer) {
        answer.body.withUnsafeBytes { body in
            _ = loop.respond(id, status: answer.status, headers: answer.headers, body: body)
        }
    }

    /// Sends what the floor has to say.
    private func flush() {
        for outgoing in floor.takeOutbox() {
            guard let id = connections[outgoing.session] else { continue }
            if !send(outgoing.text, to: id) {
                // A client that reads too slowly is cut off, as on the venue.
                loop.close(id, code: 1_008)
                sessions[id] = nil
                connections[outgoing.session] = nil
                floor.close(outgoing.session)
            }
        }
        for session in floor.takeEndedSessions() {
            guard let id = connections.removeValue(forKey: session) else { continue }
            sessions[id] = nil
            loop.close(id, code: 1_012)
        }
        for note in floor.takeNotes() { tell(note) }
    }

    private func tell(_ note: String) {
        if let notice { return notice(note) }
        let line = Array("sluice venue: \(note)\n".utf8)
        _ = write(STDERR_FILENO, line, line.count)
    }

    private func send(_ text: [UInt8], to id: ConnectionID) -> Bool {
        guard let room = loop.beginMessage(id), room.count >= text.count else { return false }
        room.copyBytes(from: text)
        if case .refused = loop.endMessage(id, length: text.count) { return false }
        return true
    }
}
