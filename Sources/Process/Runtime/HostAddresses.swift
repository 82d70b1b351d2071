internal import Glibc

/// A host's addresses, asked for once before anything is hot: a reconnect must not wait for a
/// name server.
enum HostAddresses {
    /// IP literals in the resolver's order, IPv4 first; empty when the name has none.
    static func all(of host: String) -> [String] {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, nil, &hints, &list) == 0 else { return [] }
        defer { freeaddrinfo(list) }
        var found: [(family: Int32, text: String)] = []
        var entry = list
        while let node = entry?.pointee {
            entry = node.ai_next
            var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
            let failed = getnameinfo(
                node.ai_addr,
                node.ai_addrlen,
                &text,
                socklen_t(text.count),
                nil,
                0,
                NI_NUMERICHOST
            )
            if failed != 0 { continue }
            let literal = String(decoding: text.prefix { $0 != 0 }.map(UInt8.init), as: UTF8.self)
            if !found.contains(where: { $0.text == literal }) {
                found.append((node.ai_family, literal))
            }
        }
        return (found.filter { $0.family == AF_INET } + found.filter { $0.family != AF_INET })
            .map(\.text)
    }
}
