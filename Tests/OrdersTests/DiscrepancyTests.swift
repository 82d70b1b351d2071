import Orders
import TestSupport
import Testing
import Units

@Suite("Absence, and what answers tell beyond what is known", .timeLimit(.minutes(3)))
struct DiscrepancyTests {
    @Test("an order that the venue never had ends with nothing, whatever was asked of it since")
    func absent() {
        var orders = table()
        orders[0].answerOverdue()
        orders[0].cancelSent(at: Nanoseconds(20))
        tell(&orders, [Story.reply(.cancel, .alreadyFinished)])
        #expect(orders[0].needsAsking && orders[0].committed.lots == 10)
        tell(&orders, [.absent(Story.child)])
        #expect(orders[0].state == .ended && orders[0].endReason == .absent)
        #expect(orders[0].isSettled && orders[0].committed.lots == 0)
        #expect(!orders[0].needsAsking)
    }

    @Test("what the venue said of an order outranks its absence")
    func contradiction() {
        let said: [[OrderEvent]] = [
            [Story.update(.new)], [Story.fill("a", 1)], [Story.update(.other, filled: 1)],
        ]
        for events in said {
            var orders = table()
            tell(&orders, events + [.absent(Story.child)])
            #expect(orders[0].state != .ended && orders[0].isUncertain, "\(events)")
            #expect(orders[0].committed.lots == 10, "\(events)")
        }
        guard case .reply(var reply) = Story.reply(.place, .accepted) else { return }
        reply.orderID = ExternalID("9aac") ?? .none
        var orders = table()
        tell(&orders, [.reply(reply), .absent(Story.child)])
        #expect(orders[0].isUncertain && orders[0].committed.lots == 10)
    }

    @Test("an order that was given up and is there after all stands again, until its end is stated")
    func late() {
        let said: [[OrderEvent]] = [
            [Story.update(.new)], [Story.fill("a", 4)], [Story.update(.new), Story.fill("a", 4)],
        ]
        for given in [OrderEvent.absent(Story.child), Story.reply(.place, .refused)] {
            for events in said {
                var orders = table()
                tell(&orders, [given] + events)
                #expect(orders[0].state == .working && orders[0].isUnbidden, "\(events)")
                #expect(orders[0].committed.lots == 10, "\(events)")
                // Once the venue has spoken of it, its absence is no answer any more.
                tell(&orders, [.absent(Story.child)])
                #expect(orders[0].isUncertain && orders[0].committed.lots == 10, "\(events)")
                let filled = orders[0].filled.lots
                tell(&orders, [Story.update(.cancelled, filled: filled), Story.update(.new)])
                #expect(orders[0].state == .ended && orders[0].isSettled, "\(events)")
            }
        }
    }

    @Test("an end that the venue has stated stays, whatever inferred it before")
    func stated() {
        var orders = table()
        tell(&orders, [.absent(Story.child), Story.update(.rejected), Story.update(.new)])
        #expect(orders[0].state == .ended && orders[0].committed.lots == 0)
    }

    @Test("an absence of nobody's child is foreign")
    func foreign() {
        var orders = table()
        let other = ChildID(parent: ParentID(0), number: 3)
        if case .foreign = orders.apply(.absent(other)) {} else { Issue.record("taken") }
        let found = orders.discrepancy(.absent(other))
        #expect(found == nil)
    }

    @Test("what is known is no discrepancy, and each kind of news has its name")
    func kinds() {
        let cases: [(told: [OrderEvent], answer: OrderEvent, kind: Discrepancy?)] = [
            ([Story.fill("a", 4)], Story.fill("a", 4), nil),
            ([Story.fill("a", 4)], Story.fill("b", 4), .unseenFill),
            ([], .absent(Story.child), .neverArrived),
            ([Story.update(.cancelled)], .absent(Story.child), nil),
            ([], Story.update(.new), .unseenState),
            ([Story.update(.new, at: 10)], Story.update(.new, at: 10), nil),
            ([Story.update(.new, at: 10)], Story.update(.new, at: 9), nil),
            ([Story.update(.new, at: 10)], Story.update(.new, at: 11), .unseenState),
            ([Story.update(.new)], Story.update(.cancelled, at: 12), .unseenEnd),
            ([Story.update(.cancelled)], Story.update(.cancelled), nil),
            ([Story.update(.cancelled)], Story.update(.cancelled, filled: 2), .unseenEnd),
            ([Story.update(.cancelled)], Story.update(.new), .openThoughEnded),
            ([Story.update(.cancelled)], Story.update(.other), nil),
            ([Story.fill("a", 10)], Story.update(.filled, filled: 10), nil),
            ([], Story.reply(.place, .accepted), nil),
        ]
        for (i, story) in cases.enumerated() {
            var orders = table()
            tell(&orders, story.told)
            let kind = orders.discrepancy(story.answer)
            #expect(kind == story.kind, "case \(i)")
        }
    }

    @Test("an end whose fills are still to come is asked for")
    func missingFills() {
        var orders = table()
        tell(&orders, [Story.update(.cancelled, filled: 3)])
        #expect(orders[0].needsAsking)
        tell(&orders, [Story.fill("a", 3)])
        #expect(!orders[0].needsAsking)
    }
}
