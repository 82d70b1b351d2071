import Testing
import Transport

@Suite("Addresses of WebSockets", .timeLimit(.minutes(3)))
struct EndpointTests {
    @Test(
        "an address is read into its parts",
        arguments: [
            ("wss://example.com", "example.com", 443, "/", false),
            ("WSS://example.com/v5/public/linear", "example.com", 443, "/v5/public/linear", false),
            ("wss://example.com:8443?a=1&b=/c", "example.com", 8443, "/?a=1&b=/c", false),
            ("ws://127.0.0.1:9001/runCase?case=1", "127.0.0.1", 9001, "/runCase?case=1", true),
            ("ws://[::1]:9001/", "::1", 9001, "/", true),
            ("ws://localhost", "localhost", 80, "/", true),
        ] as [(String, String, UInt16, String, Bool)]
    )
    func parts(text: String, host: String, port: UInt16, path: String, isPlain: Bool) throws {
        let endpoint = try Endpoint(webSocket: text, trust: .file("ca.pem"))
        let expected = Endpoint(
            host: host,
            port: port,
            path: path,
            trust: .file("ca.pem"),
            isPlain: isPlain
        )
        #expect(endpoint == expected)
    }

    @Test(
        "what is no address is refused with a reason",
        arguments: [
            ("https://example.com", "neither wss:// nor ws://"), ("", "neither"),
            ("wss://", "no host"), ("wss:///path", "no host"), ("wss://:443/", "no host"),
            ("wss://a:0/", "port"), ("wss://a:65536/", "port"), ("wss://a:b/", "port"),
            ("wss://a:/", "port"), ("wss://[::1]x/", "port"), ("wss://me:pw@a/", "user"),
            ("wss://a/#b", "fragment"), ("wss://a/ HTTP/1.1\r\nX: y", "blanks"),
            ("wss://a/\u{e9}", "ASCII"),
        ]
    )
    func refused(text: String, why: String) {
        #expect {
            try Endpoint(webSocket: text)
        } throws: {
            "\($0)".contains(why) && "\($0)".hasPrefix(text)
        }
    }

    @Test("a connection without TLS leaves this machine under no name")
    func plainText() throws {
        let driver = try LoopDriver()
        for host in ["192.0.2.1", "2001:db8::1", "128.0.0.1", "::2"] {
            let endpoint = Endpoint(host: "localhost", port: 9, isPlain: true, address: host)
            #expect(throws: TransportError.plainText(host: host)) {
                try driver.loop.openWebSocket(endpoint)
            }
            #expect(throws: TransportError.plainText(host: host)) {
                try driver.loop.openHTTP(endpoint)
            }
        }
        // The refused ones hold no slot, and every loopback address is good.
        let port = try driver.loop.listen(port: 0, identity: nil)
        let client = try driver.loop.openWebSocket(.local(port, trust: nil))
        #expect(driver.sees(.opened(client)))
        let other = Endpoint(host: "localhost", port: port, isPlain: true, address: "127.9.9.9")
        let refused = try driver.loop.openWebSocket(other)
        #expect(driver.reason(refused) == .refused(111))
    }
}
