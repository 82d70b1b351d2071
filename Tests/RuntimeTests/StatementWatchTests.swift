import Orders
import Testing
import Units

@testable import Runtime

/// What the account's stream states against what we believe, in virtual time.
@Suite("Statement watch", .timeLimit(.minutes(3)))
struct StatementWatchTests {
    private static let id = InstrumentID(0)
    private static let start = Nanoseconds.seconds(1_700_000_000)

    private static func position(
        _ lots: Int64,
        _ leg: PositionLeg = .only,
        at milliseconds: Int64 = 0,
        sequence: Int64 = 0,
        liquidation: Int64? = nil,
        tells: Bool = true
    ) -> PositionStatement {
        PositionStatement(
            instrument: id,
            leg: leg,
            held: Quantity(lots: lots),
            tellsLiquidation: tells,
            liquidation: liquidation.map { Price(ticks: $0) },
            updatedAt: milliseconds == 0 ? .zero : start + .milliseconds(milliseconds),
            sequence: sequence
        )
    }

    private static func oneWay(_ lots: Int64) -> VenuePosition { .oneWay(Quantity(lots: lots)) }

    /// A watch with its clock.
    private final class Desk {
        var watch: StatementWatch
        var now = start
        var times = ReconcilerTimes()

        init(openingBase: CoinAmount? = nil) { watch = StatementWatch(openingBase: openingBase) }

        /// Whether its liquidation price was news.
        func take(_ position: PositionStatement) -> Bool {
            watch.take(position, isStreamed: true, venueNow: now) == .heldAndLiquidation
        }

        /// Looks every 5 ms, as the loop does; when a look at everything was due.
        func looks(
            for span: Nanoseconds,
            held: VenuePosition,
            baseMoved: CoinAmount = .zero
        ) -> [Nanoseconds] {
            let end = now + span
            let begin = now
            var due: [Nanoseconds] = []
            while now < end {
                now = now + .milliseconds(5)
                let isDue = watch.isLookDue(
                    held: held,
                    baseMoved: baseMoved,
                    slack: 2,
                    times,
                    now
                )
                if isDue { due.append(now - begin) }
            }
            return due
        }
    }

    @Test("a statement before or after its fill is no difference")
    func eitherOrder() {
        let desk = Desk()
        for step in 1...200 as ClosedRange<Int64> {
            // The statement first for half of them, the fill first for the others.
            let isEarly = step % 2 == 0
            if isEarly { _ = desk.take(Self.position(step, at: step)) }
            let before = Self.oneWay(isEarly ? step - 1 : step)
            #expect(desk.looks(for: .milliseconds(200), held: before).isEmpty)
            if !isEarly { _ = desk.take(Self.position(step, at: step)) }
            #expect(desk.looks(for: .milliseconds(50), held: Self.oneWay(step)).isEmpty)
        }
        #expect(desk.watch.counts.differences == 0 && desk.watch.counts.positions == 200)
    }

    @Test("a difference that lasts is asked about once, after a moment")
    func lasting() {
        let desk = Desk()
        _ = desk.take(Self.position(7, at: 1))
        #expect(desk.looks(for: .seconds(60), held: Self.oneWay(5)) == [.milliseconds(255)])
        // Gone and back it is another one.
        #expect(desk.looks(for: .seconds(1), held: Self.oneWay(7)).isEmpty)
        #expect(desk.looks(for: .seconds(9), held: Self.oneWay(5)).count == 1)
        #expect(desk.watch.counts.differences == 2)
    }

    @Test("differences that change all the time are asked about at a bounded rate")
    func storm() {
        let desk = Desk()
        var looks = 0
        for step in 1...300 as ClosedRange<Int64> {
            _ = desk.take(Self.position(1_000 + step, at: step))
            looks += desk.looks(for: .milliseconds(300), held: Self.oneWay(0)).count
        }
        // 90 seconds, one every two at the most.
        #expect((30...45).contains(looks))
    }

