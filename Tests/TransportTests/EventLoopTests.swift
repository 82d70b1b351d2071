import Foundation
import Testing
import Transport
import Units
import Wire

@Suite("The event loop on real sockets", .timeLimit(.minutes(3)))
struct EventLoopTests {
    let certificates = Certificates.shared

    @Test("a WebSocket opens, echoes and closes", arguments: [true, false], backends)
    func echo(isSecure: Bool, on backend: Backend.Choice) throws {
        let driver = try LoopDriver(backend)
        let port = try driver.loop.listen(port: 0, identity: isSecure ? certificates.good : nil)
        let client = try driver.loop.openWebSocket(
            .local(port, trust: isSecure ? certificates.authority : nil)
        )
        #expect(driver.sees(.opened(client)))
        var expected: [String] = []
        for length in [0, 1, 125, 126, 127, 300, 16_000, 65_535, 65_536, 100_000] {
            expected.append(String(repeating: "x", count: length))
            #expect(driver.send(client, expected.last!) != .refused(.notOpen))
        }
        #expect(driver.run { driver.messages(client).count == expected.count })
        #expect(driver.messages(client) == expected)
        driver.loop.close(client, code: 1000)
        #expect(driver.reason(client) == .local)
        let server = try #require(driver.servers.first)
        #expect(driver.reason(server) == .peerClosed(code: 1000))
        #expect(driver.send(client, "late") == .refused(.notOpen))
    }

    @Test("a spinning loop does the same without ever sleeping", arguments: backends)
    func spinning(on backend: Backend.Choice) throws {
        let driver = try LoopDriver(backend) { $0.waiting = .spin }
        let port = try driver.loop.listen(port: 0, identity: certificates.good)
        let client = try driver.loop.openWebSocket(.local(port))
        #expect(driver.sees(.opened(client)))
        for i in 0..<200 { driver.send(client, "message \(i)") }
        #expect(driver.run { driver.messages(client).count == 200 })
        #expect(driver.messages(client) == (0..<200).map { "message \($0)" })
    }

    @Test("a message carries ordered stamps and readable padding", arguments: backends)
    func stamps(on backend: Backend.Choice) throws {
        let driver = try LoopDriver(backend)
        let port = try driver.loop.listen(port: 0, identity: certificates.good)
        let client = try driver.loop.openWebSocket(.local(port))
        #expect(driver.sees(.opened(client)))
        driver.send(client, "stamp me")
        var found = false
        let end = Date(timeIntervalSinceNow: 10)
        while !found, Date() < end {
            driver.loop.poll(timeout: .milliseconds(10))
            while let event = driver.loop.next() {
                guard case .message(let id, let message) = event else { continue }
                if id != client {
                    driver.send(id, "echo")
                    continue
                }
                found = true
                #expect(message.isText)
                #expect(message.receivedTicks > 0)
                #expect(message.decryptedTicks > message.receivedTicks)
                let beyond = UnsafeRawBufferPointer(
                    start: message.payload.baseAddress! + message.payload.count,
                    count: Message.padding
                )
                #expect(beyond.reduce(0) { $0 &+ Int($1) } >= 0)
            }
        }
        #expect(found)
    }

    @Test("an HTTP connection stays open over requests", arguments: [true, false], backends)
    func http(isSecure: Bool, on backend: Backend.Choice) throws {
        let driver = try LoopDriver(backend)
        let port = try driver.loop.listen(port: 0, identity: isSecure ? certificates.good : nil)
        let client = try driver.loop.openHTTP(
            .local(port, trust: isSecure ? certificates.authority : nil)
        )
        #expect(driver.sees(.opened(client)))
        for i in 0..<3 {
            var request =
                "POST /order?n=\(i) HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nbody\(i)"
            let result = request.withUTF8 {
                driver.loop.sendRequest(client, UnsafeRawBufferPointer($0))
            }
            #expect(result == .sent)
            let answer = "{\"path\":\"/order\",\"body\":\"body\(i)\"}"
            #expect(driver.sees(.response(client, 200, answer)))
        }
        #expect(driver.servers.count == 1)
    }

    @Test("a refused upgrade tells its status", arguments: backends)
    func upgradeRefused(on backend: Backend.Choice) throws {
        let driver = try LoopDriver(backend)
        driver.upgrades = false
        let port = try driver.loop.listen(port: 0, identity: certificates.good)
        let client = try driver.loop.openWebSocket(.local(port))
        #expect(driver.reason(client) == .upgradeRefused(status: 503))
    }

    @Test("nobody listening is refused with the errno", arguments: backends)
    func refused(on backend: Backend.Choice) throws {
        let driver = try LoopDriver(backend)
        // A port that was ours a moment ago, and that nobody has taken since.
        let port: UInt16
        do {
            let other = try LoopDriver(backend)
            port = try other.loop.listen(port: 0, identity: nil)
        }
        let client = try driver.loop.openWebSocket(.local(port))
        #expect(driver.reason(client) == .refused(ECONNREFUSED))
    }

