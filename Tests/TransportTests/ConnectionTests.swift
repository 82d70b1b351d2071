import COpenSSL
import Testing
import Transport
import Units
import Wire

@Suite("A connection without sockets", .timeLimit(.minutes(3)))
struct ConnectionTests {
    @Test("bytes cut at every boundary give the same messages", arguments: [true, false])
    func everyBoundary(isSecure: Bool) throws {
        for step in [1, 2, 3, 5, 7, 16, 17, 300, 1_460] {
            let pair = try Pair(isSecure: isSecure)
            pair.exchange(step: step)
            #expect(pair.isOpen)
            for length in [0, 1, 125, 126, 300, 1_000] {
                pair.clientSends(String(repeating: "q", count: length))
                pair.serverSends(String(repeating: "r", count: length))
                // Several records in one go, cut anywhere.
                pair.serverSends("{\"n\":\(length)}")
            }
            pair.exchange(step: step)
            #expect(pair.clientGot.count == 12 && pair.serverGot.count == 6)
            #expect(pair.clientGot[10].count == 1_000 && pair.clientGot[11] == "{\"n\":1000}")
            pair.closeClient()
            pair.exchange(step: step)
            #expect(pair.clientEnd == .local)
            #expect(pair.serverEnd == .peerClosed(code: 1000))
        }
    }

    @Test("session tickets and key updates between records lose nothing")
    func keyUpdates() throws {
        let context = try TLSContext(identity: Certificates.shared.good)
        let trust = try TLSContext(trust: Certificates.shared.authority)
        for step in [1, 3, 50, 10_000] {
            var server = TLSSession(server: context)!
            var client = TLSSession(client: trust, host: "localhost")!
            var up = SendBuffer(capacity: 1 << 16)
            var down = SendBuffer(capacity: 1 << 16)
            var isDone = false
            while !isDone {
                let clientDone = client.handshake(&up) == .done
                hand(&up, to: &server, step: step, answers: &down) { _ in }
                isDone = server.handshake(&down) == .done && clientDone
                // The client's handshake reads; the tickets that follow stay in `down`.
                if !isDone {
                    down.pending.withMemoryRebound(to: UInt8.self) {
                        client.supply(UnsafeRawBufferPointer($0))
                    }
                    _ = client.handshake(&up)
                    down.consume(down.pending.count)
                }
            }
            var got: [UInt8] = []
            for round in 0..<8 {
                let bytes = [UInt8](repeating: UInt8(round), count: 300)
                _ = bytes.withUnsafeBytes { server.write($0, &down) }
                let updated = server.updateKeys(&down)
                #expect(updated)
                _ = bytes.withUnsafeBytes { server.write($0, &down) }
                hand(&down, to: &client, step: step, answers: &up) { got += $0 }
                hand(&up, to: &server, step: step, answers: &down) { got += $0 }
            }
            let expected = (0..<8).flatMap { [UInt8](repeating: UInt8($0), count: 600) }
            #expect(got == expected, "cut into \(step)")
        }
    }

    /// Gives `from` to `session` in chunks of `step`, and what it decrypts to `body`.
    private func hand(
        _ from: inout SendBuffer,
        to session: inout TLSSession,
        step: Int,
        answers: inout SendBuffer,
        _ body: ([UInt8]) -> Void
    ) {
        let bytes = Array(from.pending)
        from.consume(bytes.count)
        var room = [UInt8](repeating: 0, count: 20_000)
        var at = 0
        while at < bytes.count {
            let end = min(at + step, bytes.count)
            Array(bytes[at..<end]).withUnsafeBytes { chunk in
                session.supply(chunk)
                room.withUnsafeMutableBytes { room in
                    while case .bytes(let n) = session.read(into: room, &answers) {
                        body(Array(room[..<n]))
                    }
                }
            }
            at = end
        }
    }

    @Test("a ping between fragments is answered, and the fragments joined")
    func pingBetweenFragments() throws {
        let pair = try Pair(isSecure: false)
        pair.exchange()
        pair.feedClient([0x01, 3] + Array("one".utf8) + [0x89, 2, 0x70, 0x71])
        #expect(pair.clientPending == 2 + 4 + 2)
        pair.feedClient([0x00, 3] + Array("two".utf8) + [0x80, 5] + Array("three".utf8))
        #expect(pair.clientGot == ["onetwothree"])
        // The server accepts the pong, which is masked as a client's must be.
        pair.exchange()
        #expect(pair.serverEnd == nil)
    }

    @Test("a broken rule closes with its code")
    func brokenRules() throws {
        let cases: [([UInt8], CloseReason, UInt16)] = [
            ([0xc1, 0], .frames(.reservedBits), 1002),
            ([0x81, 0x80, 0, 0, 0, 0], .frames(.wrongMasking), 1002),
            ([0x81, 1, 0xff], .frames(.badUTF8), 1007),
            ([0x82, 127, 0, 0, 0, 0, 1, 0, 0, 0], .tooLarge, 1009),
        ]
        for (bytes, reason, code) in cases {
            let pair = try Pair(isSecure: true)
            pair.exchange()
            pair.serverSendsRaw(bytes)
            pair.exchange()
            #expect(pair.clientEnd == reason)
            #expect(pair.serverEnd == .peerClosed(code: code))
        }
    }

    @Test("a wrong accept value is refused")
    func wrongAccept() throws {
        let pair = try Pair(isSecure: false)
        pair.exchangeNothing()
        pair.feedClient(
            Array(
                """
                HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r
                Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n
                """.utf8
            )
        )
        #expect(pair.clientEnd == .wrongAccept)
    }

