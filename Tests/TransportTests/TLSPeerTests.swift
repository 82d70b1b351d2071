import COpenSSL
import Foundation
import Testing
import Transport

/// What our client does with peers that are OpenSSL itself.
@Suite("TLS with OpenSSL's own server", .timeLimit(.minutes(3)))
struct TLSPeerTests {
    private static let authority = MadeCertificate("authority")

    private func server(
        _ terms: MadeCertificate.Terms = .init(),
        issuer: MadeCertificate? = TLSPeerTests.authority,
        to maximum: Int32 = TLS1_3_VERSION
    ) -> OpenSSLServer {
        let made = MadeCertificate("localhost", terms, issuer: issuer)
        return OpenSSLServer(made.identity(), to: maximum)
    }

    private func context() throws -> TLSContext {
        try TLSContext(trust: TLSPeerTests.authority.trust())
    }

    @Test("a good certificate is accepted under both versions we speak")
    func good() throws {
        for (version, name) in [(TLS1_2_VERSION, "TLSv1.2"), (TLS1_3_VERSION, "TLSv1.3")] {
            let talk = Conversation(try context(), server(to: version))
            #expect(talk.isEstablished, "\(talk.end?.text ?? "")")
            #expect(talk.peer.version == name)
        }
    }

    @Test("each kind of bad peer is refused with its own words")
    func bad() throws {
        typealias Terms = MadeCertificate.Terms
        let stranger = MadeCertificate("stranger")
        let cases: [(TLSFailure.Cause, String, OpenSSLServer)] = [
            (.expired, "expired", server(Terms(from: -7_200, until: -3_600))),
            (.notYetValid, "not valid yet", server(Terms(from: 3_600, until: 7_200))),
            (.wrongHost, "another host", server(Terms(names: "DNS:other.example"))),
            (.selfSigned, "vouches for itself", server(issuer: nil)),
            (.unknownAuthority, "no authority", server(issuer: stranger)),
            (.weakKey, "too weak", server(Terms(rsaBits: 1_024))),
            (.weakSignature, "SHA-1", server(Terms(digest: EVP_sha1()))),
            (.oldProtocol, "no TLS from 1.2 on", server(to: TLS1_1_VERSION)),
            (.oldProtocol, "no TLS from 1.2 on", server(to: TLS1_VERSION)),
        ]
        for (cause, words, server) in cases {
            let talk = Conversation(try context(), server)
            let failure = try #require(talk.end, "\(cause) was accepted")
            #expect(failure.cause == cause, "\(cause): \(failure)")
            #expect(failure.text.contains(words), "\(cause): \(failure.text)")
        }
    }

    @Test("the same faults are refused from a TLS 1.2 peer")
    func badOld() throws {
        let cases: [(TLSFailure.Cause, MadeCertificate.Terms)] = [
            (.expired, .init(from: -7_200, until: -3_600)), (.weakKey, .init(rsaBits: 1_024)),
            (.weakSignature, .init(digest: EVP_sha1())),
        ]
        for (cause, terms) in cases {
            let talk = Conversation(try context(), server(terms, to: TLS1_2_VERSION))
            #expect(talk.end?.cause == cause, "\(cause): \(talk.end?.text ?? "accepted")")
        }
    }

    @Test("every cause has words of its own")
    func words() {
        let codes: [(Int32, TLSFailure.Cause)] = [
            (X509_V_ERR_CERT_REVOKED, .otherCertificateFault),
            (X509_V_ERR_APPLICATION_VERIFICATION, .wrongPin),
            (X509_V_ERR_IP_ADDRESS_MISMATCH, .wrongHost),
        ]
        for (code, cause) in codes {
            let failure = TLSFailure(verifyCode: code, errorCode: 0)
            #expect(failure.cause == cause && failure.text.hasPrefix("certificate refused: "))
        }
        let nothing = TLSFailure(verifyCode: 0, errorCode: 0)
        #expect(nothing.cause == .other && nothing.text == "TLS error 0")
    }

    @Test("the second connection resumes the first's session, even one that was cut off")
    func resumption() throws {
        for version in [TLS1_2_VERSION, TLS1_3_VERSION] {
            let server = server(to: version)
            let context = try context()
            do {
                let first = Conversation(context, server)
                #expect(first.isEstablished && !first.isResumed)
            }
            for _ in 0..<3 {
                let again = Conversation(context, server)
                #expect(again.isEstablished && again.isResumed, "\(again.peer.version)")
                again.peer.write("as before")
                again.deliver(again.peer.output())
                #expect(again.got == Array("as before".utf8))
            }
            let elsewhere = Conversation(context, server, host: "127.0.0.1")
            #expect(elsewhere.isEstablished && !elsewhere.isResumed)
            let stranger = Conversation(try self.context(), server)
            #expect(stranger.isEstablished && !stranger.isResumed)
        }
    }

    @Test("a session the server forgot becomes a whole handshake")
    func forgotten() throws {
        let certificate = MadeCertificate("localhost", issuer: TLSPeerTests.authority).identity()
        let context = try context()
        for _ in 0..<2 {
            // Another context has other ticket keys, as after a restart.
            let server = OpenSSLServer(certificate, to: TLS1_3_VERSION)
            let talk = Conversation(context, server)
            #expect(talk.isEstablished && !talk.isResumed)
        }
    }

