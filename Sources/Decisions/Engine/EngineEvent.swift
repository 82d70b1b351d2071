public import Book
public import Orders
public import Units

/// What a person or a supervisor asks of the engine.
public enum ControlCommand: Hashable, Sendable, BitwiseCopyable {
    /// Stop one parent: cancel what is open, wait for the answers, report.
    case cancel(ParentID)
    /// Stop everything; nothing but cancels leaves until a person resumes.
    case halt
    /// Go on, but only with orders that bring a position nearer to flat.
    case reduce
    /// Let everything through again. Parents that were stopped stay stopped.
    case resume
}

/// What became of the connections the engine depends on.
public enum LinkEvent: Hashable, Sendable, BitwiseCopyable {
    /// Fills and order updates can be seen, and all that was missed of them is known.
    case privateUp
    /// Fills can no longer be seen: nothing new leaves, what rests is withdrawn.
    case privateDown
    /// They will not be seen again: parents stop.
    case privateLost
    /// Orders can be sent again.
    case tradeUp
    /// Orders can no longer be sent, and no answer to those that were will come.
    case tradeDown
    /// They never can again: parents stop.
    case tradeLost
    /// The process was restarted: every connection is gone, every book is stale, and every request
    /// without an answer is uncertain.
    case restarted
    /// A market data message was lost or unreadable, or market data is interrupted: the book is
    /// stale until the next snapshot.
    case feedGap(InstrumentID)
    /// The instrument's market data stopped for good.
    case feedDown(InstrumentID)
    /// Nothing can be put on record any more: no new order may leave.
    case journalDown
    /// The journal's disk does not answer: nothing new leaves until it does.
    case journalStalled
    /// It answers again.
    case journalUp
}

/// Everything that can happen to the engine. Nothing else changes its state.
public enum EngineEvent: BitwiseCopyable {
    /// The market moved.
    case market(MarketEvent)
    /// The venue spoke of our orders.
    case order(OrderEvent)
    /// The venue spoke of the account.
    case account(AccountEvent)
    /// A connection came or went.
    case link(LinkEvent)
    /// An operator asked.
    case control(ControlCommand)
    /// Time passed.
    case timer
}
