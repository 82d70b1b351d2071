import Foundation
import Testing
import Transport
import Units
import Wire

@Suite("Peers that are slow, rude or many", .timeLimit(.minutes(3)))
struct RudePeerTests {
    let certificates = Certificates.shared

    @Test("an end without close_notify is a truncation, with it an end", arguments: backends)
    func truncation(on backend: Backend.Choice) throws {
        for isOrderly in [false, true] {
            let driver = try LoopDriver(backend)
            let port = try driver.loop.listen(port: 0, identity: certificates.good)
            let peer = try TLSPeer(Peer.connect(port), isOrderly: isOrderly)
            #expect(driver.run { peer.step() && driver.servers.count == 1 })
            peer.end()
            let server = try #require(driver.servers.first)
            #expect(driver.reason(server) == (isOrderly ? .ended : .truncated))
        }
    }

    @Test("a reset is told as broken", arguments: backends)
    func reset(on backend: Backend.Choice) throws {
        let driver = try LoopDriver(backend)
        let port = try driver.loop.listen(port: 0, identity: nil)
        let peer = Peer.connect(port)
        #expect(driver.run { driver.servers.count == 1 })
        peer.reset()
        let server = try #require(driver.servers.first)
        #expect(driver.reason(server) == .broken(ECONNRESET))
    }

    @Test(
        "garbage instead of TLS or HTTP closes the connection, and only that",
        arguments: backends
    )
    func garbage(on backend: Backend.Choice) throws {
        let driver = try LoopDriver(backend)
        let secure = try driver.loop.listen(port: 0, identity: certificates.good)
        let plain = try driver.loop.listen(port: 0, identity: nil)
        for port in [secure, plain] {
            let peer = Peer.connect(port)
            peer.send([UInt8](repeating: 0, count: 100) + Array("\r\n\r\n".utf8))
            let before = driver.loop.counters.closed
            #expect(driver.run { driver.loop.counters.closed > before })
            peer.close()
        }
        let client = try driver.loop.openWebSocket(.local(secure))
        #expect(driver.sees(.opened(client)))
    }

    @Test("a flood into few buffers loses nothing", arguments: backends)
    func fewBuffers(on backend: Backend.Choice) throws {
        let driver = try LoopDriver(backend) {
            $0.receiveBuffers = 2
            $0.receiveBufferBytes = 512
            $0.completionEntries = 64
        }
        driver.echoes = false
        let port = try driver.loop.listen(port: 0, identity: nil)
        let client = try driver.loop.openWebSocket(.local(port, trust: nil))
        #expect(driver.sees(.opened(client)))
        let server = try #require(driver.servers.first)
        let padding = String(repeating: "-", count: 200)
        let count = 1_000
        for i in 0..<count { #expect(driver.send(client, "\(i)\(padding)") == .sent) }
        #expect(driver.run { driver.messages(server).count == count })
        #expect(driver.messages(server) == (0..<count).map { "\($0)\(padding)" })
        // Sockets hand over one buffer a turn, so that one flood cannot exhaust them.
        #expect((driver.loop.counters.buffersExhausted > 0) == (backend == .uring))
        #expect(driver.loop.counters.rearms >= driver.loop.counters.buffersExhausted)
    }

    @Test("an overflowing completion queue loses nothing", arguments: backends)
    func completionOverflow(on backend: Backend.Choice) throws {
        let driver = try LoopDriver(backend) {
            $0.connections = 64
            $0.maxMessageBytes = 4_096
            $0.sendBufferBytes = 1 << 14
            $0.receiveBuffers = 64
            $0.receiveBufferBytes = 128
            $0.completionEntries = 4
            $0.waiting = .spin
        }
        let port = try driver.loop.listen(port: 0, identity: nil)
        let peers = (0..<30).map { _ in Peer.connect(port) }
        #expect(driver.run { driver.servers.count == 30 })
        let request = Array("GET /all HTTP/1.1\r\nHost: x\r\n\r\n".utf8)
        for _ in 0..<50 {
            for peer in peers { peer.send(request) }
        }
        #expect(
            driver.run {
                driver.seen.count { if case .request = $0 { true } else { false } } == 1_500
            }
        )
        if backend == .uring { #expect(driver.loop.counters.completionOverflows > 0) }
        // Without this the sockets may close right after their last request.
        withExtendedLifetime(peers) {}
    }

    @Test("a slow reader gets everything, in order, once it reads", arguments: backends)
    func slowReader(on backend: Backend.Choice) throws {
        let driver = try LoopDriver(backend) { $0.sendBufferBytes = 1 << 22 }
        driver.echoes = false
        let port = try driver.loop.listen(port: 0, identity: nil)
        let peer = Peer.connect(port)
        peer.send(Array(RudePeerTests.upgrade.utf8))
        #expect(
            driver.run { driver.seen.contains { if case .request = $0 { true } else { false } } }
        )
        let server = try #require(driver.servers.first)
        // More than the socket's own buffers take: they grow to 4 MiB and more on loopback.
        var results: [SendResult] = []
        var sent: [UInt8] = []
        var i = 0
        while results.last != .refused(.bufferFull), i < 1_000 {
            let text = "\(i) " + String(repeating: "y", count: 60_000)
            results.append(driver.send(server, text))
            if results.last != .refused(.bufferFull) {
                sent += [0x81, 126, UInt8(text.utf8.count >> 8), UInt8(text.utf8.count & 255)]
                sent += Array(text.utf8)
            }
            i += 1
        }
        #expect(results.contains(.sent) && results.contains(.queued))
        #expect(results.last == .refused(.bufferFull))
        #expect(driver.loop.counters.shortSends > 0)

        var head: [UInt8] = []
        while head.suffix(4) != [13, 10, 13, 10] { head += peer.read(1) }
        var got: [UInt8] = []
        while got.count < sent.count {
            got += peer.read(1 << 16, waits: false)
            driver.turn()
        }
        #expect(got == sent)
    }

