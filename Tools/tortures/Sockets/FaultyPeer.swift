import CLinux
import Glibc
import Transport
import Units
import Wire

/// The venue's end of one connection: real TLS and WebSocket frames, and whatever can happen to
/// their bytes on the way.
///
/// What the protocol has to say is cut into chunks, each with the time at which it may leave; a
/// fault changes a chunk, holds it, or ends the connection in the middle of it.
final class FaultyPeer {
    /// How a connection ends without a word.
    enum End {
        /// The stream just ends.
        case cut
        /// The peer's kernel says reset.
        case reset
    }

    /// What is done to the bytes that leave next.
    enum ByteFault {
        case flip
        case lose
        case double
        case end(End)
    }

    let descriptor: Int32
    private(set) var connection: Connection
    /// Known once the client has asked for its path.
    private(set) var life: SocketLife?
    private(set) var line = 0
    private(set) var isDead = false
    private var random: SplitMix64
    private var chunks: [(due: Nanoseconds, bytes: [UInt8], end: End?)] = []
    private var sent = 0
    private var lastDue = Nanoseconds.zero
    private var byteFault: ByteFault?
    private var answer: UpgradeAnswer
    private var endsWhenSent = false
    private weak var lives: LifeRegister?

    // What is wrong with it; `strike` sets them.
    var stalledUntil = Nanoseconds.zero
    var trickleUntil = Nanoseconds.zero
    /// It neither reads nor writes any more, and does not say so.
    var isFrozen = false
    /// The book's topic is dead; pings are answered.
    var isMute = false
    var wakesWhenAsked = true
    var isSubscribed = false
    var dropsNext = false
    var repeatsNext = false
    var corruptsNext = false
    var fragmentsNext = false

    /// How the upgrade is answered.
    enum UpgradeAnswer {
        case yes
        case status(Int)
        /// A bad frame right behind it.
        case garbage
        case silence
    }

    /// A connection that was accepted; what becomes of it is drawn from `random`.
    init(
        _ descriptor: Int32,
        _ context: TLSContext,
        _ configuration: LoopConfiguration,
        _ lives: LifeRegister,
        _ random: SplitMix64
    ) {
        self.lives = lives
        self.descriptor = descriptor
        self.random = random
        connection = Connection(configuration, maskSeed: 1)
        answer = .yes
        switch self.random.next() % 128 {
        case 0: isFrozen = true
        case 1: byteFault = .flip
        case 2: byteFault = .lose
        case 3: byteFault = .end(.cut)
        case 4: byteFault = .end(.reset)
        case 5: answer = .status(403)
        case 6: answer = .status(302)
        case 7: answer = .status(500)
        case 8: answer = .garbage
        case 9: answer = .silence
        case 10...13: trickleUntil = Nanoseconds(.max)
        default: break
        }
        guard let tls = TLSSession(server: context) else {
            isDead = true
            return
        }
        connection.start(.server, tls: tls)
    }

    deinit { close(descriptor) }

    // MARK: Reading

    /// Takes what the client sent; `heard` is told every message.
    func read(into buffer: UnsafeMutableRawBufferPointer, heard: (FaultyPeer, [UInt8]) -> Void) {
        if isFrozen || isDead { return }
        let count = recv(descriptor, buffer.baseAddress, buffer.count, 0)
        if count < 0 && (errno == EAGAIN || errno == EINTR) { return }
        guard count > 0 else {
            isDead = true
            return
        }
        let chunk = UnsafeRawBufferPointer(rebasing: buffer[..<count])
        connection.feed(chunk, ticks: 0)
        while let event = connection.next() {
            switch event {
            case .request(let request): respond(request)
            case .message(let message): heard(self, Array(message.payload))
            case .closed: endsWhenSent = true
            case .opened, .accepted, .response: break
            }
        }
    }

