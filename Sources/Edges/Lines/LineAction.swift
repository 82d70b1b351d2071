public import Units

/// What the market lines' owner is to do.
public enum LineAction: Hashable, Sendable, BitwiseCopyable {
    /// The engine's book can no longer be trusted: it is stale until the next snapshot passes.
    case bookLost
    /// Give the line's connection up, without waiting for the peer.
    case close(Int)
    /// Open the line's connection; `opened` or `closed` is to follow.
    case open(Int)
    /// Subscribe to the book and to the prints.
    case subscribe(Int)
    /// End the subscription to the book and take it again, which brings a snapshot.
    case askBook(Int)
    /// End the subscription to the prints and take it again.
    case askTrades(Int)
    /// Ask whether the peer is there.
    case ping(Int)
    /// Ask the venue for its recent prints from then on, by its clock: `repaired` and `repairEnded`
    /// are to follow.
    case repairTape(since: Nanoseconds)
}

/// What is to be done for one line; taken in the order of the bits.
struct LineWork: OptionSet, BitwiseCopyable {
    let rawValue: UInt8
    static let close = LineWork(rawValue: 1)
    static let open = LineWork(rawValue: 2)
    static let subscribe = LineWork(rawValue: 4)
    static let askBook = LineWork(rawValue: 8)
    static let askTrades = LineWork(rawValue: 16)
    static let ping = LineWork(rawValue: 32)

    /// Takes the first piece of work out.
    mutating func takeFirst(_ line: Int) -> LineAction? {
        if remove(.close) != nil { return .close(line) }
        if remove(.open) != nil { return .open(line) }
        if remove(.subscribe) != nil { return .subscribe(line) }
        if remove(.askBook) != nil { return .askBook(line) }
        if remove(.askTrades) != nil { return .askTrades(line) }
        if remove(.ping) != nil { return .ping(line) }
        return nil
    }
}
