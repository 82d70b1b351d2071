import Algos
import Book
import Engine
import Orders
import Testing
import Units

/// One state of the book is spent once.
@Suite("Spending of the book", .timeLimit(.minutes(1)))
struct BookSpendingTests {
    /// Time goes by, and the book says nothing.
    private static func wait(_ desk: inout Desk, milliseconds: Int64) -> [OrderCommand] {
        desk.now = desk.now + .milliseconds(milliseconds)
        desk.buffer.removeAll()
        desk.engine.step(.timer, now: desk.now, commands: &desk.buffer)
        return sent(desk)
    }

    private static func sent(_ desk: borrowing Desk) -> [OrderCommand] {
        var sent: [OrderCommand] = []
        for i in 0..<desk.buffer.count { sent.append(desk.buffer[i]) }
        return sent
    }

    private static func places(_ commands: [OrderCommand]) -> [PlaceOrder] {
        commands.compactMap { if case .place(let order) = $0 { order } else { nil } }
    }

    /// What the venue says of an order, matched `at`.
    private static func tell(
        _ desk: inout Desk,
        _ order: PlaceOrder,
        _ status: OrderStatus,
        _ reason: OrderEndReason,
        filled: Int64,
        at: Nanoseconds? = nil
    ) -> [OrderCommand] {
        desk.buffer.removeAll()
        let at = at ?? desk.now
        if filled > 0 {
            let execution = Execution(
                child: order.child,
                id: ExternalID("\(order.child.number)-\(filled)") ?? .none,
                orderID: .none,
                side: order.side,
                price: order.price,
                quantity: Quantity(lots: filled),
                isMaker: false,
                fee: .zero,
                matchedAt: at
            )
            desk.engine.step(.order(.execution(execution)), now: desk.now, commands: &desk.buffer)
        }
        let update = OrderUpdate(
            child: order.child,
            orderID: .none,
            status: status,
            reason: reason,
            price: order.price,
            quantity: order.quantity,
            filled: Quantity(lots: filled),
            updatedAt: at
        )
        desk.engine.step(.order(.update(update)), now: desk.now, commands: &desk.buffer)
        return sent(desk)
    }

    /// A parent that is far behind: 10 lots a millisecond are due, and 60 of 600 lots a child.
    private static func late() throws -> Desk {
        try Desk(lots: 600_000, largest: 200, perSecond: 1_000)
    }

    /// The first take of a parent that is behind.
    private static func firstTake(_ desk: inout Desk) throws -> PlaceOrder {
        for _ in 0..<100 {
            for order in places(desk.book(after: 1_000)) {
                if order.timeInForce == .immediateOrCancel { return order }
                _ = tell(&desk, order, .new, .none, filled: 0)
            }
        }
        throw Desk.Silence()
    }

    @Test("takes that follow each other on one state are no more than its share, all together")
    func share() throws {
        var desk = try Self.late()
        let first = try Self.firstTake(&desk)
        #expect(first.quantity.lots == 60)
        // Filled in part at what the book shows: the rest of its share is another's.
        var spent = first.quantity.lots
        var next = Self.places(Self.tell(&desk, first, .filled, .none, filled: 60))
        for _ in 0..<20 {
            next += Self.places(Self.wait(&desk, milliseconds: 50))
        }
        spent += next.filter { $0.timeInForce == .immediateOrCancel }
            .reduce(0) { $0 + $1.quantity.lots }
        #expect(spent == 60)
        // Another state, later than the fill, is another share.
        let fresh = Self.places(desk.book(after: 10))
        #expect(fresh.contains { $0.timeInForce == .immediateOrCancel })
    }

    @Test("what a take found is waited for before another leaves on the same state, whoever's")
    func oneAtATime() throws {
        // Each would take a third of the share.
        var desk = try Desk(lots: 600_000, largest: 20, perSecond: 1_000)
        let second = ParentOrder(
            id: desk.engine.nextParent,
            instrument: InstrumentID(0),
            side: .buy,
            quantity: Quantity(lots: 600_000),
            limit: nil,
            startsAt: Drive.start,
            endsAt: Drive.start + .seconds(600)
        )
        try desk.engine.accept(second, ExecutionPlan(schedule: .twap), now: desk.now)
        var takes: [PlaceOrder] = []
        while takes.isEmpty {
            for order in Self.places(desk.book(after: 1_000)) {
                if order.timeInForce == .immediateOrCancel {
                    takes.append(order)
                } else {
                    _ = Self.tell(&desk, order, .new, .none, filled: 0)
                }
            }
        }
        #expect(takes.count == 1)
        // The first found what it asked for: there is more.
        let next = Self.places(Self.tell(&desk, takes[0], .filled, .none, filled: 20))
        #expect(next.filter { $0.timeInForce == .immediateOrCancel }.count == 1)
    }

