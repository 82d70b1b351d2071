import Book
import Engine
import Orders
import Testing
import Units

/// What the venue says against what was believed, and what cannot be true.
@Suite("Engine and contradictions", .timeLimit(.minutes(3)))
struct ContradictionTests {
    /// An update of `order`, which stands with `filled` unless `status` says otherwise.
    private func update(
        _ order: PlaceOrder,
        _ status: OrderStatus,
        quantity: Quantity? = nil,
        filled: Int64 = 0,
        _ reason: OrderEndReason = .none,
        at now: Nanoseconds
    ) -> EngineEvent {
        .order(
            .update(
                OrderUpdate(
                    child: order.child,
                    orderID: ExternalID("venue")!,
                    status: status,
                    reason: reason,
                    price: order.price,
                    quantity: quantity ?? order.quantity,
                    filled: Quantity(lots: filled),
                    updatedAt: now
                )
            )
        )
    }

    private func fill(
        _ order: PlaceOrder,
        side: Side = .buy,
        price: Price? = nil,
        at now: Nanoseconds
    ) -> EngineEvent {
        .order(
            .execution(
                Execution(
                    child: order.child,
                    id: ExternalID("fill")!,
                    orderID: ExternalID("venue")!,
                    side: side,
                    price: price ?? order.price,
                    quantity: Quantity(lots: 1),
                    isMaker: true,
                    fee: .zero,
                    matchedAt: now
                )
            )
        )
    }

    private func tell(_ desk: inout Desk, _ event: EngineEvent) {
        desk.buffer.removeAll()
        desk.engine.step(event, now: desk.now, commands: &desk.buffer)
    }

    /// Tells that the venue never had the order: by its refusal, or by its lists.
    private func giveUp(_ desk: inout Desk, _ order: PlaceOrder, byLists: Bool) {
        if byLists {
            desk.now = desk.now + .seconds(9)
            tell(&desk, .order(.absent(order.child)))
        } else {
            desk.reply(.place, order.child, .refused)
        }
    }

    @Test("an order that stands though given up is taken off first", arguments: [true, false])
    func stands(_ byLists: Bool) throws {
        var desk = try Desk()
        let order = try desk.place()
        giveUp(&desk, order, byLists: byLists)
        let next = try desk.place()
        tell(&desk, update(next, .new, at: desk.now))
        tell(&desk, update(order, .new, at: desk.now))
        var cancelled: [ChildID] = []
        for _ in 0..<50 {
            for command in desk.book() {
                guard case .cancel(let cancel) = command else {
                    Issue.record("sent \(command) with an order that was given up")
                    return
                }
                cancelled.append(cancel.child)
            }
        }
        #expect(cancelled.first == order.child)
        tell(&desk, update(order, .cancelled, .byUser, at: desk.now))
        // With its end nothing is in doubt any more.
        tell(&desk, update(next, .cancelled, .byUser, at: desk.now))
        guard desk.buffer.count == 1, case .place(let third) = desk.buffer[0] else {
            Issue.record("it did not go on")
            return
        }
        #expect(third.child.number > next.child.number)
    }

    @Test("fills of an order that was given up count before anybody tells them")
    func filledAfterAll() throws {
        var desk = try Desk(lots: 40)
        let order = try desk.place()
        giveUp(&desk, order, byLists: true)
        #expect(desk.engine.liveCount(of: ParentID(0)) == 0)
        tell(&desk, update(order, .filled, filled: order.quantity.lots, at: desk.now))
        // It waits for the fills, and asks for them.
        #expect(desk.engine.liveCount(of: ParentID(0)) == 1)
        let needsAsking = desk.engine.live(0, of: ParentID(0)).needsAsking
        #expect(needsAsking)
        var placed: Int64 = 0
        for _ in 0..<6_200 {
            for case .place(let more) in desk.book() {
                placed += more.quantity.lots
                tell(
                    &desk,
                    update(more, .filled, filled: more.quantity.lots, at: desk.now)
                )
            }
        }
        #expect(placed == 40 - order.quantity.lots)
    }

    @Test("what the venue holds beyond the fills told counts as filled, until they are told")
    func untoldFills() throws {
        var desk = try Desk(lots: 60, largest: 20)
        let id = InstrumentID(0)
        desk.engine.step(.account(.opening(id, .zero)), now: desk.now, commands: &desk.buffer)
        var untold: [PlaceOrder] = []
        var held = Quantity.zero
        for round in 0..<5_800 {
            if round % 50 == 0 { tell(&desk, .account(.privateHeard)) }
            for case .place(let order) in desk.book() {
                // Filled, which only the position tells.
                desk.reply(.place, order.child, .accepted)
                tell(&desk, update(order, .cancelled, at: desk.now))
                held += order.quantity
                untold.append(order)
                tell(&desk, .account(.stated(id, .only, held, at: desk.now)))
            }
        }
        #expect(untold.count > 1 && held <= Quantity(lots: 60), "\(held.lots) of 60 lots")
        #expect(desk.engine.facts(of: ParentID(0)).ledger.filled == .zero)
        // Once they are told, the rest may be sent.
        for (i, order) in untold.enumerated() {
            let fill = Execution(
                child: order.child,
                id: ExternalID("fill-\(i)")!,
                orderID: ExternalID("venue")!,
                side: .buy,
                price: order.price,
                quantity: order.quantity,
                isMaker: true,
                fee: .zero,
                matchedAt: desk.now
            )
            tell(&desk, .order(.execution(fill)))
        }
        #expect(desk.engine.facts(of: ParentID(0)).ledger.filled == held)
    }