    private func respond(_ request: HTTPRequestView) {
        let parts = String(decoding: request.path, as: UTF8.self).split(separator: "/")
        switch answer {
        case .yes:
            // A life that is over may still have a connect on its way.
            guard parts.count == 3, let number = Int(parts[1]), let line = Int(parts[2]),
                let found = lives?.find(number), line < found.terms.lines
            else { return end(.cut) }
            life = found
            self.line = line
            _ = connection.acceptUpgrade()
        case .status(let status):
            let body: [UInt8] = [0x7b, 0x7d]
            _ = body.withUnsafeBytes { connection.respond(status: status, body: $0) }
        case .garbage:
            _ = connection.acceptUpgrade()
            write(FaultyFrame.broken[random.below(FaultyFrame.broken.count)])
        case .silence:
            isFrozen = true
        }
    }

    // MARK: Writing

    /// Sends a text; whole, in fragments with a ping between, or spoiled.
    func say(_ text: String, _ now: Nanoseconds) {
        if isFrozen || isDead || connection.phase != .open { return }
        let bytes = Array(text.utf8)
        if fragmentsNext && bytes.count > 8 {
            fragmentsNext = false
            let third = bytes.count / 3
            write(FaultyFrame.make(1, bytes[..<third], isFinal: false))
            write(FaultyFrame.make(9, [0x70]))
            write(FaultyFrame.make(0, bytes[third..<(2 * third)], isFinal: false))
            write(FaultyFrame.make(0, bytes[(2 * third)...]))
        } else {
            write(FaultyFrame.make(1, bytes[...]))
        }
        pump(now)
    }

    /// Sends bytes as they are, inside TLS.
    func write(_ bytes: [UInt8]) {
        guard connection.phase == .open else { return }
        if !bytes.withUnsafeBytes({ connection.sendRaw($0) }) { end(.cut) }
    }

    /// Closes as the protocols want it.
    func closeInOrder(_ now: Nanoseconds) {
        _ = connection.close(code: 1_001)
        pump(now)
        endsWhenSent = true
    }

    func spoilNext(_ fault: ByteFault) { byteFault = fault }

    /// Takes what the protocols have to say.
    func pump(_ now: Nanoseconds) {
        let pending = connection.outbound.pending
        if pending.isEmpty || isDead { return }
        var bytes = Array(pending)
        connection.outbound.consume(bytes.count)
        var end: End?
        switch byteFault {
        case .none: break
        case .flip:
            let at = random.below(bytes.count)
            bytes[at] ^= 1 << UInt8(random.below(8))
        case .lose:
            let at = random.below(bytes.count)
            bytes.removeSubrange(at..<min(bytes.count, at + 1 + random.below(40)))
        case .double: bytes += bytes
        case .end(let how):
            bytes.removeLast(random.below(bytes.count))
            end = how
        }
        byteFault = nil
        let gateway = life?.terms.gateways[line]
        let delay = gateway?.delay ?? .zero
        let jitter = random.below(Int(gateway?.jitter.count ?? 0) + 1)
        lastDue = max(lastDue, now + delay + Nanoseconds(Int64(jitter)))
        chunks.append((lastDue, bytes, end))
        // A client that reads so slowly is cut off by any venue.
        if chunks.count > 20_000 { self.end(.cut) }
    }

    /// Sends what is due.
    func flush(_ now: Nanoseconds) {
        guard !isFrozen, !isDead, stalledUntil <= now else { return }
        let trickles = trickleUntil > now
        // Byte by byte a snapshot still has to arrive within a life.
        var sends = trickles ? 60 : 1_000
        while sends > 0, !isDead, let first = chunks.first, first.due <= now {
            sends -= 1
            let rest = first.bytes.count - sent
            let count = trickles ? min(rest, 1 + random.below(24)) : rest
            let done = first.bytes.withUnsafeBytes {
                sluice_send(descriptor, $0.baseAddress! + sent, count)
            }
            if done < 0 {
                if errno != EAGAIN && errno != EINTR { isDead = true }
                return
            }
            sent += done
            guard sent == first.bytes.count else { continue }
            sent = 0
            chunks.removeFirst()
            if let how = first.end { end(how) }
        }
        if endsWhenSent && chunks.isEmpty { end(.cut) }
    }

    func end(_ how: End) {
        if case .reset = how {
            var linger = linger(l_onoff: 1, l_linger: 0)
            setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, 8)
        }
        isDead = true
    }
}