    @Test("a book of later that was matched before the fill is the same state, as for its share")
    func lateBook() throws {
        var desk = try Self.late()
        let first = try Self.firstTake(&desk)
        _ = Self.tell(&desk, first, .filled, .none, filled: 60, at: desk.now + .milliseconds(500))
        for _ in 0..<9 {
            let more = Self.places(desk.book(after: 50))
            #expect(!more.contains { $0.timeInForce == .immediateOrCancel })
        }
        let fresh = Self.places(desk.book(after: 60))
        #expect(fresh.contains { $0.timeInForce == .immediateOrCancel })
    }

    @Test("what has not filled leaves its share to others")
    func unspent() throws {
        var desk = try Self.late()
        let first = try Self.firstTake(&desk)
        desk.reply(.place, first.child, .refused, .none)
        var next: [PlaceOrder] = []
        for _ in 0..<40 { next += Self.places(Self.wait(&desk, milliseconds: 50)) }
        let take = next.first { $0.timeInForce == .immediateOrCancel }
        #expect(take?.quantity.lots == 60)
    }

    @Test("after a take that found nothing no other leaves until the book has moved past it")
    func emptied() throws {
        var desk = try Self.late()
        let first = try Self.firstTake(&desk)
        var next = Self.places(Self.tell(&desk, first, .cancelled, .noLiquidity, filled: 0))
        for _ in 0..<100 { next += Self.places(Self.wait(&desk, milliseconds: 50)) }
        #expect(!next.contains { $0.timeInForce == .immediateOrCancel })
        #expect(desk.engine.facts(of: ParentID(0)).futile == 1)
        let fresh = Self.places(desk.book(after: 10))
        #expect(fresh.contains { $0.timeInForce == .immediateOrCancel })
    }

    @Test("a book that lags shows the same for long, and is tried once")
    func laggingBook() throws {
        var desk = try Self.late()
        let first = try Self.firstTake(&desk)
        var tries = 1
        let at = desk.now + .milliseconds(500)
        _ = Self.tell(&desk, first, .cancelled, .noLiquidity, filled: 0, at: at)
        while desk.now < at - .milliseconds(20) {
            let more = Self.places(desk.book(after: 20))
            tries += more.count { $0.timeInForce == .immediateOrCancel }
        }
        #expect(tries == 1)
    }

    @Test("a later book that agrees with what happened is traded on, however old")
    func agreement() throws {
        var desk = try Self.late()
        let first = try Self.firstTake(&desk)
        let at = desk.now + .seconds(1)
        _ = Self.tell(&desk, first, .cancelled, .noLiquidity, filled: 0, at: at)
        // The asks that were not there are gone from the book as well.
        let fresh = Self.places(desk.book(after: 20, mid: 10_003))
        #expect(fresh.contains { $0.timeInForce == .immediateOrCancel })
    }

    @Test("a time of the venue that no book ever reaches is waited for no longer than two seconds")
    func absurdTime() throws {
        var desk = try Self.late()
        let first = try Self.firstTake(&desk)
        let told = desk.now
        let absurd = desk.now + .seconds(1_000_000)
        _ = Self.tell(&desk, first, .cancelled, .noLiquidity, filled: 0, at: absurd)
        var takenAt: Nanoseconds?
        for _ in 0..<40 where takenAt == nil {
            let more = Self.places(desk.book(after: 100))
            if more.contains(where: { $0.timeInForce == .immediateOrCancel }) { takenAt = desk.now }
        }
        let waited = try #require(takenAt) - told
        #expect(waited > .seconds(2) && waited < .seconds(3))
    }

    @Test("after a post-only order that would have taken none is sent until the book has moved")
    func crowded() throws {
        var desk = try Desk(lots: 600)
        let first = try desk.place()
        #expect(first.timeInForce == .postOnly)
        var next = Self.places(Self.tell(&desk, first, .cancelled, .postOnlyWouldTake, filled: 0))
        for _ in 0..<20 { next += Self.places(Self.wait(&desk, milliseconds: 100)) }
        #expect(!next.contains { $0.timeInForce == .postOnly })
        #expect(desk.engine.facts(of: ParentID(0)).futile == 1)
        let fresh = try desk.place()
        #expect(fresh.timeInForce == .postOnly)
    }
}
