extension Endpoint {
    /// The endpoint a WebSocket address names: `wss://host[:port][/path][?query]`, or `ws://` for
    /// a connection without TLS, which is for loopback only.
    ///
    /// - Throws: `.badAddress` with what is wrong: no such scheme, no host, a bad port, user
    ///   information, a fragment, or bytes that may not stand in a request line.
    public init(
        webSocket text: String,
        trust: TrustAnchors = .system
    ) throws(TransportError) {
        func refuse(_ why: String) -> TransportError { .badAddress(text, why: why) }
        let isPlain = text.lowercased().hasPrefix("ws://")
        guard isPlain || text.lowercased().hasPrefix("wss://") else {
            throw refuse("it begins with neither wss:// nor ws://")
        }
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else {
            throw refuse("it has blanks or bytes beyond ASCII")
        }
        guard !text.contains("#") else { throw refuse("a fragment (#) is not sent to servers") }
        let rest = text.dropFirst(isPlain ? 5 : 6)
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        let target = rest.dropFirst(authority.count)
        guard !authority.contains("@") else { throw refuse("user information is not supported") }

        var host = authority
        var after = authority[authority.endIndex...]
        if authority.hasPrefix("["), let end = authority.firstIndex(of: "]") {
            host = authority[authority.index(after: authority.startIndex)..<end]
            after = authority[authority.index(after: end)...]
        } else if let colon = authority.firstIndex(of: ":") {
            host = authority[..<colon]
            after = authority[colon...]
        }
        guard !host.isEmpty else { throw refuse("it names no host") }
        var port: UInt16 = isPlain ? 80 : 443
        if !after.isEmpty {
            guard after.first == ":", let number = UInt16(after.dropFirst()), number > 0 else {
                throw refuse("its port is no number from 1 to 65535")
            }
            port = number
        }
        self.init(
            host: String(host),
            port: port,
            path: target.hasPrefix("/") ? String(target) : "/\(target)",
            trust: trust,
            isPlain: isPlain
        )
    }
}