    @Test("a refusal that is told again counts once")
    func repeated() throws {
        var desk = try Desk()
        let order = try desk.place()
        desk.reply(.place, order.child, .refused)
        for _ in 0..<20 { tell(&desk, update(order, .rejected, .other, at: desk.now)) }
        _ = desk.book()
        let facts = desk.engine.facts(of: ParentID(0))
        #expect(facts.state == .working && facts.rejects == 1)
    }

    @Test("an amend that is refused is not wanted again at once, whatever the code calls for")
    func refusedAmend() throws {
        var desk = try Desk()
        let order = try desk.place()
        tell(&desk, update(order, .new, at: desk.now))
        var amends: [Nanoseconds] = []
        for _ in 0..<100 {
            desk.now = desk.now + .milliseconds(20)
            desk.buffer.removeAll()
            desk.maker.send(
                .snapshot,
                bids: [(10_002, 300), (10_001, 300)],
                asks: [(10_003, 300), (10_004, 300)],
                at: desk.now
            ) { desk.engine.step(.market(.depth($0)), now: desk.now, commands: &desk.buffer) }
            guard desk.buffer.count > 0, case .amend = desk.buffer[0] else { continue }
            amends.append(desk.now)
            desk.reply(.amend, order.child, .refused, .none)
        }
        #expect(amends.count > 1)
        for (earlier, later) in zip(amends, amends.dropFirst()) {
            #expect(later - earlier >= Drive.configuration.refusalPause)
        }
    }

    @Test("an open order without a size frees nothing of its parent", arguments: [0, 3])
    func sizeless(_ filled: Int64) throws {
        var desk = try Desk()
        let order = try desk.place()
        let size = Quantity(lots: filled == 0 ? 0 : filled - 1)
        tell(&desk, update(order, .new, quantity: size, filled: filled, at: desk.now))
        let child = desk.engine.live(0, of: ParentID(0))
        #expect(child.state == .sent && child.committed == order.quantity)
    }

    @Test("a fill of the other side cannot be counted, and halts everything")
    func otherSide() throws {
        var desk = try Desk()
        let order = try desk.place()
        tell(&desk, fill(order, side: .sell, at: desk.now))
        _ = desk.book()
        let isHalted = desk.engine.gate.isHalted
        #expect(isHalted && desk.engine.position(InstrumentID(0)).net.lots == 0)
    }

    @Test("a fill beyond the parent's limit is booked, and stops it")
    func beyondLimit() throws {
        var desk = try Desk(limit: 10_001)
        let order = try desk.place()
        tell(&desk, fill(order, price: Price(ticks: 10_002), at: desk.now))
        _ = desk.book()
        let facts = desk.engine.facts(of: ParentID(0))
        #expect(facts.stopReason == "unexplainedFill" && facts.ledger.filled.lots == 1)
    }

    @Test("prints that overflow every sum end nothing")
    func absurdPrints() throws {
        var desk = try Desk(.pov(rateBps: 1_000))
        _ = desk.book()
        let print = Trade(
            price: Price(ticks: 10_000),
            quantity: Quantity(lots: (1 << 50) - 1),
            aggressor: .buy,
            isBlock: false,
            isRPI: false,
            matchedAt: desk.now,
            crossSequence: 0,
            id: .none
        )
        let prints = [Trade](repeating: print, count: 1_024)
        for _ in 0..<40 {
            prints.withUnsafeBufferPointer { trades in
                let batch = TradeBatch(
                    instrument: InstrumentID(0),
                    publishedAt: desk.now,
                    trades: trades
                )
                tell(&desk, .market(.trades(batch)))
            }
            _ = desk.book()
        }
        #expect(desk.engine.facts(of: ParentID(0)).othersVolume.lots >= 0)
    }

    @Test("a mark price that is none is not taken for one", arguments: [true, false])
    func absurdMark(_ isNegative: Bool) throws {
        var desk = try Desk()
        _ = desk.book()
        let billionths = isNegative ? -(Int64(1) << 62) : 1 << 62
        var ticker = TickerUpdate(instrument: InstrumentID(0), publishedAt: desk.now)
        ticker.markPrice = Amount(billionths: billionths)
        tell(&desk, .market(.ticker(ticker)))
        let isKnown = desk.engine.ticker(InstrumentID(0)).markHalfTicks != 0
        #expect(isKnown != isNegative)
        // Looks at the collar, whatever it comes to.
        for _ in 0..<200 { _ = desk.book() }
    }
}
