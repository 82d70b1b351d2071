import Testing
import Transport
import Units
import Wire

@Suite("Answers to an upgrade", .timeLimit(.minutes(3)))
struct UpgradeTests {
    @Test("the right answer opens, cut in two at every byte", arguments: [true, false])
    func everyCut(isSecure: Bool) throws {
        // The cut goes through session tickets, the answer and a message behind it.
        var cut = 0
        var length = 1
        while cut <= length {
            let pair = try Pair(isSecure: isSecure)
            let answer = pair.answerToUpgrade()
            length = answer.count
            pair.serverSends("right behind it")
            let all = answer + pair.takeServerOutput()
            pair.feedClient(Array(all[..<cut]))
            pair.feedClient(Array(all[cut...]))
            #expect(pair.client.phase == .open, "cut at \(cut)")
            #expect(pair.clientGot == ["right behind it"], "cut at \(cut)")
            cut += 1
        }
    }

    @Test(
        "a wrong answer has a reason of its own, however it is cut",
        arguments: [
            ("HTTP/1.1 101 ", "HTTP/1.1 301 ", .redirected(status: 301)),
            ("HTTP/1.1 101 ", "HTTP/1.1 302 ", .redirected(status: 302)),
            ("HTTP/1.1 101 ", "HTTP/1.1 308 ", .redirected(status: 308)),
            ("HTTP/1.1 101 ", "HTTP/1.1 403 ", .turnedAway(status: 403)),
            ("HTTP/1.1 101 ", "HTTP/1.1 429 ", .turnedAway(status: 429)),
            ("HTTP/1.1 101 ", "HTTP/1.1 404 ", .upgradeRefused(status: 404)),
            ("HTTP/1.1 101 ", "HTTP/1.1 503 ", .upgradeRefused(status: 503)),
            ("HTTP/1.1 101 ", "HTTP/1.1 200 ", .upgradeRefused(status: 200)),
            ("HTTP/1.1 101 ", "HTTP/2 101 ", .http(.badStartLine)),
            ("HTTP/1.1 101 ", "SSH-2.0-x ", .http(.badStartLine)),
            ("HTTP/1.1 101 ", "HTTP/1.1 999 ", .http(.badStartLine)),
            ("Upgrade: websocket\r\n", "", .badUpgrade),
            ("Upgrade: websocket\r\n", "Upgrade: h2c\r\n", .badUpgrade),
            ("Connection: Upgrade\r\n", "", .badUpgrade),
            ("Connection: Upgrade\r\n", "Connection: close\r\n", .badUpgrade),
            ("Sec-WebSocket-Accept: ", "Sec-WebSocket-Refuse: ", .badUpgrade),
            ("Sec-WebSocket-Accept: ", "Sec-WebSocket-Accept: x", .wrongAccept),
            (
                "Connection: Upgrade\r\n",
                "Connection: Upgrade\r\nSec-WebSocket-Extensions: permessage-deflate\r\n",
                .badUpgrade
            ),
            (
                "Connection: Upgrade\r\n",
                "Connection: Upgrade\r\nSec-WebSocket-Protocol: mqtt\r\n", .badUpgrade
            ),
            ("Connection: Upgrade\r\n", "Connection : Upgrade\r\n", .http(.badHeader)),
        ] as [(String, String, CloseReason)]
    )
    func wrongAnswers(right: String, wrong: String, reason: CloseReason) throws {
        var step = 1
        var length = 2
        while step < length {
            let pair = try Pair(isSecure: false)
            let agreed = String(decoding: pair.answerToUpgrade(), as: UTF8.self)
            let answer = agreed.replacing(right, with: wrong, maxReplacements: 1)
            length = answer.utf8.count
            pair.feedClient(Array(answer.utf8), step: step)
            #expect(pair.clientEnd == reason, "cut into \(step)")
            step += step < 40 ? 1 : 37
        }
    }

    @Test("an accept value of the right length with one wrong character is refused")
    func wrongAccept() throws {
        for place in [0, 13, 27] {
            let pair = try Pair(isSecure: false)
            var answer = pair.answerToUpgrade()
            let name = Array("Sec-WebSocket-Accept: ".utf8)
            let start = try #require(answer.firstRange(of: name)).upperBound + place
            answer[start] = answer[start] == 0x41 ? 0x42 : 0x41
            pair.feedClient(answer)
            #expect(pair.clientEnd == .wrongAccept, "character \(place)")
        }
    }

    @Test("a refusal counts by its head: its body may be endless, chunked or missing")
    func bodies() throws {
        for rest in [
            "\r\n<html>Access too frequent", "Content-Length: 99999999\r\n\r\n<html>",
            "Transfer-Encoding: chunked\r\n\r\n", "Content-Length: 0\r\n\r\n",
        ] {
            let pair = try Pair(isSecure: false)
            _ = pair.answerToUpgrade()
            pair.feedClient(Array("HTTP/1.1 403 Forbidden\r\nServer: x\r\n\(rest)".utf8))
            #expect(pair.clientEnd == .turnedAway(status: 403))
        }
    }

    @Test("answers before the answer are passed over, and one without end is refused")
    func headLimits() throws {
        let pair = try Pair(isSecure: false)
        let answer = pair.answerToUpgrade()
        pair.feedClient(Array("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n".utf8) + answer)
        #expect(pair.client.phase == .open)

        for step in [1_000, 16_384, 1 << 20] {
            let pair = try Pair(isSecure: false)
            _ = pair.answerToUpgrade()
            let head = "HTTP/1.1 101 Switching Protocols\r\nX: "
            let long = Array(head.utf8) + [UInt8](repeating: 0x61, count: 40_000)
            pair.feedClient(long, step: step)
            #expect(pair.clientEnd == .http(.headTooLarge), "cut into \(step)")
        }
    }

    @Test("an answer that trickles in is given up when the time is over", arguments: backends)
    func slow(on backend: Backend.Choice) throws {
        let driver = try LoopDriver(backend) { $0.openTimeout = .milliseconds(100) }
        let listener = Peer()
        let client = try driver.loop.openWebSocket(.local(listener.port, trust: nil))
        driver.turn()
        let peer = listener.accept()
        var sent = 0
        // Every byte is progress, and yet the sum of them is too slow.
        let ended = driver.run {
            if sent < 10_000 { peer.send(Array("HTTP/1.1 101 x".utf8.prefix(1 + sent)).suffix(1)) }
            sent += 1
            return driver.seen.contains(.closed(client, .timedOut))
        }
        #expect(ended, "\(driver.seen)")
    }
}

extension Pair {
    /// Lets the client ask and the server agree: the bytes of its answer, not handed over.
    func answerToUpgrade() -> [UInt8] {
        exchangeNothing()
        while true {
            let up = Array(client.outbound.pending)
            client.outbound.consume(up.count)
            feedServer(up)
            if server.phase == .open { return takeServerOutput() }
            feedClient(takeServerOutput())
        }
    }

    func takeServerOutput() -> [UInt8] {
        let bytes = Array(server.outbound.pending)
        server.outbound.consume(bytes.count)
        return bytes
    }

    func feedClient(_ bytes: [UInt8], step: Int) {
        for start in stride(from: 0, to: bytes.count, by: step) where clientEnd == nil {
            feedClient(Array(bytes[start..<min(start + step, bytes.count)]))
        }
    }
}
