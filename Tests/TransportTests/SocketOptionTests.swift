import CLinux
import Foundation
import Testing
import Transport
import Units
import Wire

@Suite("Socket options and arrival stamps", .timeLimit(.minutes(3)))
struct SocketOptionTests {
    @Test("wanted options are set on both ends, and none is refused", arguments: backends)
    func wanted(on backend: Backend.Choice) throws {
        let driver = try LoopDriver(backend) {
            $0.socketOptions.userTimeout = .milliseconds(3_500)
            $0.socketOptions.keepAlive = .init(idle: .seconds(7), interval: .seconds(3), count: 5)
        }
        let port = try driver.loop.listen(port: 0, identity: nil)
        let client = try driver.loop.openWebSocket(.local(port, trust: nil))
        #expect(driver.sees(.opened(client)))
        #expect(driver.loop.refusedOptions.isEmpty)
        for id in [client] + driver.servers {
            #expect(driver.loop.socketOption(SLUICE_USER_TIMEOUT, of: id) == 3_500)
            #expect(driver.loop.socketOption(SLUICE_KEEP_ALIVE, of: id) == 1)
            #expect(driver.loop.socketOption(SLUICE_KEEP_IDLE, of: id) == 7)
            #expect(driver.loop.socketOption(SLUICE_KEEP_INTERVAL, of: id) == 3)
            #expect(driver.loop.socketOption(SLUICE_KEEP_COUNT, of: id) == 5)
            #expect(driver.loop.socketOption(SLUICE_NO_DELAY, of: id) == 1)
        }
    }

    @Test("a watchful loop's options are accepted", arguments: backends)
    func watchful(on backend: Backend.Choice) throws {
        let driver = try LoopDriver(backend) { $0.socketOptions = .watchful }
        let port = try driver.loop.listen(port: 0, identity: nil)
        let client = try driver.loop.openWebSocket(.local(port, trust: nil))
        #expect(driver.sees(.opened(client)))
        #expect(driver.loop.refusedOptions.isEmpty)
        #expect(driver.loop.socketOption(SLUICE_USER_TIMEOUT, of: client) == 10_000)
    }

    @Test("a refused option is told once, and the connection works", arguments: backends)
    func refused(on backend: Backend.Choice) throws {
        let driver = try LoopDriver(backend) {
            // No kernel takes these.
            $0.socketOptions.keepAlive = .init(idle: .seconds(-1), interval: .seconds(1), count: 1)
            $0.socketOptions.busyPoll = .seconds(-1)
        }
        let port = try driver.loop.listen(port: 0, identity: nil)
        let client = try driver.loop.openWebSocket(.local(port, trust: nil))
        #expect(driver.sees(.opened(client)))
        let refused = driver.loop.refusedOptions
        #expect(refused.map(\.name).sorted() == ["SO_BUSY_POLL", "TCP_KEEPIDLE"])
        #expect(refused.allSatisfy { $0.errno == EINVAL })
        #expect(refused.allSatisfy { $0.description.contains($0.name) })
        driver.send(client, "works")
        #expect(driver.run { driver.messages(client) == ["works"] })
    }

    @Test("with stamps the kernel says when bytes came; without, nobody asks", arguments: backends)
    func stamps(on backend: Backend.Choice) throws {
        for isAsked in [true, false] {
            let driver = try LoopDriver(backend) { $0.stampsArrivals = isAsked }
            let port = try driver.loop.listen(port: 0, identity: Certificates.shared.good)
            let client = try driver.loop.openWebSocket(.local(port))
            #expect(driver.sees(.opened(client)))
            // The kernel switches its stamps on when the first socket asks, but not at once.
            let end = Date(timeIntervalSinceNow: 10)
            var stamps: [Int64] = []
            var got = 0
            while got < 100 || (isAsked && stamps.isEmpty && Date() < end) {
                let padding = String(repeating: "p", count: 1_000)
                driver.send(client, "\(got) \(padding)")
                let before = got
                while got == before, Date() < end {
                    driver.loop.poll(timeout: .milliseconds(10))
                    while let event = driver.loop.next() {
                        guard case .message(let id, let message) = event else { continue }
                        if id == client {
                            #expect(text(message.payload) == "\(got) \(padding)")
                            got += 1
                        } else {
                            driver.send(id, text(message.payload))
                        }
                        if let stamp = message.receivedByKernel { stamps.append(stamp.count) }
                    }
                }
            }
            #expect(stamps.isEmpty == !isAsked)
            #expect((driver.loop.counters.arrivalsStamped > 0) == isAsked)
            let now = Int64(Date().timeIntervalSince1970 * 1e9)
            #expect(stamps.allSatisfy { now - $0 >= 0 && now - $0 < 60_000_000_000 })
        }
    }

    @Test("stamps leave the peer's end and errors as they are", arguments: backends)
    func stampedEnds(on backend: Backend.Choice) throws {
        let driver = try LoopDriver(backend) { $0.stampsArrivals = true }
        let port = try driver.loop.listen(port: 0, identity: nil)
        let orderly = Peer.connect(port)
        #expect(driver.run { driver.servers.count == 1 })
        orderly.send(Array("GET / HT".utf8))
        orderly.endWriting()
        let first = try #require(driver.servers.first)
        #expect(driver.reason(first) == .ended)
        let rude = Peer.connect(port)
        #expect(driver.run { driver.servers.count == 2 })
        let second = try #require(driver.servers.first { $0 != first })
        rude.reset()
        #expect(driver.reason(second) == .broken(ECONNRESET))
    }
}
