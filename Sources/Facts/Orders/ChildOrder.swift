public import Units

/// One order we sent to a venue, from our intent to the venue's last word on it.
///
/// Three sources speak of the same order on different sockets, in any order, late or twice: replies
/// to requests, order updates, executions. So no message moves the child to "the next state";
/// each adds what it knows, and the sums only ever grow:
///
///     filled    Σ executions, each counted once by its id (the caller filters)
///     reported  the venue's cumulative count, the largest seen
///     ended     the venue's final word; absorbing, where the venue has stated it
///
/// What a child may still cost its parent is `committed`: everything it could ever fill.
///
/// - Invariant: `filled ≤ committed`; `committed` shrinks only when the venue said the end, or
///   that an amend to a smaller quantity took effect.
public struct ChildOrder: BitwiseCopyable, Sendable {
    /// Where the child stands between us and the venue.
    public enum State: UInt8, Sendable, BitwiseCopyable {
        /// Sent; the venue has not spoken of it on the private stream.
        case sent
        /// On the venue's book.
        case working
        /// The venue will not fill it any more.
        case ended
    }

    /// Our name for it.
    public let id: ChildID
    /// What it trades.
    public let instrument: InstrumentID
    /// Which way.
    public let side: Side
    /// On what terms.
    public let timeInForce: TimeInForce
    /// Whether it only shrinks a position.
    public let reduceOnly: Bool
    /// When it left us.
    public let sentAt: Nanoseconds
    /// Twice the mid, in ticks, when it left us: the reference its latency cost is measured from.
    public let midAtSendHalfTicks: Int64

    /// Where it stands.
    public internal(set) var state: State = .sent
    /// When we learned that it had ended; zero until then.
    public internal(set) var endedAt: Nanoseconds = .zero
    /// Why it ended, once it has.
    public internal(set) var endReason: OrderEndReason = .none
    /// Its price at the venue, as far as we know.
    public internal(set) var price: Price
    /// Its total quantity at the venue, as far as we know.
    public internal(set) var quantity: Quantity
    /// The price an amend in flight asks for; equal to `price` when none is.
    public internal(set) var requestedPrice: Price
    /// The total an amend in flight asks for; equal to `quantity` when none is.
    public internal(set) var requestedQuantity: Quantity
    /// The price that its latest place or amend asked for, whatever became of it.
    public internal(set) var askedPrice: Price
    /// An amend was sent and neither confirmed nor refused.
    public internal(set) var isAmendInFlight = false
    /// A cancel was sent and neither confirmed nor refused.
    public internal(set) var isCancelInFlight = false
    /// The venue said it has finished, and its end is still to come on the private stream.
    public internal(set) var isEndExpected = false
    /// Its end was inferred and not stated: the venue refused it, or did not know it. A word of the
    /// venue that it stands outranks that.
    public internal(set) var isEndInferred = false
    /// It stands although its end was inferred. Something else may have been sent in its place, so
    /// it is taken off, whatever it could still do.
    public internal(set) var isUnbidden = false
    /// A request's outcome is unknown: only the venue can tell, nothing is sent in its place.
    public internal(set) var isUncertain = false
    /// When the latest request for it left us.
    public internal(set) var requestedAt: Nanoseconds
    /// The venue's clock at its latest update, so that an older one cannot turn back the price.
    public internal(set) var updatedAt: Nanoseconds = .zero
    /// Σ of its executions.
    public internal(set) var filled: Quantity = .zero
    /// The venue's own cumulative count, the largest seen.
    public internal(set) var reported: Quantity = .zero
    /// Σ price × quantity of its executions.
    public internal(set) var filledNotional: Notional = .zero
    /// Σ fees of its executions in the quote coin.
    public internal(set) var fees: CoinAmount = .zero
    /// Σ fees of its executions in the base coin.
    public internal(set) var baseFees: CoinAmount = .zero
    /// Σ fees of its executions in third coins.
    public internal(set) var otherFees: CoinAmount = .zero
    /// Executions whose fee is still to be told.
    public internal(set) var untoldFees: Int32 = 0
    /// The part of `filled` that rested.
    public internal(set) var makerFilled: Quantity = .zero
    /// The venue's id for it.
    public internal(set) var orderID: ExternalID = .none

    /// The child that `order` becomes when it leaves at `now`.
    public init(_ order: PlaceOrder, sentAt now: Nanoseconds, midHalfTicks: Int64) {
        id = order.child
        instrument = order.instrument
        side = order.side
        timeInForce = order.timeInForce
        reduceOnly = order.reduceOnly
        sentAt = now
        midAtSendHalfTicks = midHalfTicks
        price = order.price
        quantity = order.quantity
        requestedPrice = order.price
        askedPrice = order.price
        requestedQuantity = order.quantity
        requestedAt = now
    }

    /// Everything it has filled or could still fill: what the parent must not spend again.
    @inlinable public var committed: Quantity {
        if state == .ended { return max(filled, reported) }
        return max(max(quantity, requestedQuantity), max(filled, reported))
    }

    /// What it could still add to the parent's fills.
    @inlinable public var leaves: Quantity { committed - filled }

    /// Whether it can add nothing more: every fill it could make, or the venue counted before it
    /// ended, has reached us. A child filled to the last lot needs no word of its end.
    @inlinable public var isSettled: Bool { leaves.lots == 0 }

    /// Whether it is settled, its fees included.
    @inlinable public var isAccounted: Bool { isSettled && untoldFees == 0 }

    /// Whether a request for it may be sent now: one at a time, and none once the end is known.
    @inlinable public var acceptsRequest: Bool {
        state != .ended && !isAmendInFlight && !isCancelInFlight && !isEndExpected
    }

    /// Whether messages about it seem lost, so that the venue should be asked: a request without an
    /// outcome, or an end, fills or fees that the venue has counted and nobody has told.
    @inlinable public var needsAsking: Bool {
        state == .ended ? !isAccounted : isUncertain || isEndExpected
    }

    /// Whether the venue has never spoken of it: only then may it be that it never had it. An id, a
    /// book state or a fill makes its absence from every list a contradiction.
    @inlinable public var mayBeAbsent: Bool {
        state == .sent && orderID.isEmpty && filled.lots == 0 && reported.lots == 0
    }

    /// Whether the venue owes us a word on it: an answer, a confirmation, or its end.
    @inlinable public var awaitsAnswer: Bool {
        state != .ended
            && (state == .sent || isAmendInFlight || isCancelInFlight || isUncertain
                || isEndExpected)
    }
}
