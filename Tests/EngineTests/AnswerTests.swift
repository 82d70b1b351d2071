import Algos
import Book
import Engine
import Orders
import Risk
import TestSupport
import Testing
import Units

/// One parent, a still book, and a venue whose answers the test writes itself.
@Suite("Engine and the venue's answers", .timeLimit(.minutes(3)))
struct AnswerTests {
    @Test("a place without any answer is cancelled in time, and nothing is sent in its place")
    func unanswered() throws {
        var desk = try Desk()
        let order = try desk.place()
        let sentAt = desk.now
        var cancels = 0
        while desk.now < sentAt + .seconds(5) {
            for command in desk.book() {
                #expect(
                    command
                        == .cancel(
                            CancelOrder(
                                child: order.child,
                                instrument: InstrumentID(0)
                            )
                        )
                )
                #expect(desk.now > sentAt + Drive.configuration.answerTimeout)
                cancels += 1
            }
        }
        // Asked again each time the answer is overdue, not at every event.
        #expect(cancels == 2)
        // The venue never had it: the parent goes on.
        desk.reply(.place, order.child, .refused)
        let next = try desk.place()
        #expect(next.child.number == 1)
    }

    @Test("an unknown outcome holds everything back until the venue speaks")
    func unknown() throws {
        var desk = try Desk()
        let order = try desk.place()
        desk.reply(.place, order.child, .unknown)
        for _ in 0..<10 { #expect(desk.book().isEmpty) }
        let update = OrderUpdate(
            child: order.child,
            orderID: .none,
            status: .cancelled,
            reason: .postOnlyWouldTake,
            price: order.price,
            quantity: order.quantity,
            filled: .zero,
            updatedAt: desk.now
        )
        desk.buffer.removeAll()
        desk.engine.step(.order(.update(update)), now: desk.now, commands: &desk.buffer)
        guard desk.buffer.count == 1, case .place(let next) = desk.buffer[0] else {
            Issue.record("it did not go on")
            return
        }
        #expect(next.child.number == 1)
    }

    @Test("a venue that refuses is asked again after a pause, and given up after ten times")
    func refusals() throws {
        var desk = try Desk()
        var last = Nanoseconds.zero
        for number in 0..<10 {
            let order = try desk.place()
            #expect(order.child.number == UInt32(number))
            #expect(desk.now - last >= Drive.configuration.refusalPause)
            last = desk.now
            desk.reply(.place, order.child, .refused, .none)
        }
        #expect(desk.book().isEmpty)
        let facts = desk.engine.facts(of: ParentID(0))
        #expect(facts.state == .halted && facts.stopReason == "venueRefuses")
        #expect(facts.rejects == 10 && facts.unsettled.isEmpty)
    }

    @Test("what passes is waited for, longer each time, and says nothing against the parent")
    func waits() throws {
        for remedy in [OrderRemedy.retry, .slowDown, .pauseInstrument] {
            var desk = try Desk()
            var last = Nanoseconds.zero
            for _ in 0..<25 {
                let order = try desk.place()
                last = desk.now
                desk.reply(.place, order.child, .refused, remedy, code: 110_098)
                // A call auction takes minutes; a venue that opens is to be noticed soon.
                #expect(desk.engine.pausedUntil(ParentID(0)) - last <= .seconds(5))
            }
            let wait = desk.engine.pausedUntil(ParentID(0)) - last
            #expect(wait == (remedy == .slowDown ? .seconds(2) : .seconds(5)))
            let facts = desk.engine.facts(of: ParentID(0))
            #expect(facts.state == .working && facts.rejects == 25 && facts.unsettled.isEmpty)
        }
    }

    @Test("an order that the venue takes ends the wait's growth")
    func waitsAnew() throws {
        var desk = try Desk()
        for _ in 0..<4 {
            let order = try desk.place()
            desk.reply(.place, order.child, .refused, .retry, code: 110_098)
        }
        let taken = try desk.place()
        let update = OrderUpdate(
            child: taken.child,
            orderID: ExternalID("venue")!,
            status: .cancelled,
            reason: .byUser,
            price: taken.price,
            quantity: taken.quantity,
            filled: .zero,
            updatedAt: desk.now
        )
        desk.engine.step(.order(.update(update)), now: desk.now, commands: &desk.buffer)
        let next = try desk.place()
        desk.reply(.place, next.child, .refused, .retry, code: 110_098)
        let wait = desk.engine.pausedUntil(ParentID(0)) - desk.now
        #expect(wait == .milliseconds(500))
    }

    @Test("an order that never left says nothing against its parent, and is not wanted at once")
    func unsent() throws {
        var desk = try Desk()
        var last = Nanoseconds.zero
        for _ in 0..<30 {
            let order = try desk.place()
            #expect(desk.now - last >= .milliseconds(100))
            last = desk.now
            desk.reply(.place, order.child, .refused, .none, code: 0)
        }
        let facts = desk.engine.facts(of: ParentID(0))
        #expect(facts.state == .working && facts.rejects == 0 && facts.unsent == 30)
        #expect(facts.unsettled.isEmpty)
    }

    @Test("nothing new leaves while the journal's disk hangs, and too long of it ends the parent")
    func hangingDisk() throws {
        var desk = try Desk()
        desk.engine.step(.link(.journalStalled), now: desk.now, commands: &desk.buffer)
        for _ in 0..<20 { #expect(desk.book().isEmpty) }
        desk.buffer.removeAll()
        desk.engine.step(.link(.journalUp), now: desk.now, commands: &desk.buffer)
        guard desk.buffer.count == 1, case .place(let order) = desk.buffer[0] else {
            Issue.record("it did not go on")
            return
        }
        desk.reply(.place, order.child, .accepted)
        desk.engine.step(.link(.journalStalled), now: desk.now, commands: &desk.buffer)
        var sent: [OrderCommand] = []
        for _ in 0..<620 { sent += desk.book() }
        // Nothing but the cancel of what is open.
        #expect(!sent.isEmpty && sent.allSatisfy { $0.operation == .cancel })
        let facts = desk.engine.facts(of: ParentID(0))
        #expect(facts.stopReason == "journalLost")
    }

    @Test("a refusal for the rate frees the child at once, and says nothing against the parent")
    func tooOften() throws {
        for remedy in [OrderRemedy.pauseOperation, .pauseRequests] {
            var desk = try Desk()
            var last = Nanoseconds.zero
            for number in 0..<12 {
                let order = try desk.place()
                #expect(order.child.number == UInt32(number))
                // A second, and twice as long each time.
                #expect(desk.now - last >= .seconds(min(1 << Int64(max(0, number - 1)), 60)))
                last = desk.now
                desk.reply(.place, order.child, .refused, remedy, code: 10_006)
                #expect(desk.engine.facts(of: ParentID(0)).unsettled.isEmpty)
            }
            let facts = desk.engine.facts(of: ParentID(0))
            #expect(facts.state == .working && facts.rejects == 12 && facts.unsettled.isEmpty)
        }
    }

    @Test("no refused place is tried again at the next book", arguments: OrderRemedy.allCases)
    func pausesAfterAll(_ remedy: OrderRemedy) throws {
        var desk = try Desk()
        let order = try desk.place()
        desk.reply(.place, order.child, .refused, remedy, code: 1)
        #expect(desk.buffer.count == 0)
        for _ in 0..<40 { #expect(desk.book(after: 10).isEmpty) }
    }

    @Test("post-only orders that would trade at once are not sent at every book")
    func wouldTake() throws {
        var desk = try Desk(perSecond: 1_000)
        var places = 0
        for _ in 0..<2_000 {
            var sent = desk.book(after: 1)
            while !sent.isEmpty {
                guard case .place(let order) = sent.removeFirst() else { continue }
                places += 1
                let update = OrderUpdate(
                    child: order.child,
                    orderID: .none,
                    status: .cancelled,
                    reason: .postOnlyWouldTake,
                    price: order.price,
                    quantity: order.quantity,
                    filled: .zero,
                    updatedAt: desk.now
                )
                desk.buffer.removeAll()
                desk.engine.step(.order(.update(update)), now: desk.now, commands: &desk.buffer)
                sent += (0..<desk.buffer.count).map { desk.buffer[$0] }
            }
        }
        #expect((3...25).contains(places), "\(places)")
    }

    @Test("a refused cancel is repeated, but not at every book")
    func refusedCancels() throws {
        var desk = try Desk()
        let order = try desk.place()
        desk.engine.step(.control(.cancel(ParentID(0))), now: desk.now, commands: &desk.buffer)
        desk.reply(.cancel, order.child, .refused, .retry, code: 110_079)
        var cancels = 0
        for _ in 0..<100 {
            for case .cancel(let cancel) in desk.book(after: 10) {
                cancels += 1
                #expect(cancel.child == order.child)
                desk.reply(.cancel, cancel.child, .refused, .retry, code: 110_079)
            }
        }
        #expect((5...10).contains(cancels), "\(cancels)")
    }

    @Test("a price the venue does not take is kept away from, for a while")
    func clamp() throws {
        var desk = try Desk()
        let first = try desk.place()
        desk.reply(.place, first.child, .refused, .clamp)
        let refusedAt = desk.now
        var next = try desk.place()
        var within = 0
        while desk.now < refusedAt + Drive.configuration.slowDownPause {
            #expect(next.price < first.price)
            within += 1
            desk.reply(.place, next.child, .refused)
            next = try desk.place()
        }
        #expect(within > 1)
        #expect(next.price == first.price)
    }

    @Test("a size the venue does not take is not sent again, until that is half forgotten")
    func sizes() throws {
        var desk = try Desk(lots: 600)
        let first = try desk.place()
        desk.reply(.place, first.child, .refused, .enlarge)
        let refusedAt = desk.now
        let second = try desk.place()
        // One lot a second is due, so twice as much would be after some twenty seconds.
        #expect(second.quantity == first.quantity)
        #expect((Nanoseconds.seconds(10)...Nanoseconds.seconds(12)).contains(desk.now - refusedAt))
    }

    @Test("no more than eight times what the venue states is believed to be wanted")
    func believable() throws {
        var desk = try Desk(lots: 60_000)
        let first = try desk.place()
        // The venue states 5 lots at this price.
        #expect(first.quantity.lots == 60)
        desk.reply(.place, first.child, .refused, .enlarge)
        let refusedAt = desk.now
        let second = try desk.place()
        #expect(second.quantity == first.quantity && desk.now - refusedAt < .seconds(2))
    }

    @Test("however often sizes are refused, no child is larger than its schedule and share allow")
    func refusedWithoutEnd() throws {
        var desk = try Desk(lots: 600)
        var refused = 0
        while desk.engine.state(of: ParentID(0)) == .working || refused == 0 {
            let order = try desk.place()
            let progress = desk.engine.progress(of: ParentID(0))
            let due = progress.target.lots + progress.band.lots - progress.filled.lots
            #expect(order.quantity.lots <= due)
            desk.reply(.place, order.child, .refused, .enlarge)
            refused += 1
            if refused > 50 { break }
        }
        // Ten in a row end it, in words.
        #expect(refused == 10)
        #expect(desk.engine.facts(of: ParentID(0)).stopReason == "venueRefuses")
    }

    @Test("a size that is too much for the account is halved")
    func halved() throws {
        var desk = try Desk(lots: 600_000)
        let first = try desk.place()
        desk.reply(.place, first.child, .refused, .reduce)
        let second = try desk.place()
        #expect(second.quantity.lots <= first.quantity.lots / 2)
    }

    @Test(
        "what the venue says of the pace and the instrument holds the parent back",
        arguments: [
            (OrderRemedy.slowDown, Drive.configuration.slowDownPause),
            (.pauseInstrument, Drive.configuration.instrumentPause),
        ]
    )
    func pauses(_ remedy: OrderRemedy, _ pause: Nanoseconds) throws {
        var desk = try Desk()
        let first = try desk.place()
        desk.reply(.place, first.child, .refused, remedy)
        let refusedAt = desk.now
        _ = try desk.place()
        #expect(desk.now - refusedAt >= pause)
        #expect(desk.now - refusedAt < pause + .seconds(1))
    }

    @Test("a parent that the account cannot carry stops; a fault of ours halts everything")
    func stops() throws {
        for remedy in [OrderRemedy.stopParent, .fatal] {
            var desk = try Desk()
            let order = try desk.place()
            desk.reply(.place, order.child, .refused, remedy)
            _ = desk.book()
            let facts = desk.engine.facts(of: ParentID(0))
            #expect(facts.state == .halted && facts.stopReason == "venueRefuses")
            let isHalted = desk.engine.gate.isHalted
            #expect(isHalted == (remedy == .fatal))
        }
    }

    @Test("a fill nothing we sent can explain halts the parent, even while it stops")
    func unexplained() throws {
        for isStopping in [false, true] {
            var desk = try Desk(lots: 20)
            let order = try desk.place()
            if isStopping {
                desk.engine.step(
                    .control(.cancel(ParentID(0))),
                    now: desk.now,
                    commands: &desk.buffer
                )
            }
            for id in ["a", "b"] {
                let fill = Execution(
                    child: order.child,
                    id: try #require(ExternalID(id)),
                    orderID: .none,
                    side: .buy,
                    price: order.price,
                    quantity: Quantity(lots: 20),
                    isMaker: true,
                    fee: .zero,
                    matchedAt: desk.now
                )
                desk.engine.step(.order(.execution(fill)), now: desk.now, commands: &desk.buffer)
            }
            _ = desk.book()
            let facts = desk.engine.facts(of: ParentID(0))
            #expect(facts.state == .halted && facts.stopReason == "unexplainedFill")
            // Booked all the same: the position is what it is.
            #expect(desk.engine.position(InstrumentID(0)).net.lots == 40)
        }
    }

    @Test("a fill that cannot be counted halts everything")
    func uncountable() throws {
        var desk = try Desk()
        let order = try desk.place()
        let fill = Execution(
            child: order.child,
            id: .none,
            orderID: .none,
            side: .buy,
            price: order.price,
            quantity: Quantity(lots: 1),
            isMaker: true,
            fee: .zero,
            matchedAt: desk.now
        )
        desk.buffer.removeAll()
        desk.engine.step(.order(.execution(fill)), now: desk.now, commands: &desk.buffer)
        #expect(desk.buffer.count == 1)
        guard case .cancel = desk.buffer[0] else {
            Issue.record("it did not cancel")
            return
        }
        let isHalted = desk.engine.gate.isHalted
        #expect(isHalted)
    }

    @Test("several parents on one instrument each keep to their own quantity", arguments: 0..<10)
    func severalParents(_ seed: UInt64) throws {
        var engine = Engine(
            Drive.configuration,
            instruments: [Drive.instrument],
            now: Drive.start
        )
        var venue = RandomVenue(
            seed % 2 == 0 ? .benign : .hostile,
            seed: seed,
            start: Drive.start
        )
        var buffer = CommandBuffer(capacity: 3)
        engine.step(.link(.privateUp), now: Drive.start, commands: &buffer)
        var quantities: [Quantity] = []
        for number in 0..<4 {
            let quantity = Quantity(lots: 100 * Int64(number + 1))
            quantities.append(quantity)
            try engine.accept(
                ParentOrder(
                    id: engine.nextParent,
                    instrument: InstrumentID(0),
                    side: number % 2 == 0 ? .buy : .sell,
                    quantity: quantity,
                    limit: nil,
                    startsAt: Drive.start,
                    endsAt: Drive.start + .seconds(10)
                ),
                ExecutionPlan(schedule: number == 3 ? .pov(rateBps: 2_000) : .twap),
                now: Drive.start
            )
        }
        var now = Drive.start
        while !engine.isIdle {
            venue.next { at, message in
                now = at
                buffer.removeAll()
                switch message {
                case .market(let event): engine.step(.market(event), now: at, commands: &buffer)
                case .order(let event): engine.step(.order(event), now: at, commands: &buffer)
                case .timer: engine.step(.timer, now: at, commands: &buffer)
                }
            }
            for i in 0..<buffer.count { venue.submit(buffer[i]) }
            for (number, quantity) in quantities.enumerated() {
                let exposure = venue.exposure(of: ParentID(UInt32(number)))
                try #require(exposure <= quantity, "seed \(seed)")
            }
            try #require(now < Drive.start + .seconds(30), "seed \(seed): it hangs")
        }
        var net: Int64 = 0
        for number in 0..<4 {
            let facts = engine.facts(of: ParentID(UInt32(number)))
            net += facts.order.side.sign * facts.ledger.filled.lots
        }
        #expect(engine.position(InstrumentID(0)).net.lots == net, "seed \(seed)")
    }
}
