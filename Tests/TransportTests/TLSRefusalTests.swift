import COpenSSL
import Foundation
import Testing
import Transport
import Units

@Suite("TLS refuses what it cannot verify", .timeLimit(.minutes(3)))
struct TLSRefusalTests {
    let certificates = Certificates.shared

    /// The client's reason when it meets `identity` as `endpoint`.
    private func verdict(
        _ backend: Backend.Choice,
        _ identity: ServerIdentity,
        trust: TrustAnchors? = nil,
        host: String = "localhost"
    ) throws -> TLSFailure? {
        let driver = try LoopDriver(backend)
        let port = try driver.loop.listen(port: 0, identity: identity)
        let client = try driver.loop.openWebSocket(
            .local(port, trust: trust ?? certificates.authority, host: host)
        )
        let reason = driver.reason(client)
        // The server learns of it by an alert and ends too.
        #expect(driver.run { driver.loop.counters.closed == 2 })
        guard case .tls(let failure) = reason else { return nil }
        return failure
    }

    @Test("a certificate for another host", arguments: backends)
    func wrongHost(on backend: Backend.Choice) throws {
        let failure = try #require(try verdict(backend, certificates.elsewhere))
        #expect(failure.verifyCode == X509_V_ERR_HOSTNAME_MISMATCH)
        #expect(failure.text.lowercased().contains("hostname mismatch"))
    }

    @Test("a certificate for another address", arguments: backends)
    func wrongAddress(on backend: Backend.Choice) throws {
        let failure = try #require(try verdict(backend, certificates.good, host: "127.0.0.2"))
        #expect(failure.verifyCode == X509_V_ERR_IP_ADDRESS_MISMATCH)
    }

    @Test("the certificate's own address is accepted", arguments: backends)
    func rightAddress(on backend: Backend.Choice) throws {
        let driver = try LoopDriver(backend)
        let port = try driver.loop.listen(port: 0, identity: certificates.good)
        let client = try driver.loop.openWebSocket(.local(port, host: "127.0.0.1"))
        #expect(driver.sees(.opened(client)))
    }

    @Test("an accepted chain is named, leaf first, with its end of validity", arguments: backends)
    func facts(on backend: Backend.Choice) throws {
        let driver = try LoopDriver(backend)
        let port = try driver.loop.listen(port: 0, identity: certificates.good)
        let client = try driver.loop.openWebSocket(.local(port))
        let early = driver.loop.tlsFacts(of: client)
        #expect(early?.chain == [])
        #expect(driver.sees(.opened(client)))
        let told = driver.loop.tlsFacts(of: client)
        let facts = try #require(told)
        #expect(facts.version == "TLSv1.3" && facts.cipher.hasPrefix("TLS_AES"))
        #expect(facts.chain.map(\.subject) == ["/CN=good", "/CN=ca"])
        #expect(facts.chain.map(\.issuer) == ["/CN=ca", "/CN=ca"])
        let days = facts.chain[0].notAfter.count / 86_400_000_000_000
        let today = Int64(Date().timeIntervalSince1970) / 86_400
        #expect((29...31).contains(days - today))
    }

    @Test("an authority we do not believe", arguments: backends)
    func unknownAuthority(on backend: Backend.Choice) throws {
        let failure = try #require(
            try verdict(backend, certificates.good, trust: certificates.stranger)
        )
        #expect(failure.verifyCode == X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY)
        let system = try #require(try verdict(backend, certificates.good, trust: .system))
        #expect(system.verifyCode == X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY)
    }

    @Test("an expired certificate", arguments: backends)
    func expired(on backend: Backend.Choice) throws {
        let failure = try #require(try verdict(backend, certificates.expired))
        #expect(failure.verifyCode == X509_V_ERR_CERT_HAS_EXPIRED)
        #expect(failure.cause == .expired && failure.text.contains("has expired"))
    }

    @Test("a server that speaks no TLS", arguments: backends)
    func noTLS(on backend: Backend.Choice) throws {
        let driver = try LoopDriver(backend)
        let listener = Peer()
        let client = try driver.loop.openWebSocket(.local(listener.port))
        driver.turn()
        let peer = listener.accept()
        peer.send(Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8))
        guard case .tls(let failure) = driver.reason(client) else {
            Issue.record("expected a TLS failure: \(driver.seen)")
            return
        }
        #expect(failure.cause == .notTLS && failure.text.contains("does not speak TLS"))
    }

    @Test("missing files are refused with their names", arguments: backends)
    func missingFiles(on backend: Backend.Choice) throws {
        let driver = try LoopDriver(backend)
        #expect {
            try driver.loop.openWebSocket(.local(1, trust: .file("/nowhere/ca.pem")))
        } throws: {
            "\($0)".contains("/nowhere/ca.pem")
        }
        #expect {
            try driver.loop.listen(
                port: 0,
                identity: ServerIdentity(certificate: "/nowhere/c.pem", key: "/nowhere/k.pem")
            )
        } throws: {
            "\($0)".contains("/nowhere/c.pem")
        }
    }

    @Test("our client talks to the server of the openssl command", arguments: backends)
    func foreignServer(on backend: Backend.Choice) throws {
        let port = Peer().port
        let server = Process()
        server.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
        server.arguments = [
            "s_server", "-quiet", "-www", "-accept", "127.0.0.1:\(port)",
            "-cert", certificates.good.certificate, "-key", certificates.good.key,
        ]
        server.standardError = FileHandle.nullDevice
        server.standardOutput = FileHandle.nullDevice
        server.standardInput = FileHandle.nullDevice
        try server.run()
        defer {
            // It inherits the test runner's blocked signals, SIGTERM among them.
            kill(server.processIdentifier, SIGKILL)
            server.waitUntilExit()
        }
        let driver = try LoopDriver(backend)
        var opened: ConnectionID?
        // The server needs a moment until it listens; being refused is how we learn it.
        let end = Date(timeIntervalSinceNow: 10)
        while opened == nil, Date() < end {
            let client = try driver.loop.openHTTP(.local(port))
            driver.run { driver.seen.last != nil }
            if driver.seen.contains(.opened(client)) { opened = client }
            driver.seen = []
        }
        let client = try #require(opened)
        var request = "GET / HTTP/1.0\r\n\r\n"
        _ = request.withUTF8 {
            driver.loop.sendRequest(client, UnsafeRawBufferPointer($0))
        }
        // Its status page has no length and ends with the connection, which we do not speak.
        #expect(driver.reason(client) == .http(.unboundedBody))
    }
}
