public import Book
public import Orders
public import Units
public import Wire

/// What one text frame of a Bybit socket says.
///
/// Views inside are good until the decoder's next message.
public enum BybitMessage: BitwiseCopyable {
    /// A market moved.
    case market(MarketEvent)
    /// The prices that the venue takes moved.
    case bounds(PriceBounds)
    /// Our orders moved, in the message's order; never empty.
    case orders(UnsafeBufferPointer<OrderEvent>)
    /// How the account stands, in the message's order; never empty.
    case account(UnsafeBufferPointer<AccountStatement>)
    /// So many orders or fills, none of them of this session.
    case foreign(Int)
    /// The session itself: pong, auth, subscriptions, refusals.
    case control(BybitControl)
    /// Valid, and of no use to the engine.
    case ignored
    /// Not what the venue promises: nothing of it was taken. It may have been of a book or of
    /// orders.
    case malformed(DecodeError)
    /// The same of a message that no book, order or fill can have been in: it costs itself alone.
    case unreadable(BybitSubject, DecodeError)
}

/// What a message that cannot be read was of, where that does no harm.
public enum BybitSubject: UInt8, Sendable, CaseIterable, BitwiseCopyable {
    /// How the account stands, which is told again and can be asked.
    case statement
    /// Prints: the volume of others may be told too low.
    case prints
    /// Mark price and funding, or the prices that are taken: both are told again.
    case ticker
}

/// What the venue says about the session.
public enum BybitControl: Hashable, Sendable, BitwiseCopyable {
    /// The answer to our ping.
    case pong
    /// The answer to auth; `code` is the venue's, 0 when it stated none.
    case auth(succeeded: Bool, code: Int32)
    /// The answer to subscribe; `request` is our `req_id`.
    case subscribe(succeeded: Bool, request: ExternalID)
    /// The answer to unsubscribe.
    case unsubscribe(succeeded: Bool, request: ExternalID)
    /// A refusal that names no request of this session.
    case refused(code: Int32)
}
