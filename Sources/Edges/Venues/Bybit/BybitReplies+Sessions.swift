import Units
import Wire

extension BybitReplies {
    /// Sessions of Sluice other than `own` whose names the orders of a list bear, each once, in the
    /// list's order.
    public static func sessions(
        _ body: [UInt8],
        otherThan own: SessionPrefix
    ) throws(BybitReplyError) -> [SessionPrefix] {
        try read(body) { (json) throws(DecodeError) in
            var found: [SessionPrefix] = []
            try json.forEachInList { (json) throws(DecodeError) in
                try json.openObject()
                while let key = try json.nextKey() {
                    guard key.equals("orderLinkId") else {
                        try json.skipValue()
                        continue
                    }
                    let name = try json.string()
                    guard let session = OrderLinkID.session(name.bytes), session != own,
                        !found.contains(session)
                    else { continue }
                    found.append(session)
                }
            }
            return found
        }
    }

    /// The symbols of those entries of a list of orders or fills that bear the name of `session`,
    /// and how many entries the list has.
    public static func symbols(
        _ body: [UInt8],
        of session: SessionPrefix
    ) throws(BybitReplyError) -> (own: [String], entries: Int) {
        try read(body) { (json) throws(DecodeError) in
            var own: [String] = []
            var entries = 0
            try json.forEachInList { (json) throws(DecodeError) in
                var symbol: JSONText?
                var isOwn = false
                try json.openObject()
                while let key = try json.nextKey() {
                    if key.equals("symbol") {
                        symbol = try json.optionalText()
                    } else if key.equals("orderLinkId") {
                        let name = try json.optionalText()
                        isOwn = name.map { OrderLinkID.session($0.bytes) == session } ?? false
                    } else {
                        try json.skipValue()
                    }
                }
                entries += 1
                guard isOwn else { return }
                guard let symbol else { throw json.error(.missingField) }
                own.append(symbol.string)
            }
            return (own, entries)
        }
    }
}

extension OrderLinkID {
    /// The session whose child `bytes` name; nil when they are no child's name.
    static func session(_ bytes: UnsafeRawBufferPointer) -> SessionPrefix? {
        let prefix = String(decoding: bytes.prefix(SessionPrefix.length), as: UTF8.self)
        guard let session = SessionPrefix(prefix), read(bytes, session) != nil else { return nil }
        return session
    }
}
