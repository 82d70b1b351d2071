public import Units

extension ChildOrder {
    /// Records that an amend leaves now. From here both the old and the new quantity may be live.
    public mutating func amendSent(_ amend: AmendOrder, at now: Nanoseconds) {
        precondition(acceptsRequest, "ChildOrder: one request at a time")
        requestedPrice = amend.price
        askedPrice = amend.price
        requestedQuantity = amend.quantity
        isAmendInFlight = true
        requestedAt = now
    }

    /// Records that a cancel leaves now. A cancel may overtake an amend in flight.
    public mutating func cancelSent(at now: Nanoseconds) {
        precondition(state != .ended && !isCancelInFlight, "ChildOrder: one cancel at a time")
        isCancelInFlight = true
        requestedAt = now
    }

    /// Takes in the venue's answer to a request.
    ///
    /// An acceptance is no book state: an amend or cancel stays in flight until the private stream
    /// confirms it.
    public mutating func apply(_ reply: OrderReply) {
        if !reply.orderID.isEmpty { orderID = reply.orderID }
        switch (reply.operation, reply.outcome) {
        case (_, .accepted):
            break
        case (_, .unknown):
            isUncertain = state != .ended
        case (.place, .refused) where state == .sent:
            // A refused order never reached the book.
            end(.other, reported: filled)
            isEndInferred = true
        case (.place, .refused), (.place, .alreadyFinished):
            // It contradicts what the private stream said, so only the venue can tell.
            isUncertain = state != .ended
        case (.amend, .refused):
            abandonAmend()
        case (.cancel, .refused):
            isCancelInFlight = false
        case (.amend, .alreadyFinished):
            abandonAmend()
            isEndExpected = state != .ended
        case (.cancel, .alreadyFinished):
            isCancelInFlight = false
            isEndExpected = state != .ended
        }
    }

    /// Takes in the venue's statement about the order.
    public mutating func apply(_ update: OrderUpdate) {
        if !update.orderID.isEmpty { orderID = update.orderID }
        // The venue's count never shrinks; a late message may carry an older one.
        reported = max(reported, update.filled)
        if state == .ended {
            guard isEndInferred else { return }
            if update.status.stands { rise() }
        }
        if update.status.isTerminal {
            end(update.reason, reported: update.filled)
            isEndInferred = false
            return
        }
        if state == .ended { return }
        isUncertain = false
        if update.status == .other || update.updatedAt < updatedAt { return }
        updatedAt = update.updatedAt
        state = .working
        price = update.price
        quantity = update.quantity
        if isAmendInFlight {
            if price == requestedPrice && quantity == requestedQuantity {
                isAmendInFlight = false
            }
        } else {
            requestedPrice = price
            requestedQuantity = quantity
        }
    }

    /// Adds one execution. The caller has made sure that it was not counted before.
    public mutating func apply(_ execution: Execution) {
        if !execution.orderID.isEmpty { orderID = execution.orderID }
        if state == .ended && isEndInferred { rise() }
        filled += execution.quantity
        filledNotional += Notional(execution.price, execution.quantity)
        add(execution.fee, execution.feeCoin)
        if execution.feeCoin == .untold { untoldFees &+= 1 }
        if execution.isMaker { makerFilled += execution.quantity }
        isUncertain = false
        if state == .sent { state = .working }
        // Filled to the last lot: the venue's word of the end may be lost, and is not needed.
        if state == .working && leaves.lots == 0 { end(.none, reported: filled) }
    }

    /// Adds the fee of an execution that was counted without one, and what else it tells better.
    ///
    /// - Returns: by how much the part that rested changes.
    public mutating func complete(_ execution: Execution, wasMaker: Bool) -> Quantity {
        if !execution.orderID.isEmpty { orderID = execution.orderID }
        add(execution.fee, execution.feeCoin)
        untoldFees = max(0, untoldFees &- 1)
        guard execution.isMaker != wasMaker else { return .zero }
        let rested = execution.isMaker ? execution.quantity.lots : -execution.quantity.lots
        let before = makerFilled
        makerFilled = Quantity(lots: min(max(0, makerFilled.lots + rested), filled.lots))
        return makerFilled - before
    }

    private mutating func add(_ fee: CoinAmount, _ coin: FeeCoin) {
        switch coin {
        case .quote: fees += fee
        case .base: baseFees += fee
        case .other: otherFees += fee
        case .untold: break
        }
    }

    /// Takes in that the venue has never had the order and can get it no more: it ends with nothing
    /// filled, and its quantity is the parent's again.
    ///
    /// Whatever the venue has said of the order outranks this: unless it `mayBeAbsent` the order
    /// stays committed and is asked for again.
    public mutating func applyAbsence() {
        if state == .ended { return }
        guard mayBeAbsent else {
            isUncertain = true
            return
        }
        end(.absent, reported: .zero)
        isEndInferred = true
    }

    /// Gives up waiting for an answer that has not come in time; the venue must be asked.
    ///
    /// A cancel may be sent again. An amend stays in flight: it may still take effect, so what it
    /// asked for stays committed, and only the order's end settles it.
    public mutating func answerOverdue() {
        isUncertain = true
        isCancelInFlight = false
    }

    /// Notes when it was learned that it had ended, if it has.
    public mutating func noteEnd(at now: Nanoseconds) {
        if state == .ended && endedAt == .zero { endedAt = now }
    }

    /// The venue has it after all.
    private mutating func rise() {
        state = .working
        endedAt = .zero
        endReason = .none
        isEndInferred = false
        isUnbidden = true
    }

    private mutating func abandonAmend() {
        isAmendInFlight = false
        requestedPrice = price
        requestedQuantity = quantity
    }

    private mutating func end(_ reason: OrderEndReason, reported count: Quantity) {
        state = .ended
        endReason = reason
        reported = max(reported, count)
        isAmendInFlight = false
        isCancelInFlight = false
        isEndExpected = false
        isUncertain = false
    }
}
