import Foundation
import Testing
import Transport
import Units
import Wire

@Suite("A peer that reads nothing", .timeLimit(.minutes(3)))
struct JammedPeerTests {
    /// One loop with a jammed peer on a bulk connection, an order connection that echoes, and a
    /// peer that pings.
    private final class Scene {
        let driver: LoopDriver
        let order: ConnectionID
        let bulk: ConnectionID
        let pinging: Peer
        private let jammed: Peer

        init(_ backend: Backend.Choice) throws {
            driver = try LoopDriver(backend) { $0.sendBufferBytes = 1 << 18 }
            let secure = try driver.loop.listen(port: 0, identity: Certificates.shared.good)
            let plain = try driver.loop.listen(port: 0, identity: nil)
            order = try driver.loop.openWebSocket(.local(secure))
            let opened = driver.sees(.opened(order))
            try #require(opened)
            let known = driver.servers
            jammed = try Scene.upgraded(driver, plain)
            bulk = try #require(driver.servers.first { !known.contains($0) })
            pinging = try Scene.upgraded(driver, plain)
        }

        private static func upgraded(_ driver: LoopDriver, _ port: UInt16) throws -> Peer {
            let peer = Peer.connect(port)
            let before = driver.seen.count
            peer.send(Array(RudePeerTests.upgrade.utf8))
            let isAsked = driver.run {
                driver.seen[before...].contains { if case .request = $0 { true } else { false } }
            }
            try #require(isAsked)
            var head: [UInt8] = []
            while head.suffix(4) != [13, 10, 13, 10] { head += peer.read(1) }
            return peer
        }

        /// Sends on the bulk connection until it refuses.
        func fill() -> SendResult {
            let text = String(repeating: "b", count: 60_000)
            for _ in 0..<1_000 {
                if driver.send(bulk, text) == .refused(.bufferFull) { return .refused(.bufferFull) }
            }
            return .sent
        }

        /// Seconds until an order's echo is back, with an attempt to send in bulk before each.
        func roundTrip(_ i: Int) -> Double {
            let text = "order \(i)"
            _ = driver.send(bulk, String(repeating: "b", count: 60_000))
            let before = Date()
            let result = driver.send(order, text)
            #expect(result == .sent)
            driver.run { driver.seen.contains(.message(order, text)) }
            return Date().timeIntervalSince(before)
        }
    }

    @Test("orders go out at once and come back as fast as before", arguments: backends)
    func orders(on backend: Backend.Choice) throws {
        let scene = try Scene(backend)
        let idle = try Scene(backend)
        #expect(scene.fill() == .refused(.bufferFull))
        var jammed: [Double] = []
        var free: [Double] = []
        for i in 0..<100 {
            jammed.append(scene.roundTrip(i))
            free.append(idle.roundTrip(i))
            scene.driver.seen = []
            idle.driver.seen = []
        }
        #expect(jammed.max()! < 5)
        // The other scene's bulk fills the kernel's buffers all the while: the same work.
        #expect(jammed.sorted()[50] < max(5 * free.sorted()[50], 0.02))
        #expect(scene.driver.loop.counters.sendsRefused > 100)
    }

    @Test("pings of others are answered", arguments: backends)
    func pings(on backend: Backend.Choice) throws {
        let scene = try Scene(backend)
        #expect(scene.fill() == .refused(.bufferFull))
        for i in UInt8(0)..<50 {
            scene.pinging.send([0x89, 0x81, 0, 0, 0, 0, i])
            var pong: [UInt8] = []
            scene.driver.run {
                pong += scene.pinging.read(16, waits: false)
                return pong.count >= 3
            }
            #expect(pong == [0x8a, 1, i])
        }
    }

    @Test("closing it takes no longer than the configuration's patience", arguments: backends)
    func closing(on backend: Backend.Choice) throws {
        let scene = try Scene(backend)
        #expect(scene.fill() == .refused(.bufferFull))
        scene.driver.loop.close(scene.bulk)
        #expect(scene.driver.reason(scene.bulk) != nil)
        scene.driver.send(scene.order, "still here")
        #expect(scene.driver.sees(.message(scene.order, "still here")))
    }
}
