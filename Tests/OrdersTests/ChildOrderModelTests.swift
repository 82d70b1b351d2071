import Orders
import TestSupport
import Testing
import Units

/// Everything one child can be told, in every order, with every message told once or twice.
///
/// The venue's story is fixed, so its truth is known: what it filled in the end. Whatever the order
/// of arrival, at every step the child must commit at least that much (or the parent could be
/// over-filled), and at the end it must know exactly that much.
@Suite("Child order, every interleaving", .timeLimit(.minutes(3)))
struct ChildOrderModelTests {
    struct World: CustomTestStringConvertible, Sendable {
        var testDescription: String
        /// Lots the venue filled in the end.
        var truth: Int64
        /// A cancel was sent before the messages arrive.
        var cancels = false
        /// An amend to so many lots was sent before the messages arrive.
        var amendsTo: Int64?
        /// Told at least once, in any order.
        var messages: [OrderEvent]
    }

    private static let worlds: [World] = [
        World(
            testDescription: "filled in two parts",
            truth: 10,
            messages: [
                Story.reply(.place, .accepted), Story.update(.new, at: 10),
                Story.update(.partiallyFilled, filled: 4, at: 11), Story.fill("a", 4),
                Story.fill("b", 6), Story.update(.filled, filled: 10, at: 12),
            ]
        ),
        World(
            testDescription: "cancelled after a part",
            truth: 4,
            cancels: true,
            messages: [
                Story.reply(.place, .accepted), Story.update(.new, at: 10), Story.fill("a", 3),
                Story.fill("b", 1), Story.reply(.cancel, .accepted),
                Story.update(.cancelled, filled: 4, at: 12, reason: .byUser),
            ]
        ),
        World(
            testDescription: "a cancel that lost",
            truth: 10,
            cancels: true,
            messages: [
                Story.update(.new, at: 10), Story.fill("a", 7), Story.fill("b", 3),
                Story.update(.filled, filled: 10, at: 11), Story.reply(.cancel, .alreadyFinished),
                Story.update(.filled, filled: 10, at: 12, reason: .cancelTooLate),
            ]
        ),
        World(
            testDescription: "an amend upwards, then filled",
            truth: 15,
            amendsTo: 15,
            messages: [
                Story.update(.new, at: 10), Story.fill("a", 9), Story.reply(.amend, .accepted),
                Story.update(.partiallyFilled, filled: 9, lots: 15, price: 101, at: 11),
                Story.fill("b", 6), Story.update(.filled, filled: 15, lots: 15, price: 101, at: 12),
            ]
        ),
        World(
            testDescription: "an amend that came too late",
            truth: 10,
            amendsTo: 10,
            messages: [
                Story.reply(.place, .accepted), Story.update(.new, at: 10), Story.fill("a", 10),
                Story.update(.filled, filled: 10, at: 11), Story.reply(.amend, .alreadyFinished),
            ]
        ),
        World(
            testDescription: "an unknown outcome that was a fill",
            truth: 10,
            messages: [
                Story.reply(.place, .unknown), Story.fill("a", 6), Story.fill("b", 4),
                Story.update(.filled, filled: 10, at: 11),
            ]
        ),
        World(
            testDescription: "post-only that would have taken",
            truth: 0,
            messages: [
                Story.reply(.place, .accepted),
                Story.update(.rejected, at: 10, reason: .postOnlyWouldTake),
                Story.update(.cancelled, at: 11, reason: .postOnlyWouldTake),
            ]
        ),
    ]

    @Test("ends with the venue's fills, settled, and never commits too little", arguments: worlds)
    func everyOrder(_ world: World) throws {
        var told = 0
        // Once each, then once more with each single message told a second time.
        for repeated in -1..<world.messages.count {
            var messages = Array(world.messages.indices)
            if repeated >= 0 { messages.append(repeated) }
            try permute(&messages, messages.count) { order in
                told += 1
                try check(world, order)
            }
        }
        #expect(told > 10)
    }

    private func check(_ world: World, _ order: [Int]) throws {
        var orders = table()
        if let lots = world.amendsTo {
            orders[0].amendSent(Story.amend(lots), at: Nanoseconds(5))
        }
        if world.cancels { orders[0].cancelSent(at: Nanoseconds(6)) }
        var counted = Int64(0)
        var seen: Set<ExternalID> = []
        for index in order {
            let event = world.messages[index]
            _ = orders.apply(event)
            if case .execution(let fill) = event, seen.insert(fill.id).inserted {
                counted += fill.quantity.lots
            }
            try #require(orders[0].filled.lots == counted, "\(order)")
            try #require(orders[0].committed.lots >= world.truth, "\(order)")
            try #require(orders[0].committed >= orders[0].filled, "\(order)")
            try #require(orders[0].committed.lots <= max(10, world.amendsTo ?? 0), "\(order)")
        }
        try #require(orders[0].filled.lots == world.truth, "\(order)")
        try #require(orders[0].isSettled && orders[0].state == .ended, "\(order)")
        try #require(orders[0].committed.lots == world.truth, "\(order)")
    }

    /// Heap's algorithm.
    private func permute(
        _ items: inout [Int],
        _ count: Int,
        _ body: ([Int]) throws -> Void
    ) rethrows {
        if count <= 1 { return try body(items) }
        for i in 0..<count {
            try permute(&items, count - 1, body)
            if i < count - 1 { items.swapAt(count % 2 == 0 ? i : 0, count - 1) }
        }
    }
}
