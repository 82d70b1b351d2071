import Foundation
import Testing
import Transport
import Units
import Wire

@Suite("Many, fast and stalled", .timeLimit(.minutes(3)))
struct StressTests {
    @Test(
        "a burst into a consumer stalled for seconds is held back and then whole",
        arguments: backends
    )
    func stalledConsumer(on backend: Backend.Choice) throws {
        let driver = try LoopDriver(backend)
        let port = try driver.loop.listen(port: 0, identity: nil)
        let peer = Peer.connect(port)
        peer.send(Array(RudePeerTests.upgrade.utf8))
        #expect(
            driver.run { driver.seen.contains { if case .request = $0 { true } else { false } } }
        )

        // 200,000 messages a second for three seconds, were they taken.
        let burst = Burst(to: peer, total: 600_000)
        var before = -1
        // The stall: nothing is polled until two seconds have brought nothing more.
        while burst.written != before {
            before = burst.written
            sleep(2)
        }
        // What waits, waits in the kernel's bounded buffers and with the sender.
        #expect(before < burst.total)

        var next = 0
        let end = Date(timeIntervalSinceNow: 120)
        while next < burst.total, Date() < end {
            driver.loop.poll(timeout: .milliseconds(10))
            while let event = driver.loop.next() {
                guard case .message(_, let message) = event else { continue }
                let number = message.payload.loadUnaligned(as: UInt64.self)
                try #require(number == UInt64(next))
                next += 1
            }
        }
        #expect(next == burst.total)
        #expect(driver.loop.counters.messagesReceived == UInt64(burst.total))
        withExtendedLifetime(peer) {}
    }

    @Test("more floods than buffers lose nothing, and every one is heard", arguments: backends)
    func manyFloods(on backend: Backend.Choice) throws {
        let driver = try LoopDriver(backend) {
            $0.connections = 16
            $0.receiveBuffers = 2
            $0.receiveBufferBytes = 256
            $0.completionEntries = 8
        }
        let port = try driver.loop.listen(port: 0, identity: nil)
        let peers = (0..<12).map { _ in Peer.connect(port) }
        #expect(driver.run { driver.servers.count == 12 })
        let rounds = 100
        for round in 0..<rounds {
            for peer in peers {
                peer.send(Array("GET /\(round) HTTP/1.1\r\nHost: x\r\n\r\n".utf8))
            }
        }
        #expect(
            driver.run {
                driver.seen.count { if case .request = $0 { true } else { false } } == 12 * rounds
            }
        )
        for server in driver.servers {
            let paths = driver.seen.compactMap { seen -> String? in
                if case .request(server, let path, _) = seen { path } else { nil }
            }
            #expect(paths == (0..<rounds).map { "/\($0)" })
        }
        #expect(driver.loop.counters.buffersExhausted > 0)
        withExtendedLifetime(peers) {}
    }

    @Test("more operations than the submission queue has entries are all done", arguments: backends)
    func fullSubmissionQueue(on backend: Backend.Choice) throws {
        let driver = try LoopDriver(backend) {
            $0.connections = 64
            $0.maxMessageBytes = 4_096
            $0.sendBufferBytes = 1 << 14
            $0.completionEntries = 4
        }
        let port = try driver.loop.listen(port: 0, identity: nil)
        // All asked for before the loop turns once.
        let clients = try (0..<30).map { _ in
            try driver.loop.openWebSocket(.local(port, trust: nil))
        }
        #expect(driver.run { clients.allSatisfy { driver.seen.contains(.opened($0)) } })
        for client in clients { driver.send(client, "\(client.index)") }
        #expect(driver.run { clients.allSatisfy { driver.messages($0) == ["\($0.index)"] } })
        for client in clients { driver.loop.close(client) }
        #expect(driver.run { driver.loop.counters.closed == 60 })
    }

    @Test("without descriptors a listener waits, and accepts again when there are some")
    func noDescriptors() async {
        // In a process of its own: the limit is the process's.
        await #expect(processExitsWith: .success) {
            // First of all: io_uring notes the limit with each operation.
            Peer.limitDescriptors()
            for backend in backends {
                let driver = try LoopDriver(backend)
                let port = try driver.loop.listen(port: 0, identity: nil)
                driver.turn()
                let peer = Peer.connect(port)
                let taken = Peer.takeAllDescriptors()
                for _ in 0..<20 { driver.turn() }
                guard driver.servers.isEmpty else { fatalError("accepted without a descriptor") }
                // A listener that asks again at once would have done so thousands of times.
                let asked = driver.loop.counters.rearms
                guard (1...20).contains(asked) else { fatalError("asked \(asked) times") }
                for descriptor in taken { close(descriptor) }
                let isAccepted = driver.run { driver.servers.count == 1 }
                guard isAccepted else { fatalError("not accepted") }
                peer.close()
            }
        }
    }

    @Test("signals interrupt waiting and reading, and nothing else", arguments: backends)
    func signals(on backend: Backend.Choice) throws {
        let driver = try LoopDriver(backend)
        let port = try driver.loop.listen(port: 0, identity: Certificates.shared.good)
        let client = try driver.loop.openWebSocket(.local(port))
        #expect(driver.sees(.opened(client)))
        let pestering = Pestering()
        defer { pestering.end() }
        for i in 0..<300 {
            driver.send(client, "\(i)")
            #expect(driver.run { driver.messages(client).count == i + 1 })
        }
        let sent: [String] = (0..<300).map { "\($0)" }
        #expect(driver.messages(client) == sent)
        // Nothing to do: a wait ends by a signal, not by its thirty seconds.
        let before = Date()
        for _ in 0..<20 { driver.loop.poll(timeout: .seconds(30)) }
        #expect(Date().timeIntervalSince(before) < 30)
        #expect(pestering.sent > 0)
        driver.loop.close(client)
        #expect(driver.reason(client) == .local)
    }

    @Test("a slow reader with small buffers gets every byte in order", arguments: backends)
    func smallSendBuffers(on backend: Backend.Choice) throws {
        let driver = try LoopDriver(backend) {
            $0.socketOptions.sendBufferBytes = 4_096
            $0.sendBufferBytes = 1 << 20
        }
        driver.echoes = false
        let port = try driver.loop.listen(port: 0, identity: nil)
        let peer = Peer.connect(port)
        peer.send(Array(RudePeerTests.upgrade.utf8))
        #expect(driver.run { driver.servers.count == 1 && driver.seen.count >= 2 })
        let server = try #require(driver.servers.first)
        var head: [UInt8] = []
        while head.suffix(4) != [13, 10, 13, 10] { head += peer.read(1) }

        var sent: [UInt8] = []
        var got: [UInt8] = []
        var number = 0
        while got.count < 1_500_000 {
            let text = "\(number) " + String(repeating: "z", count: number * 37 % 3_000 + 126)
            if driver.send(server, text) != .refused(.bufferFull) {
                let length = text.utf8.count
                sent += [0x81, 126, UInt8(length >> 8), UInt8(length & 255)] + Array(text.utf8)
                number += 1
            }
            // Odd small bites, so that every send meets a full buffer sooner or later.
            got += peer.read(number % 7 == 0 ? 977 : 1_500, waits: false)
            driver.loop.poll(timeout: .zero)
            while driver.loop.next() != nil {}
        }
        #expect(got == Array(sent.prefix(got.count)))
        #expect(driver.loop.counters.shortSends > 10)
    }

    @Test("connections that come, talk and go at random lose nothing", arguments: backends)
    func churn(on backend: Backend.Choice) throws {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SplitMix64(seed: seed)
        let driver = try LoopDriver(backend) {
            // Those just closed still wait for each other's end.
            $0.connections = 128
            $0.maxMessageBytes = 4_096
            $0.sendBufferBytes = 1 << 16
            $0.receiveBuffers = 4
            $0.receiveBufferBytes = 512
            $0.completionEntries = 16
        }
        let port = try driver.loop.listen(port: 0, identity: nil)
        var expected: [ConnectionID: [String]] = [:]
        var open: [ConnectionID] = []
        for step in 0..<2_000 {
            switch random.next() % 8 {
            case 0 where open.count < 6:
                if let id = try? driver.loop.openWebSocket(.local(port, trust: nil)) {
                    try #require(driver.sees(.opened(id)), "seed \(seed), step \(step)")
                    open.append(id)
                }
            case 1 where !open.isEmpty:
                let id = open.remove(at: Int(random.next() % UInt64(open.count)))
                let all = expected[id] ?? []
                try #require(
                    driver.run { driver.messages(id).count == all.count },
                    "seed \(seed), step \(step)"
                )
                #expect(driver.messages(id) == all, "seed \(seed)")
                driver.loop.close(id)
            case 2: driver.turn()
            default:
                guard !open.isEmpty else { continue }
                let id = open[Int(random.next() % UInt64(open.count))]
                let text = "\(step) " + String(repeating: "c", count: Int(random.next() % 900))
                if driver.send(id, text) != .refused(.bufferFull) {
                    expected[id, default: []].append(text)
                }
            }
        }
        for id in open {
            #expect(
                driver.run { driver.messages(id).count == expected[id, default: []].count },
                "seed \(seed)"
            )
            #expect(driver.messages(id) == expected[id, default: []], "seed \(seed)")
        }
        #expect(expected.count > 20)
    }
}
