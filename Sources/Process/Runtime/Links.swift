internal import Transport
internal import Wire

/// The connections a session opens before it trades.
struct Links {
    /// The first market line; the others follow in the loop.
    let market: ConnectionID
    let account: ConnectionID
    /// Order entry; nil where orders go over REST.
    let trade: ConnectionID?
    /// Topics of the account's stream that the venue refused, and that it can do without.
    let refusedTopics: [String]

    static func send(_ loop: inout EventLoop, _ id: ConnectionID, _ text: String) -> Bool {
        guard let room = loop.beginMessage(id) else { return false }
        var writer = ByteWriter(room)
        writer.append(text)
        if writer.overflowed { return false }
        if case .refused = loop.endMessage(id, length: writer.count) { return false }
        return true
    }
}
