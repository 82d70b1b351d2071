public import Units

/// The operation a venue's reply answers.
public enum OrderOperation: UInt8, Sendable, BitwiseCopyable {
    case place
    case amend
    case cancel
}

/// The venue's answer to a request: accepted for processing, which is no book state.
public struct OrderReply: Hashable, Sendable, BitwiseCopyable {
    /// What an answer means for the order.
    public enum Outcome: UInt8, Sendable, CaseIterable, BitwiseCopyable {
        /// Taken for processing; the book state follows on the private stream.
        case accepted
        /// Refused for certain: the request had no effect.
        case refused
        /// May or may not have had an effect (time-outs, internal errors): ask, never send again.
        case unknown
        /// A cancel or amend of an order that is no longer there: its end is on the private stream.
        case alreadyFinished
    }

    /// Which request.
    public var operation: OrderOperation
    /// Which child.
    public var child: ChildID
    /// What it means.
    public var outcome: Outcome
    /// What it calls for beyond this order.
    public var remedy: OrderRemedy
    /// The venue's return code, for the report.
    public var code: Int32
    /// The venue's order id, when it gave one.
    public var orderID: ExternalID
    /// What it said of the request budget.
    public var budget: BudgetReading

    /// Whether the request never left this process: no venue refuses without a code.
    @inlinable public var isOurOwn: Bool { outcome == .refused && code == 0 }

    /// A reply with every field stated.
    @inlinable public init(
        operation: OrderOperation,
        child: ChildID,
        outcome: Outcome,
        remedy: OrderRemedy,
        code: Int32,
        orderID: ExternalID,
        budget: BudgetReading = BudgetReading()
    ) {
        self.operation = operation
        self.child = child
        self.outcome = outcome
        self.remedy = remedy
        self.code = code
        self.orderID = orderID
        self.budget = budget
    }
}

/// Where an order stands at the venue.
public enum OrderStatus: UInt8, Sendable, CaseIterable, BitwiseCopyable {
    case new
    case partiallyFilled
    case filled
    case cancelled
    case rejected
    /// A word we do not know: keep what we knew.
    case other

    /// Whether the venue will not fill it any more (late executions may still arrive).
    @inlinable public var isTerminal: Bool {
        self == .filled || self == .cancelled || self == .rejected
    }

    /// Whether the order is on the venue's book.
    @inlinable public var stands: Bool { self == .new || self == .partiallyFilled }
}

/// Why the venue ended or refused an order, where it matters to us.
public enum OrderEndReason: UInt8, Sendable, CaseIterable, BitwiseCopyable {
    case none
    /// We asked for it.
    case byUser
    /// A post-only order that would have crossed.
    case postOnlyWouldTake
    /// IOC or FOK that found nothing (or not everything).
    case noLiquidity
    /// A cancel that came after the order had ended.
    case cancelTooLate
    /// Anything else the venue said.
    case other
    /// The venue never had it, and can get it no more.
    case absent
    /// The venue took it off because our connections were gone.
    case disconnected
}

/// The private stream's statement about one order.
public struct OrderUpdate: Hashable, Sendable, BitwiseCopyable {
    /// Which child.
    public var child: ChildID
    /// The venue's order id.
    public var orderID: ExternalID
    /// Where it stands.
    public var status: OrderStatus
    /// Why it ended.
    public var reason: OrderEndReason
    /// Its price now.
    public var price: Price
    /// Its total quantity now.
    public var quantity: Quantity
    /// All that was filled, cumulative: the venue's authoritative count.
    public var filled: Quantity
    /// When the venue changed it.
    public var updatedAt: Nanoseconds

    /// An update with every field stated.
    @inlinable public init(
        child: ChildID,
        orderID: ExternalID,
        status: OrderStatus,
        reason: OrderEndReason,
        price: Price,
        quantity: Quantity,
        filled: Quantity,
        updatedAt: Nanoseconds
    ) {
        self.child = child
        self.orderID = orderID
        self.status = status
        self.reason = reason
        self.price = price
        self.quantity = quantity
        self.filled = filled
        self.updatedAt = updatedAt
    }
}

/// One fill of one of our orders.
public struct Execution: Hashable, Sendable, BitwiseCopyable {
    /// Which child; `.unnamed` where the venue gave its own order id alone.
    public var child: ChildID
    /// The venue's id of the fill: counted once, however often it is told.
    public var id: ExternalID
    /// The venue's order id.
    public var orderID: ExternalID
    /// Our side.
    public var side: Side
    /// At what price.
    public var price: Price
    /// How much.
    public var quantity: Quantity
    /// Whether we rested.
    public var isMaker: Bool
    /// What it cost, in `feeCoin`; negative for a rebate.
    public var fee: CoinAmount
    /// In which coin, or that it is still to be told.
    public var feeCoin: FeeCoin
    /// What a third coin is called.
    public var thirdCoin: CoinName
    /// When the venue matched it.
    public var matchedAt: Nanoseconds

    /// A fill with every field stated.
    @inlinable public init(
        child: ChildID,
        id: ExternalID,
        orderID: ExternalID,
        side: Side,
        price: Price,
        quantity: Quantity,
        isMaker: Bool,
        fee: CoinAmount,
        feeCoin: FeeCoin = .quote,
        thirdCoin: CoinName = .none,
        matchedAt: Nanoseconds
    ) {
        self.child = child
        self.id = id
        self.orderID = orderID
        self.side = side
        self.price = price
        self.quantity = quantity
        self.isMaker = isMaker
        self.fee = fee
        self.feeCoin = feeCoin
        self.thirdCoin = thirdCoin
        self.matchedAt = matchedAt
    }
}

/// What the venue says about our orders.
public enum OrderEvent: Hashable, Sendable, BitwiseCopyable {
    /// It answered a request.
    case reply(OrderReply)
    /// It stated an order.
    case update(OrderUpdate)
    /// It filled one.
    case execution(Execution)
    /// Asked with authority, it knows nothing of one, and can get it no more: neither its open nor
    /// its finished orders nor its executions name it, and the request is older than the time in
    /// which the venue would have taken it.
    case absent(ChildID)
    /// It has, or may have, an order of ours that is on no record: the child that comes next, of
    /// unknown outcome. Its terms are the venue's where it has said them.
    case adopted(PlaceOrder)
}
