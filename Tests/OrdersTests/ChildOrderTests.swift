import Orders
import TestSupport
import Testing
import Units

@Suite("Child order", .timeLimit(.minutes(3)))
struct ChildOrderTests {
    /// How a child stands at the end of a story.
    struct Standing: Equatable, Sendable {
        var state: ChildOrder.State
        var filled: Int64
        var committed: Int64
        var isSettled: Bool
        var isUncertain = false
    }

    struct Case: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var events: [OrderEvent]
        var standing: Standing

        init(_ name: String, _ events: [OrderEvent], _ standing: Standing) {
            testDescription = name
            self.events = events
            self.standing = standing
        }
    }

    private static let open = Standing(state: .working, filled: 0, committed: 10, isSettled: false)
    private static let full = Standing(state: .ended, filled: 10, committed: 10, isSettled: true)
    private static let gone = Standing(state: .ended, filled: 0, committed: 0, isSettled: true)

    private static let cases: [Case] = [
        Case(
            "sent and nothing heard",
            [],
            Standing(
                state: .sent,
                filled: 0,
                committed: 10,
                isSettled: false
            )
        ),
        Case(
            "the ack is no book state",
            [Story.reply(.place, .accepted)],
            Standing(
                state: .sent,
                filled: 0,
                committed: 10,
                isSettled: false
            )
        ),
        Case("ack, then on the book", [Story.reply(.place, .accepted), Story.update(.new)], open),
        Case(
            "on the book before the ack",
            [
                Story.update(.new), Story.reply(.place, .accepted),
            ],
            open
        ),
        Case(
            "a fill before everything else",
            [Story.fill("a", 4)],
            Standing(
                state: .working,
                filled: 4,
                committed: 10,
                isSettled: false
            )
        ),
        Case(
            "ack after the last fill",
            [
                Story.fill("a", 10), Story.update(.filled, filled: 10),
                Story.reply(.place, .accepted),
            ],
            full
        ),
        Case(
            "filled, the last fill told before the end",
            [
                Story.update(.new), Story.fill("a", 6), Story.fill("b", 4),
                Story.update(.filled, filled: 10),
            ],
            full
        ),
        Case(
            "filled, the end told before the fills",
            [
                Story.update(.filled, filled: 10), Story.fill("a", 6), Story.fill("b", 4),
            ],
            full
        ),
        Case(
            "the end told, one fill still to come",
            [
                Story.update(.filled, filled: 10), Story.fill("a", 6),
            ],
            Standing(state: .ended, filled: 6, committed: 10, isSettled: false)
        ),
        Case(
            "filled to the last lot, its end never told",
            [
                Story.update(.new), Story.fill("a", 10),
            ],
            full
        ),
        Case(
            "each fill told three times",
            [
                Story.fill("a", 4), Story.fill("a", 4), Story.update(.partiallyFilled, filled: 4),
                Story.fill("a", 4),
            ],
            Standing(state: .working, filled: 4, committed: 10, isSettled: false)
        ),
        Case(
            "Filled twice, the second for a cancel that lost",
            [
                Story.fill("a", 10), Story.update(.filled, filled: 10),
                Story.update(.filled, filled: 10, at: 11, reason: .cancelTooLate),
            ],
            full
        ),
        Case(
            "only the Filled of a lost cancel arrives",
            [
                Story.update(.filled, filled: 10, reason: .cancelTooLate), Story.fill("a", 10),
            ],
            full
        ),
        Case(
            "post-only that would have taken",
            [
                Story.reply(.place, .accepted),
                Story.update(.cancelled, reason: .postOnlyWouldTake),
            ],
            gone
        ),
        Case(
            "rejected by the engine after the ack",
            [
                Story.reply(.place, .accepted), Story.update(.rejected, reason: .other),
            ],
            gone
        ),
        Case(
            "cancelled with partial fills, executions later",
            [
                Story.update(.cancelled, filled: 3, reason: .byUser), Story.fill("a", 2),
            ],
            Standing(state: .ended, filled: 2, committed: 3, isSettled: false)
        ),
        Case(
            "cancelled with partial fills, all told",
            [
                Story.update(.cancelled, filled: 3, reason: .byUser), Story.fill("a", 2),
                Story.fill("b", 1),
            ],
            Standing(state: .ended, filled: 3, committed: 3, isSettled: true)
        ),
        Case(
            "a fill the venue's last word had not counted",
            [
                Story.update(.cancelled, filled: 0, reason: .byUser), Story.fill("a", 1),
            ],
            Standing(state: .ended, filled: 1, committed: 1, isSettled: true)
        ),
        Case(
            "a late New does not revive it",
            [
                Story.update(.cancelled, at: 12), Story.update(.new, at: 10),
                Story.update(.new, at: 13),
            ],
            gone
        ),
        Case(
            "a second end does not take fills back",
            [
                Story.update(.cancelled, filled: 3), Story.update(.cancelled, filled: 1),
                Story.fill("a", 3),
            ],
            Standing(state: .ended, filled: 3, committed: 3, isSettled: true)
        ),
        Case("refused outright", [Story.reply(.place, .refused)], gone),
        Case(
            "refused twice",
            [
                Story.reply(.place, .refused), Story.reply(.place, .refused),
            ],
            gone
        ),
        Case(
            "a refusal of what the venue said is on its book",
            [
                Story.update(.new), Story.reply(.place, .refused),
            ],
            Standing(
                state: .working,
                filled: 0,
                committed: 10,
                isSettled: false,
                isUncertain: true
            )
        ),
        Case(
            "outcome unknown",
            [Story.reply(.place, .unknown)],
            Standing(
                state: .sent,
                filled: 0,
                committed: 10,
                isSettled: false,
                isUncertain: true
            )
        ),
        Case(
            "outcome unknown, then a fill",
            [
                Story.reply(.place, .unknown), Story.fill("a", 4),
            ],
            Standing(state: .working, filled: 4, committed: 10, isSettled: false)
        ),
        Case(
            "outcome unknown, then on the book",
            [
                Story.reply(.place, .unknown), Story.update(.new),
            ],
            open
        ),
        Case(
            "outcome unknown, then the venue does not know it",
            [
                Story.reply(.place, .unknown), Story.reply(.place, .refused),
            ],
            gone
        ),
        Case(
            "a word we do not know changes nothing but the count",
            [
                Story.update(.new), Story.update(.other, filled: 2, lots: 0, price: 0, at: 11),
            ],
            open
        ),
        Case(
            "an older update does not turn back the quantity",
            [
                Story.update(.new, lots: 10, at: 12), Story.update(.new, lots: 4, at: 11),
            ],
            open
        ),
    ]

    @Test("every story ends where it must", arguments: cases)
    func story(_ story: Case) {
        var orders = table()
        tell(&orders, story.events)
        let child = orders[0]
        #expect(
            Standing(
                state: child.state,
                filled: child.filled.lots,
                committed: child.committed.lots,
                isSettled: child.isSettled,
                isUncertain: child.isUncertain
            ) == story.standing
        )
    }

    @Test("the sums of its fills are exact")
    func sums() {
        var orders = table()
        tell(&orders, [Story.fill("a", 4, price: 100), Story.fill("b", 6, price: 99)])
        let child = orders[0]
        #expect(child.filledNotional.tickLots == 4 * 100 + 6 * 99)
        #expect(child.fees == CoinAmount(billionths: 10))
        #expect(child.makerFilled.lots == 10)
    }

    @Test("what was absorbed by the end stays absorbed, whatever is told after it")
    func absorbing() {
        let messages = [
            Story.reply(.place, .accepted), Story.reply(.place, .refused),
            Story.reply(.place, .unknown), Story.reply(.amend, .refused),
            Story.reply(.amend, .alreadyFinished), Story.reply(.cancel, .refused),
            Story.reply(.cancel, .alreadyFinished), Story.reply(.cancel, .unknown),
            Story.update(.new, at: 99), Story.update(.partiallyFilled, filled: 3, at: 99),
            Story.update(.rejected, at: 99), Story.update(.other, at: 99),
        ]
        for message in messages {
            var orders = table()
            tell(&orders, [Story.update(.cancelled, filled: 3), Story.fill("a", 3), message])
            #expect(orders[0].state == .ended && orders[0].isSettled, "\(message)")
            #expect(!orders[0].acceptsRequest && !orders[0].isUncertain, "\(message)")
            #expect(orders[0].committed.lots == 3, "\(message)")
        }
    }

    // MARK: Amends and cancels

    @Test("an amend is in flight until the private stream shows what it asked for")
    func amendConfirmed() {
        var orders = table()
        tell(&orders, [Story.update(.new, at: 10)])
        orders[0].amendSent(Story.amend(12, price: 101), at: Nanoseconds(20))
        #expect(orders[0].committed.lots == 12 && !orders[0].acceptsRequest)
        tell(&orders, [Story.reply(.amend, .accepted)])
        #expect(orders[0].isAmendInFlight)
        // A fill of the old order is told in between, with its old price.
        tell(&orders, [Story.update(.partiallyFilled, filled: 2, at: 21), Story.fill("a", 2)])
        #expect(orders[0].isAmendInFlight && orders[0].committed.lots == 12)
        tell(&orders, [Story.update(.partiallyFilled, filled: 2, lots: 12, price: 101, at: 22)])
        #expect(orders[0].acceptsRequest && orders[0].price.ticks == 101)
        #expect(orders[0].committed.lots == 12)
    }

    @Test("a refused amend leaves the order as it was")
    func amendRefused() {
        var orders = table()
        tell(&orders, [Story.update(.new)])
        orders[0].amendSent(Story.amend(12), at: Nanoseconds(20))
        tell(&orders, [Story.reply(.amend, .refused)])
        #expect(orders[0].acceptsRequest && orders[0].committed.lots == 10)
        #expect(orders[0].requestedPrice == orders[0].price)
    }

    @Test("an amend whose answer is lost stays committed until the end")
    func amendLost() {
        var orders = table()
        tell(&orders, [Story.update(.new)])
        orders[0].amendSent(Story.amend(12), at: Nanoseconds(20))
        orders[0].answerOverdue()
        #expect(orders[0].isUncertain && orders[0].committed.lots == 12)
        // An old statement does not prove that the amend had no effect.
        tell(&orders, [Story.update(.partiallyFilled, filled: 1, at: 19), Story.fill("a", 1)])
        #expect(orders[0].committed.lots == 12 && !orders[0].acceptsRequest)
        orders[0].cancelSent(at: Nanoseconds(30))
        tell(&orders, [Story.update(.cancelled, filled: 12, lots: 12), Story.fill("b", 11)])
        #expect(orders[0].isSettled && orders[0].filled.lots == 12)
    }

    @Test("an amend of a finished order expects its end")
    func amendTooLate() {
        var orders = table()
        tell(&orders, [Story.update(.new)])
        orders[0].amendSent(Story.amend(12), at: Nanoseconds(20))
        tell(&orders, [Story.reply(.amend, .alreadyFinished)])
        #expect(orders[0].isEndExpected && !orders[0].acceptsRequest)
        #expect(orders[0].committed.lots == 10)
        tell(&orders, [Story.update(.filled, filled: 10), Story.fill("a", 10)])
        #expect(orders[0].isSettled && !orders[0].isEndExpected)
    }

    @Test("a cancel may overtake an amend, and its refusal opens the way for another")
    func cancelOvertakes() {
        var orders = table()
        tell(&orders, [Story.update(.new)])
        orders[0].amendSent(Story.amend(10), at: Nanoseconds(20))
        orders[0].cancelSent(at: Nanoseconds(21))
        tell(&orders, [Story.reply(.cancel, .refused)])
        #expect(!orders[0].isCancelInFlight && orders[0].isAmendInFlight)
        orders[0].cancelSent(at: Nanoseconds(22))
        tell(&orders, [Story.reply(.cancel, .accepted)])
        #expect(orders[0].isCancelInFlight)
        tell(&orders, [Story.update(.cancelled, reason: .byUser)])
        #expect(orders[0].isSettled && orders[0].endReason == .byUser)
    }

    @Test("a cancel that finds nothing expects the end, and commits until it is told")
    func cancelTooLate() {
        var orders = table()
        tell(&orders, [Story.update(.new)])
        orders[0].cancelSent(at: Nanoseconds(20))
        tell(&orders, [Story.reply(.cancel, .alreadyFinished)])
        #expect(orders[0].isEndExpected && orders[0].committed.lots == 10)
        #expect(!orders[0].isSettled)
    }

    @Test("a second request while one is in flight traps")
    func oneAtATime() async {
        await #expect(processExitsWith: .failure) {
            var child = Story.placed()
            child.amendSent(Story.amend(), at: Nanoseconds(2))
            child.amendSent(Story.amend(), at: Nanoseconds(3))
        }
    }
}
