internal import Engine
internal import Orders
internal import Reports
internal import Units

extension TradingLoop {
    /// What is younger than this, by the venue's clock, may be under way on the private stream.
    private static let underWay = Nanoseconds.seconds(1)

    /// Takes the venue's answers. They are events like any other, and what is known already is
    /// dropped here.
    @inline(__always)
    mutating func takeAnswers(_ now: Nanoseconds) {
        while let answer = reconciliation.answer() { take(answer, now) }
    }

    @inline(never)
    private mutating func take(_ answer: ReconcilerAnswer, _ now: Nanoseconds) {
        switch answer {
        case .order(let event):
            take(event, now)
        case .account(let event):
            step(.account(event), now)
        case .statement(let statement):
            take(statement, isStreamed: false, now)
        case .bounds(let bounds):
            take(bounds, now)
        case .position(let venue):
            take(position: venue, now)
        case .others(let positions, let orders):
            reconciliation.counts.otherPositions = positions
            reconciliation.counts.otherOrders = orders
        case .fees(let schedule):
            fees = schedule
        case .foreignOrders(let count):
            reconciliation.counts.foreignOrders = count
        case .prints(let count, let oldest):
            takePrints(count, oldest: oldest, now)
        case .denied(let code):
            keyDenied(code, now)
        case .venueTime(let sample):
            take(refusal: sample, now)
        case .withdrawn(let child, let isStray):
            sweep.found(child)
            // Open though nobody knew it or it was believed to have ended, or for want of an order
            // connection.
            if isStray {
                reconciliation.counts.withdrawn &+= 1
            } else {
                reconciliation.counts.withdrawnAway &+= 1
            }
        case .done(let question, let isAnswered):
            if !isAnswered, case .prints = question {
                feed.lines.repairEnded(false, oldest: nil, now: now)
            }
            if isAnswered, case .withdraw(let child, _, _) = question { sweep.answered(child) }
            if reconciliation.done(question, isAnswered: isAnswered, now) { caughtUp(now) }
        }
    }

    /// Takes what the venue says we hold. Where it is less than we believe, twice, of what our
    /// parent reduces, others have closed it, and the parent goes on with what is left; any other
    /// difference stops everything.
    private mutating func take(position venue: VenuePosition, _ now: Nanoseconds) {
        let held = engine.held(instrument.id)
        guard reconciliation.differs(venue: venue, held: held), !isPositionWrong else { return }
        let order = engine.order(of: parent)
        if order.reduceOnly, venue.isNearerToFlat(than: held, for: order.side) {
            let opening = engine.opening(instrument.id).rebased(from: held, to: venue)
            return step(.account(.found(opening, in: instrument.id)), now)
        }
        isPositionWrong = true
        step(.account(.positionDiffers(instrument.id, venue: venue.net)), now)
    }

    private mutating func take(_ event: OrderEvent, _ now: Nanoseconds) {
        noteMatch(event, now)
        guard let kind = engine.discrepancy(event) else { return withdrawStray(event) }
        let venueTime: Nanoseconds =
            switch event {
            case .execution(let fill): fill.matchedAt
            case .update(let update): update.updatedAt
            case .reply, .absent, .adopted: .zero
            }
        if now + venueClock.offset - venueTime > TradingLoop.underWay {
            reconciliation.counts.note(kind)
        }
        step(.order(event), now)
        if kind == .openThoughEnded { withdraw(event) }
    }

    /// An order that the venue has on its book though it is believed to have ended: it is looked
    /// at again, and cancelled.
    mutating func withdraw(_ event: OrderEvent) {
        guard case .update(let update) = event else { return }
        reconciliation.askToWithdraw(engine.child(update.child.number))
    }

    /// An open order that bears this session's name and is none of its children, as after a crash
    /// that lost its record: it is cancelled.
    private mutating func withdrawStray(_ event: OrderEvent) {
        guard case .update(let update) = event, update.status.stands, !isKnown(update.child)
        else { return }
        _ = reconciliation.ask(.withdraw(update.child, sentAt: clock.now, isStray: true))
    }

    private mutating func isKnown(_ child: ChildID) -> Bool {
        child.number < engine.nextChild && engine.child(child.number).id == child
    }

    /// Asks what is to be asked now.
    mutating func keepReconciled(_ now: Nanoseconds) {
        let isWholeDue = reconciliation.isWholeDue(now) || isLookHurried(now)
        // A final parent gives no commands: what was left open by a crash is taken off by REST; and
        // so is what cancels over the order connection have not taken off.
        let isFinal = engine.state(of: parent).isFinal || isEndLate(now)
        reconciliation.beginLook()
        for i in 0..<engine.liveCount(of: parent) {
            let child = engine.live(i, of: parent)
            if (!canSend || isFinal) && child.state != .ended {
                reconciliation.doubt(child, now, withdrawing: true)
            } else if child.needsAsking {
                reconciliation.doubt(child, now)
            } else if isWholeDue && now - child.requestedAt > TradingLoop.underWay {
                _ = reconciliation.ask(about: child)
            }
        }
        reconciliation.endLook()
        if isWholeDue {
            reconciliation.askEverything(held: engine.held(instrument.id), now)
        }
        if account.keeper.stage == .catchingUp { keepCatchingUp(now) }
    }

    /// Asks for all that the account's stream may have missed.
    private mutating func keepCatchingUp(_ now: Nanoseconds) {
        guard reconciliation.isCatchUpDue(now) else { return }
        reconciliation.catchUp.ask(now)
        for i in 0..<engine.liveCount(of: parent) {
            let isAsked = reconciliation.ask(about: engine.live(i, of: parent))
            if !isAsked { reconciliation.catchUp.noteUnanswered() }
        }
        reconciliation.askCatchUp(held: engine.held(instrument.id), now)
    }

    /// After a halt, makes sure that nothing is left at the venue.
    mutating func keepHalted(_ now: Nanoseconds) {
        guard engine.gate.isHalted else { return }
        for i in 0..<engine.liveCount(of: parent) {
            let child = engine.live(i, of: parent)
            if child.state != .ended { sweep.note(child, now) }
        }
        while let question = sweep.question(now) { reconciliation.ask(question) }
    }

    /// What asking came to, for the report.
    var reconciliationSection: ReconciliationSection {
        let counts = reconciliation.counts
        var differences: [String: Int] = [:]
        for kind in Discrepancy.allCases where counts[kind] > 0 {
            differences["\(kind)"] = counts[kind]
        }
        if isPositionWrong { differences["position"] = 1 }
        return ReconciliationSection(
            questions: counts.questions,
            answered: counts.answered,
            unanswered: counts.unanswered,
            unasked: counts.unasked,
            doubts: counts.doubts,
            differences: differences,
            withdrawnOrders: counts.withdrawn + counts.withdrawnAway,
            foreignOrders: counts.foreignOrders,
            otherPositions: counts.otherPositions,
            otherOrders: counts.otherOrders,
            verifiedOrders: sweep.count - sweep.unanswered
        )
    }
}