    @Test("frames right behind the upgrade request are not lost", arguments: backends)
    func eagerClient(on backend: Backend.Choice) throws {
        let driver = try LoopDriver(backend)
        driver.echoes = false
        let port = try driver.loop.listen(port: 0, identity: nil)
        let peer = Peer.connect(port)
        peer.send(Array(RudePeerTests.upgrade.utf8) + [0x81, 0x82, 0, 0, 0, 0, 0x68, 0x69])
        #expect(driver.run { driver.servers.count == 1 })
        let server = try #require(driver.servers.first)
        #expect(driver.sees(.message(server, "hi")))
    }

    @Test("sending to a connection that broke refuses and reports it once", arguments: backends)
    func brokenSend(on backend: Backend.Choice) throws {
        let driver = try LoopDriver(backend)
        let port = try driver.loop.listen(port: 0, identity: nil)
        let peer = Peer.connect(port)
        peer.send(Array(RudePeerTests.upgrade.utf8))
        #expect(
            driver.run { driver.seen.contains { if case .request = $0 { true } else { false } } }
        )
        let server = try #require(driver.servers.first)
        peer.reset()
        while driver.send(server, "anybody?") == .sent {}
        #expect(driver.send(server, "again") == .refused(.notOpen))
        guard case .broken? = driver.reason(server) else {
            Issue.record("expected broken: \(driver.seen)")
            return
        }
        driver.turn()
        let ends = driver.seen.count { if case .closed(server, _) = $0 { true } else { false } }
        #expect(ends == 1)
    }

    static let upgrade = """
        GET /v5 HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r
        Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n
        """
}

/// A TLS client over a plain socket that may leave without saying so.
final class TLSPeer {
    private let socket: Peer
    private let isOrderly: Bool
    private var tls: TLSSession
    private var output = SendBuffer(capacity: 1 << 16)
    private var isDone = false

    init(_ socket: Peer, isOrderly: Bool) throws {
        self.socket = socket
        self.isOrderly = isOrderly
        let context = try TLSContext(trust: Certificates.shared.authority)
        tls = TLSSession(client: context, host: "localhost")!
        _ = tls.handshake(&output)
        flush()
    }

    /// One step of the handshake; whether it is done.
    func step() -> Bool {
        if isDone { return true }
        let bytes = socket.read(1 << 16, waits: false)
        bytes.withUnsafeBytes {
            tls.supply($0)
            isDone = tls.handshake(&output) == .done
        }
        flush()
        return isDone
    }

    func end() {
        if isOrderly { tls.shutDown(&output) }
        flush()
        socket.endWriting()
    }

    private func flush() {
        socket.send(Array(output.pending))
        output.consume(output.pending.count)
    }
}
