import Testing
import Transport
import Units

/// Whatever the peer does, a connection that is closed gives its place back in bounded time.
@Suite("Closing", .timeLimit(.minutes(1)))
struct ClosingTests {
    @Test("a connection that is not open yet is let go of at once", arguments: backends)
    func opening(_ backend: Backend.Choice) throws {
        let listener = try LoopDriver(backend)
        let driver = try LoopDriver(backend) { $0.closeTimeout = .seconds(60) }
        listener.loop.isMute = true
        let certificates = Certificates.shared
        let port = try listener.loop.listen(port: 0, identity: certificates.good)
        for _ in 0..<20 {
            let client = try driver.loop.openWebSocket(.local(port))
            driver.run { driver.loop.stage(of: client) == .securing }
            driver.loop.close(client)
            driver.run { driver.loop.occupiedSlots == 0 }
            #expect(driver.loop.occupiedSlots == 0 && driver.loop.openConnections == 0)
        }
    }

    @Test("connections that were kept waiting are served afterwards", arguments: backends)
    func served(_ backend: Backend.Choice) throws {
        let driver = try LoopDriver(backend)
        driver.loop.isMute = true
        let certificates = Certificates.shared
        let port = try driver.loop.listen(port: 0, identity: certificates.good)
        let client = try driver.loop.openWebSocket(.local(port))
        driver.run { driver.loop.stage(of: client) == .securing }
        for _ in 0..<5 { driver.turn() }
        #expect(driver.loop.stage(of: client) == .securing)
        driver.loop.isMute = false
        driver.run { driver.seen.contains(.opened(client)) }
        #expect(driver.loop.stage(of: client) == .open)
    }

    @Test("a peer that answers no close is waited for once, not twice", arguments: backends)
    func silentPeer(_ backend: Backend.Choice) throws {
        let server = try LoopDriver(backend)
        let driver = try LoopDriver(backend) { $0.closeTimeout = .milliseconds(200) }
        let certificates = Certificates.shared
        let port = try server.loop.listen(port: 0, identity: certificates.good)
        let client = try driver.loop.openWebSocket(.local(port))
        driver.run {
            server.turn()
            return driver.seen.contains(.opened(client))
        }
        // From here on the server does nothing.
        driver.loop.close(client)
        #expect(driver.loop.openConnections == 0 && driver.loop.occupiedSlots == 1)
        driver.run { driver.seen.contains(.closed(client, .local)) }
        driver.turn()
        #expect(driver.loop.occupiedSlots == 0)
    }

    @Test("an abandoned connection goes without a word", arguments: backends)
    func abandoned(_ backend: Backend.Choice) throws {
        let server = try LoopDriver(backend)
        let driver = try LoopDriver(backend) { $0.closeTimeout = .seconds(60) }
        let certificates = Certificates.shared
        let port = try server.loop.listen(port: 0, identity: certificates.good)
        let client = try driver.loop.openWebSocket(.local(port))
        driver.run {
            server.turn()
            return driver.seen.contains(.opened(client))
        }
        driver.loop.abandon(client)
        driver.run { driver.loop.occupiedSlots == 0 }
        #expect(driver.seen.contains(.closed(client, .local)))
        #expect(driver.loop.occupiedSlots == 0)
    }
}
