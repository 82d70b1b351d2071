import Foundation
import Synchronization
import Transport
import Units
import Venues

/// Lives many lives at once on one thread and one event loop of the production transport.
final class LifeRunner: @unchecked Sendable {
    /// What its lives showed.
    struct Tally {
        var runs = 0
        var right = 0
        var stale = 0
        var hopeless = 0
        var failures: [String] = []
        var passed = 0
        var looks = 0
        var soundLooks = 0
        var bookLosses = 0
        var gaps = 0
        var filledGaps = 0
        var malformed = 0
        var late = 0
        var restarts = 0
        var reconnects = 0
        var connections = 0
        /// Ends of connections, by their reason.
        var ends: [String: Int] = [:]
    }

    private let numbers: StrideTo<Int>
    private let seed: UInt64
    private let isCareless: Bool
    private let venue: VenueAddresses
    private let register: LifeRegister
    private var loop: EventLoop
    private var decoder: BybitDecoder
    private var clients: [LifeClient?]
    private var owners: [ConnectionID: Int] = [:]
    private var tally = Tally()
    private let done = DispatchSemaphore(value: 0)
    /// Lives that have ended; any thread may read it.
    let ended = Atomic(0)

    /// Lives of `numbers`, `atOnce` of them at a time, on the given backend.
    init(
        _ numbers: StrideTo<Int>,
        seed: UInt64,
        atOnce: Int,
        backend: Backend.Choice,
        venue: VenueAddresses,
        register: LifeRegister,
        isCareless: Bool
    ) throws {
        self.numbers = numbers
        self.seed = seed
        self.isCareless = isCareless
        self.venue = venue
        self.register = register
        var sizes = LoopConfiguration()
        // Three lines a life, each with ends that still linger.
        sizes.connections = atOnce * 16
        sizes.backend = backend
        sizes.maxMessageBytes = 1 << 16
        sizes.maxSendBytes = 1 << 12
        sizes.sendBufferBytes = 1 << 14
        sizes.closeTimeout = .milliseconds(200)
        sizes.openTimeout = .seconds(2)
        loop = try EventLoop(sizes)
        decoder = BybitDecoder(
            instruments: [LifeRunner.instrument],
            session: SessionPrefix("sockets0")!
        )
        clients = []
        for _ in 0..<atOnce { clients.append(nil) }
    }

    private static let instrument = Instrument(
        id: InstrumentID(0),
        category: .linear,
        symbol: StoryText.symbol,
        baseCoin: "BTC",
        quoteCoin: "USDT",
        tick: DecimalScale(step: "0.10")!,
        lot: DecimalScale(step: "0.001")!,
        priceRange: Price(ticks: 1)...Price(ticks: 1 << 30),
        quantityRange: Quantity(lots: 1)...Quantity(lots: 1 << 30),
        minimumNotional: .zero
    )

    /// What moves the bytes.
    var backend: Backend { loop.backend }

    func start() {
        Thread { [self] in
            run()
            done.signal()
        }.start()
    }

    /// Waits for the last life's end.
    func wait() -> Tally {
        done.wait()
        return tally
    }

    private func run() {
        var next = numbers.makeIterator()
        var living = 0
        var isOut = false
        var nextTick = SocketLife.now()
        while living > 0 || !isOut {
            for slot in clients.indices where clients[slot] == nil && !isOut {
                guard let number = next.next() else {
                    isOut = true
                    break
                }
                let life = SocketLife(
                    number,
                    seed: seed &+ UInt64(number),
                    lines: number / 2 % 3 + 1
                )
                register.add(life)
                clients[slot] = LifeClient(life, isCareless: isCareless)
                living += 1
            }
            loop.poll(timeout: .milliseconds(2))
            while let event = loop.next() { handle(event) }
            let now = SocketLife.now()
            guard now >= nextTick else { continue }
            nextTick = now + .milliseconds(3)
            for slot in clients.indices {
                guard let client = clients[slot] else { continue }
                client.tick(now)
                act(client, slot, now)
                client.look(now)
                if client.end != nil || client.failure != nil {
                    finish(client, slot)
                    living -= 1
                }
            }
        }
        // What still lingers ends by the close's patience.
        let last = SocketLife.now() + .milliseconds(600)
        while SocketLife.now() < last {
            loop.poll(timeout: .milliseconds(20))
            while loop.next() != nil {}
        }
    }

    private func handle(_ event: TransportEvent) {
        let now = SocketLife.now()
        switch event {
        case .opened(let id):
            guard let (client, slot, line) = owner(id) else { return }
            tally.connections += 1
            client.opened(line, now)
            act(client, slot, now)
        case .message(let id, let message):
            guard let (client, slot, line) = owner(id) else { return }
            client.take(decoder.decode(message.payload), line, now)
            act(client, slot, now)
        case .closed(let id, let reason):
            tally.ends[LifeRunner.kind(reason), default: 0] += 1
            defer { owners[id] = nil }
            guard let (client, slot, line) = owner(id) else { return }
            client.closed(line, reason, now)
            act(client, slot, now)
        case .accepted, .request, .response, .woken:
            break
        }
    }

    private func owner(_ id: ConnectionID) -> (LifeClient, Int, Int)? {
        guard let slot = owners[id], let client = clients[slot], let line = client.line(of: id)
        else { return nil }
        return (client, slot, line)
    }

    private func act(_ client: LifeClient, _ slot: Int, _ now: Nanoseconds) {
        client.act(&loop, venue, now) { owners[$0] = slot }
    }

    private func finish(_ client: LifeClient, _ slot: Int) {
        client.leave(&loop)
        register.remove(client.life)
        clients[slot] = nil
        tally.runs += 1
        if client.life.terms.isHopeless { tally.hopeless += 1 }
        switch client.end {
        case .right?: tally.right += 1
        case .stale?: tally.stale += 1
        case nil: break
        }
        if let failure = client.failure {
            let life = client.life
            tally.failures.append(
                "life \(life.number) (seed \(life.seed), \(life.terms.lines) lines): \(failure)"
            )
        }
        tally.passed += client.passed
        tally.looks += client.looks
        tally.soundLooks += client.soundLooks
        tally.bookLosses += client.lines.counts.losses
        tally.filledGaps += client.lines.counts.filledGaps
        tally.restarts += client.lines.counts.restarts
        for line in 0..<client.life.terms.lines {
            let counts = client.lines.counts(of: line)
            tally.gaps += counts.gaps
            tally.malformed += counts.malformed
            tally.late += counts.late
            tally.reconnects += counts.reconnects
        }
        ended.add(1, ordering: .releasing)
    }

    private static func kind(_ reason: CloseReason) -> String {
        switch reason {
        case .peerClosed: "closed in order"
        case .truncated: "cut off"
        case .ended: "ended"
        case .tls(let failure): "TLS: \(failure.text)"
        case .refused: "not connected"
        case .broken: "broken"
        case .timedOut: "timed out"
        case .frames, .tooLarge: "bad frame"
        case .http, .wrongAccept, .badUpgrade: "bad upgrade"
        case .upgradeRefused, .redirected: "upgrade refused"
        case .turnedAway: "turned away"
        case .sendBufferFull: "send buffer full"
        case .local: "by us"
        }
    }
}