    @Test("many small fragments fit however large their headers are together")
    func tinyFragments() throws {
        let pair = try Pair(isSecure: false)
        pair.exchange()
        pair.feedClient([0x01, 1, 0x61])
        for _ in 0..<40_000 { pair.feedClient([0x00, 1, 0x61, 0x00, 0]) }
        pair.feedClient([0x80, 0])
        #expect(pair.clientGot.count == 1 && pair.clientGot[0].utf8.count == 40_001)
    }

    @Test("errors that another library left on the thread are not taken for ours")
    func staleErrors() throws {
        func leaveError() { #expect(BIO_new_file("/nowhere/at/all", "r") == nil) }
        leaveError()
        let pair = try Pair(isSecure: true)
        pair.exchange(step: 7)
        #expect(pair.isOpen)
        leaveError()
        pair.serverSends("in pieces, so that reads come up empty")
        pair.exchange(step: 7)
        #expect(pair.clientGot.count == 1)
        leaveError()
        pair.endServerStream()
        pair.exchange()
        #expect(pair.clientEnd == .ended)
        ERR_clear_error()
    }

    @Test("closing twice is closing once")
    func closeTwice() throws {
        let pair = try Pair(isSecure: true)
        pair.exchange()
        pair.closeClient()
        pair.closeClient()
        pair.exchange()
        #expect(pair.clientEnd == .local)
        pair.closeClient()
        pair.endClient()
    }
}

/// A client and a server that hand each other their bytes.
final class Pair {
    var client: Connection
    var server: Connection
    private(set) var clientGot: [String] = []
    private(set) var serverGot: [String] = []
    private(set) var clientEnd: CloseReason?
    private(set) var serverEnd: CloseReason?

    init(isSecure: Bool) throws {
        var configuration = LoopConfiguration()
        configuration.maxMessageBytes = 65_535
        client = Connection(configuration, maskSeed: 7)
        server = Connection(configuration, maskSeed: 8)
        var ours: TLSSession?
        var theirs: TLSSession?
        if isSecure {
            let trust = try TLSContext(trust: Certificates.shared.authority)
            let identity = try TLSContext(identity: Certificates.shared.good)
            ours = TLSSession(client: trust, host: "localhost")
            theirs = TLSSession(server: identity)
        }
        let endpoint = Endpoint(host: "localhost", path: "/ws", isPlain: !isSecure)
        client.start(.webSocketClient, tls: ours, upgrade: endpoint)
        server.start(.server, tls: theirs)
    }

    /// Hands bytes over in chunks of `step` until both are silent.
    func exchange(step: Int = .max) {
        takeClient()
        takeServer()
        while true {
            let up = Array(client.outbound.pending)
            client.outbound.consume(up.count)
            for chunk in chunks(up, step) { feedServer(chunk) }
            let down = Array(server.outbound.pending)
            server.outbound.consume(down.count)
            for chunk in chunks(down, step) { feedClient(chunk) }
            if up.isEmpty, down.isEmpty { return }
        }
    }

    func feedClient(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes {
            client.feed($0, ticks: 1)
            takeClient()
        }
    }

    func feedServer(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes {
            server.feed($0, ticks: 1)
            takeServer()
        }
    }

    var isOpen: Bool { client.phase == .open && server.phase == .open }
    var clientPending: Int { client.outbound.pending.count }

    /// Closes from the client's side, which tells nothing until the peer answers.
    func closeClient() {
        let isOver = client.close(code: 1000) != nil
        #expect(!isOver)
    }

    /// Ends the stream of a connection that is over, which is no event any more.
    func endClient() {
        let isNews = client.feedEnd() != nil
        #expect(!isNews)
    }

    /// Lets the server end its stream with close_notify and no Close frame.
    func endServerStream() { _ = server.finish(.local) }

    /// Lets the client begin without an answer.
    func exchangeNothing() { takeClient() }

    func clientSends(_ text: String) { send(&client, text) }
    func serverSends(_ text: String) { send(&server, text) }

    /// Sends bytes as the server's plaintext, whatever they are.
    func serverSendsRaw(_ bytes: [UInt8]) {
        let isSent = bytes.withUnsafeBytes { server.sendRaw($0) }
        #expect(isSent)
    }

    private func send(_ connection: inout Connection, _ text: String) {
        var bytes = [UInt8](repeating: 0, count: FrameHeader.maxLength) + Array(text.utf8)
        let refusal = bytes.withUnsafeMutableBytes {
            connection.send(
                .text,
                UnsafeMutableRawBufferPointer(rebasing: $0[FrameHeader.maxLength...])
            )
        }
        #expect(refusal == nil)
    }

    private func chunks(_ bytes: [UInt8], _ step: Int) -> [[UInt8]] {
        if step == .max { return bytes.isEmpty ? [] : [bytes] }
        return stride(from: 0, to: bytes.count, by: step).map {
            Array(bytes[$0..<min($0 + step, bytes.count)])
        }
    }

    private func takeClient() {
        while let event = client.next() {
            switch event {
            case .message(let message): clientGot.append(text(message.payload))
            case .closed(let reason): clientEnd = reason
            default: break
            }
        }
    }

    private func takeServer() {
        while let event = server.next() {
            switch event {
            case .request(let request):
                #expect(text(request.path) == "/ws" && request.isWebSocketUpgrade)
                let refusal = server.acceptUpgrade()
                #expect(refusal == nil)
            case .message(let message): serverGot.append(text(message.payload))
            case .closed(let reason): serverEnd = reason
            default: break
            }
        }
    }
}