    @Test("a silent server times out", arguments: backends)
    func silent(on backend: Backend.Choice) throws {
        let driver = try LoopDriver(backend) { $0.openTimeout = .milliseconds(50) }
        let listener = Peer()
        let client = try driver.loop.openWebSocket(.local(listener.port))
        #expect(driver.reason(client) == .timedOut)
        withExtendedLifetime(listener) {}
    }

    @Test("the waker interrupts a blocking poll", arguments: backends)
    func waker(on backend: Backend.Choice) throws {
        let driver = try LoopDriver(backend)
        driver.turn()
        let waker = driver.loop.waker
        let before = Date()
        Thread.detachNewThread { waker.wake() }
        driver.loop.poll(timeout: .seconds(30))
        while let event = driver.loop.next() {
            if case .woken = event { driver.seen.append(.woken) }
        }
        #expect(driver.seen == [.woken])
        #expect(Date().timeIntervalSince(before) < 20)
        waker.wake()
        driver.seen = []
        #expect(driver.sees(.woken))
    }

    @Test("a full table refuses to open, and turns clients away", arguments: backends)
    func tableFull(on backend: Backend.Choice) throws {
        let driver = try LoopDriver(backend) { $0.connections = 3 }
        let port = try driver.loop.listen(port: 0, identity: nil)
        let first = try driver.loop.openWebSocket(.local(port, trust: nil))
        #expect(driver.sees(.opened(first)))
        #expect(throws: TransportError.tableFull) {
            try driver.loop.openWebSocket(.local(port, trust: nil))
        }
        let stranger = Peer.connect(port)
        #expect(driver.run { driver.loop.counters.acceptsDropped == 1 })
        #expect(stranger.readsEnd())
    }

    @Test("slots are used again under a different id", arguments: backends)
    func reuse(on backend: Backend.Choice) throws {
        let driver = try LoopDriver(backend) { $0.connections = 3 }
        let port = try driver.loop.listen(port: 0, identity: certificates.good)
        var ids: Set<ConnectionID> = []
        for _ in 0..<20 {
            var made: ConnectionID?
            // The last tenants may still wait for each other's end.
            driver.run {
                made = try? driver.loop.openWebSocket(.local(port))
                return made != nil
            }
            let client = try #require(made)
            #expect(driver.run { driver.seen.contains(.opened(client)) || closed(driver, client) })
            ids.insert(client)
            driver.loop.close(client, code: 1000)
            #expect(driver.reason(client) != nil)
        }
        #expect(ids.count == 20)
    }

    private func closed(_ driver: LoopDriver, _ id: ConnectionID) -> Bool {
        driver.seen.contains { if case .closed(id, _) = $0 { true } else { false } }
    }

    @Test("an oversize message closes with tooLarge and 1009", arguments: backends)
    func oversize(on backend: Backend.Choice) throws {
        let driver = try LoopDriver(backend) { $0.maxSendBytes = 1 << 18 }
        let port = try driver.loop.listen(port: 0, identity: certificates.good)
        let client = try driver.loop.openWebSocket(.local(port))
        #expect(driver.sees(.opened(client)))
        driver.send(client, String(repeating: "x", count: (1 << 17) + 1))
        let server = try #require(driver.servers.first)
        #expect(driver.reason(server) == .tooLarge)
        #expect(driver.reason(client) == .peerClosed(code: 1009))
    }

    @Test("sixteen mebibytes of binary and of text arrive as they were sent", arguments: backends)
    func large(on backend: Backend.Choice) throws {
        let driver = try LoopDriver(backend) {
            $0.maxMessageBytes = 16 << 20
            $0.maxSendBytes = 16 << 20
            $0.sendBufferBytes = 33 << 20
            $0.connections = 3
        }
        let port = try driver.loop.listen(port: 0, identity: certificates.good)
        let client = try driver.loop.openWebSocket(.local(port))
        #expect(driver.sees(.opened(client)))
        for isText in [false, true] {
            let begun = driver.loop.beginMessage(client)
            let room = try #require(begun)
            for i in 0..<(16 << 17) {
                let word = isText ? 0x2020_2020_2020_2020 : UInt64(i) &* 0x9e37_79b9_7f4a_7c15
                room.storeBytes(of: word, toByteOffset: 8 * i, as: UInt64.self)
            }
            let sum = hash(UnsafeRawBufferPointer(rebasing: room[..<(16 << 20)]))
            let sent = driver.loop.endMessage(client, length: 16 << 20, isText: isText)
            #expect(sent == .sent || sent == .queued)
            var got: (sum: UInt64, count: Int, isText: Bool)?
            let end = Date(timeIntervalSinceNow: 30)
            while got == nil, Date() < end {
                driver.loop.poll(timeout: .milliseconds(10))
                while let event = driver.loop.next() {
                    guard case .message(_, let message) = event else { continue }
                    got = (hash(message.payload), message.payload.count, message.isText)
                }
            }
            #expect(got?.count == 16 << 20 && got?.sum == sum && got?.isText == isText)
        }
    }

    /// A sum in which every word and its place count.
    private func hash(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        var sum: UInt64 = 1
        for i in 0..<(bytes.count / 8) {
            let word = bytes.loadUnaligned(fromByteOffset: 8 * i, as: UInt64.self)
            sum = (sum ^ word) &* 0x100_0000_01b3
        }
        return sum
    }
}