    @Test("a position that no order moved is asked about at once, at a bounded rate")
    func moves() {
        let desk = Desk()
        desk.watch.noteMoves(1)
        #expect(desk.looks(for: .seconds(9), held: Self.oneWay(0)) == [.milliseconds(5)])
        var looks = 0
        for count in 2...91 as ClosedRange<Int64> {
            desk.watch.noteMoves(count)
            looks += desk.looks(for: .milliseconds(100), held: Self.oneWay(0)).count
        }
        #expect((4...5).contains(looks) && desk.watch.counts.differences == 0)
        _ = desk.looks(for: .seconds(2), held: Self.oneWay(0))
        #expect(desk.watch.counts.moves == 91)
    }

    @Test("what is older than what was said is dropped, by time and then by sequence")
    func stale() {
        let desk = Desk()
        #expect(desk.take(Self.position(5, at: 100, sequence: 50, liquidation: 9)))
        let old = [
            Self.position(4, at: 99, sequence: 51, liquidation: 8),
            Self.position(4, at: 100, sequence: 49, liquidation: 8),
            Self.position(4, sequence: 49, liquidation: 8),
            // From tomorrow: it would make all others seem old.
            Self.position(4, at: 86_400_000, sequence: 60, liquidation: 8),
        ]
        for statement in old { #expect(!desk.take(statement), "\(statement)") }
        #expect(desk.watch.counts.stale == 4 && desk.watch.counts.positions == 1)
        #expect(desk.looks(for: .seconds(1), held: Self.oneWay(5)).isEmpty)
        // The same again is taken, and no news; a sequence may start over with a later time.
        #expect(!desk.take(Self.position(5, at: 100, sequence: 50, liquidation: 9)))
        #expect(desk.take(Self.position(5, at: 101, sequence: 3, liquidation: 8)))
        #expect(desk.take(Self.position(5, sequence: 3, liquidation: 7)))
        #expect(!desk.take(Self.position(5, at: 101, sequence: 2, liquidation: 6)))
    }

    @Test("the engine hears of a liquidation price once, each position's by itself")
    func news() {
        let desk = Desk()
        // The first one is news even when it says nowhere: an engine may remember another.
        #expect(desk.take(Self.position(5, .long, at: 1)))
        #expect(!desk.take(Self.position(6, .long, at: 2)))
        #expect(desk.take(Self.position(-5, .short, at: 2, liquidation: 9)))
        #expect(!desk.take(Self.position(-5, .short, at: 3, liquidation: 9)))
        // One that says nothing of it has not lifted it.
        #expect(!desk.take(Self.position(-5, .short, at: 4, tells: false)))
        #expect(!desk.take(Self.position(-5, .short, at: 5, liquidation: 9)))
        #expect(desk.take(Self.position(-5, .short, at: 6)))
    }

    @Test("in hedge mode the positions are held against their own")
    func hedged() {
        let held = VenuePosition.hedged(long: Quantity(lots: 5), short: Quantity(lots: -3))
        let desk = Desk()
        _ = desk.take(Self.position(5, .long, at: 1))
        _ = desk.take(Self.position(-3, .short, at: 1))
        #expect(desk.looks(for: .seconds(1), held: held).isEmpty)
        // The same net position is another account.
        _ = desk.take(Self.position(6, .long, at: 2))
        _ = desk.take(Self.position(-4, .short, at: 2))
        #expect(desk.looks(for: .seconds(5), held: held).count == 1)
        // So is a position that the mode does not have; an empty one of it is none.
        _ = desk.take(Self.position(5, .long, at: 3))
        _ = desk.take(Self.position(-3, .short, at: 3))
        _ = desk.take(Self.position(0, .only, at: 3))
        #expect(desk.looks(for: .seconds(5), held: held).isEmpty)
        _ = desk.take(Self.position(1, .only, at: 4))
        #expect(desk.looks(for: .seconds(5), held: held).count == 1)
    }

    @Test("what a lost stream said last is not held against anything")
    func lost() {
        let desk = Desk()
        _ = desk.take(Self.position(7, at: 1))
        desk.watch.forget()
        #expect(desk.looks(for: .seconds(5), held: Self.oneWay(0)).isEmpty)
        // When it was said still counts.
        _ = desk.take(Self.position(8, at: 2))
        _ = desk.take(Self.position(0, at: 1))
        #expect(desk.watch.counts.stale == 1)
        desk.watch.forget()
        _ = desk.take(Self.position(9, at: 2))
        #expect(desk.looks(for: .seconds(5), held: Self.oneWay(0)).count == 1)
    }

    @Test("an answer corrects what the stream has said, and is not held against later fills")
    func asked() {
        let desk = Desk()
        func answer(_ lots: Int64, at milliseconds: Int64) -> Bool {
            let position = Self.position(lots, at: milliseconds, liquidation: 9)
            let news = desk.watch.take(position, isStreamed: false, venueNow: desk.now)
            return news == .heldAndLiquidation
        }
        // No stream, as where the venue refuses the topic: the next fill makes no difference.
        #expect(answer(5, at: 1))
        #expect(desk.looks(for: .seconds(5), held: Self.oneWay(6)).isEmpty)
        // The stream's word on the next fill was lost.
        _ = desk.take(Self.position(6, at: 2, liquidation: 9))
        #expect(desk.looks(for: .seconds(5), held: Self.oneWay(7)).count == 1)
        #expect(!answer(7, at: 3))
        #expect(desk.looks(for: .seconds(5), held: Self.oneWay(7)).isEmpty)
        // An answer that was under way for long is not news.
        #expect(!answer(5, at: 1))
        #expect(desk.watch.counts.stale == 1)
    }

    @Test("the wallet's equity is told when it changes, and never an older one")
    func equity() {
        var watch = StatementWatch()
        func take(_ coins: Int64?, at milliseconds: Int64) -> Int64? {
            watch.take(
                WalletStatement(
                    instrument: Self.id,
                    equity: coins.map { Amount(billionths: $0) },
                    statedAt: milliseconds == 0 ? .zero : Self.start + .milliseconds(milliseconds)
                ),
                isStreamed: true,
                venueNow: Self.start
            )?.billionths
        }
        #expect(take(5, at: 10) == 5)
        #expect(take(5, at: 11) == nil)
        #expect(take(nil, at: 12) == nil)
        #expect(take(4, at: 11) == nil)
        #expect(take(3, at: 12) == 3)
        #expect(take(9, at: 100_000) == nil)
        #expect(take(2, at: 0) == 2)
        #expect(watch.counts.stale == 2 && watch.counts.wallets == 5)
    }

    @Test("in spot the wallet is held against our fills less their fees")
    func spot() {
        let desk = Desk(openingBase: CoinAmount(billionths: 1_000))
        func state(_ base: Int64, at milliseconds: Int64) {
            let wallet = WalletStatement(
                instrument: Self.id,
                base: CoinAmount(billionths: Int128(base)),
                statedAt: Self.start + .milliseconds(milliseconds)
            )
            _ = desk.watch.take(wallet, isStreamed: true, venueNow: desk.now)
        }
        let moved = CoinAmount(billionths: 500)
        state(1_502, at: 1)
        // Within what rounding may do.
        #expect(desk.looks(for: .seconds(3), held: Self.oneWay(0), baseMoved: moved).isEmpty)
        state(1_503, at: 2)
        #expect(desk.looks(for: .seconds(3), held: Self.oneWay(0), baseMoved: moved).count == 1)
        // Where nobody knows what was there before, nothing is compared.
        let other = Desk()
        let wallet = WalletStatement(instrument: Self.id, base: moved, statedAt: Self.start)
        _ = other.watch.take(wallet, isStreamed: true, venueNow: other.now)
        #expect(other.looks(for: .seconds(3), held: Self.oneWay(0)).isEmpty)
    }
}