    @Test("only the pinned key is accepted, and a session under one pin is none under another")
    func pins() throws {
        let leaf = MadeCertificate("localhost", issuer: TLSPeerTests.authority)
        let server = OpenSSLServer(leaf.identity(), to: TLS1_3_VERSION)
        let right = try #require(PublicKeyPin(base64: leaf.pin))
        let wrong = try #require(PublicKeyPin(base64: TLSPeerTests.authority.pin))
        #expect("\(right)" == leaf.pin)
        let context = try context()
        do {
            let first = Conversation(context, server, pin: right)
            #expect(first.isEstablished)
        }
        let refused = Conversation(context, server, pin: wrong)
        let failure = try #require(refused.end)
        #expect(failure.cause == .wrongPin, "\(failure.text)")
        #expect(failure.text.contains("not the pinned one"))
        let again = Conversation(context, server, pin: right)
        #expect(again.isEstablished && again.isResumed)
        let unpinned = Conversation(context, server)
        #expect(unpinned.isEstablished && !unpinned.isResumed)
    }

    @Test("a text that is no SHA-256 in base64 is no pin")
    func pinTexts() {
        let good = Data(0..<32).base64EncodedString()
        #expect(PublicKeyPin(base64: good) != nil)
        let bad = [
            "", "abc", String(good.dropLast()), good + "=", Data(0..<33).base64EncodedString(),
            Data(0..<31).base64EncodedString(), "!" + good.dropFirst(),
            // The last character's unused bits are not zero.
            String(good.dropLast(2)) + "9=",
        ]
        for text in bad { #expect(PublicKeyPin(base64: text) == nil, "\(text)") }
    }

    @Test("a pin holds through an endpoint, on a socket")
    func pinnedEndpoint() throws {
        let leaf = MadeCertificate("localhost", issuer: TLSPeerTests.authority)
        let driver = try LoopDriver()
        let port = try driver.loop.listen(port: 0, identity: leaf.identity())
        var endpoint = Endpoint.local(port, trust: TLSPeerTests.authority.trust())
        endpoint.pin = PublicKeyPin(base64: leaf.pin)
        let pinned = try driver.loop.openWebSocket(endpoint)
        #expect(driver.sees(.opened(pinned)))
        endpoint.pin = PublicKeyPin(base64: TLSPeerTests.authority.pin)
        let refused = try driver.loop.openWebSocket(endpoint)
        guard case .tls(let failure)? = driver.reason(refused) else {
            Issue.record("accepted under a wrong pin: \(driver.seen)")
            return
        }
        #expect(failure.cause == .wrongPin)
    }

    @Test("a loop that reconnects resumes, and counts it")
    func reconnect() throws {
        let driver = try LoopDriver()
        let port = try driver.loop.listen(port: 0, identity: Certificates.shared.good)
        for attempt in 0..<3 as Range<UInt64> {
            let client = try driver.loop.openWebSocket(.local(port))
            #expect(driver.sees(.opened(client)))
            #expect(driver.loop.counters.resumed == attempt)
            driver.loop.close(client)
            #expect(driver.reason(client) == .local)
        }
    }

    @Test("a peer that asks to renegotiate is refused, and its data still read")
    func renegotiation() throws {
        let talk = Conversation(try context(), server(to: TLS1_2_VERSION))
        try #require(talk.isEstablished)
        _ = talk.clientBytes()
        talk.peer.renegotiate()
        talk.peer.write("still here")
        talk.deliver(talk.peer.output(), step: 1)
        #expect(talk.got == Array("still here".utf8) && talk.end == nil)
        // One record, and that an alert: no second handshake was begun.
        let answer = talk.clientBytes()
        #expect(answer.first == 21)
        #expect(answer.count == 5 + Int(answer[3]) << 8 + Int(answer[4]))
    }

    @Test("a key update cut into single bytes loses nothing, and is answered")
    func keyUpdate() throws {
        let talk = Conversation(try context(), server())
        try #require(talk.isEstablished)
        for round in 0..<4 {
            talk.peer.write("before \(round),")
            talk.peer.updateKeys()
            talk.peer.write("after \(round);")
            talk.deliver(talk.peer.output(), step: 1)
            // Our own update goes before our next message, which is under the changed keys.
            talk.send("answer \(round);")
            let records = talk.clientBytes()
            // A record's header, type and tag are 22 bytes; a key update is 5.
            #expect(records.count == 22 + 5 + 22 + 9)
            talk.peer.take(records)
        }
        let answers = (0..<4).map { "answer \($0);" }.joined()
        #expect(String(decoding: talk.peer.got, as: UTF8.self) == answers)
        let expected = (0..<4).map { "before \($0),after \($0);" }.joined()
        #expect(String(decoding: talk.got, as: UTF8.self) == expected && talk.end == nil)
    }

    @Test("what a buffer held is wiped when it is cleared")
    func wiped() {
        let secret = Array("api-key-and-signature".utf8)
        var frames = FrameBuffer(capacity: 256)
        let plain = frames.room
        plain.copyBytes(from: secret)
        frames.append(secret.count)
        frames.consume(secret.count)
        #expect(Array(plain[..<secret.count]) == secret)
        frames.clear()
        #expect(plain[..<secret.count].allSatisfy { $0 == 0 })

        var sent = SendBuffer(capacity: 256)
        _ = secret.withUnsafeBytes { sent.append($0) }
        let waiting = sent.pending
        sent.consume(secret.count)
        #expect(Array(waiting) == secret)
        sent.clear()
        #expect(waiting.allSatisfy { $0 == 0 })
    }
}
