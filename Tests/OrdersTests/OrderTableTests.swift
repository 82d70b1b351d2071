import Orders
import TestSupport
import Testing
import Units

@Suite("Order table and execution log", .timeLimit(.minutes(3)))
struct OrderTableTests {
    private static func id(_ n: UInt64) -> ExternalID { ExternalID("exec-\(n)") ?? .none }

    @Test("the log agrees with a set, whatever the ids", arguments: 0..<10)
    func againstSet(_ seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let capacity = Int.random(in: 1...500, using: &random)
        var log = ExecutionLog(capacity: capacity)
        var set: Set<ExternalID> = []
        for _ in 0..<2_000 {
            let id = OrderTableTests.id(UInt64.random(in: 0..<600, using: &random))
            let outcome = log.insert(id, of: 7)
            if set.contains(id) {
                #expect(outcome == .duplicate, "seed \(seed)")
            } else if set.count == capacity {
                #expect(outcome == .full, "seed \(seed)")
            } else {
                #expect(outcome == .counted, "seed \(seed)")
                set.insert(id)
            }
            let isHeld = log.contains(id, of: 7)
            #expect(isHeld == set.contains(id), "seed \(seed)")
        }
        let held = log.count
        #expect(held == set.count, "seed \(seed)")
    }

    @Test("one id of two orders is two fills, each counted once")
    func ofTwoOrders() {
        var log = ExecutionLog(capacity: 16)
        let id = OrderTableTests.id(1)
        let outcomes = [
            log.insert(id, of: 1), log.insert(id, of: 2, tellsFee: false), log.insert(id, of: 1),
            log.insert(id, of: 2),
        ]
        #expect(outcomes == [.counted, .counted, .duplicate, .completes(wasMaker: false)])
        let (isHeld, count) = (log.contains(id, of: 3), log.count)
        #expect(!isHeld && count == 2)
    }

    @Test("it says that it is nearly full while an eighth is left")
    func nearlyFull() {
        var log = ExecutionLog(capacity: 16)
        for n in UInt64(0)..<16 {
            let isNearlyFull = log.isNearlyFull
            let outcome = log.insert(OrderTableTests.id(n), of: 7)
            #expect(isNearlyFull == (n >= 14) && outcome == .counted)
        }
        let further = log.insert(OrderTableTests.id(99), of: 7)
        let repeated = log.insert(OrderTableTests.id(3), of: 7)
        #expect(further == .full && repeated == .duplicate)
    }

    @Test("a table whose log is nearly full takes no further child, but counts on")
    func reserve() {
        var orders = OrderTable(children: 4, executions: 8)
        orders.open(Story.placed(100))
        for n in 0..<7 { _ = orders.apply(Story.fill("\(n)", 1)) }
        let isFull = orders.isFull
        #expect(isFull)
        if case .fill = orders.apply(Story.fill("7", 1)) {} else { Issue.record("not counted") }
        if case .uncountable = orders.apply(Story.fill("8", 1)) {} else { Issue.record("counted") }
        if case .duplicate = orders.apply(Story.fill("7", 1)) {} else { Issue.record("counted") }
        #expect(orders[0].filled.lots == 8)
    }

    @Test("a fill without an id or with an absurd quantity is not counted, and says so")
    func uncountable() {
        for fill in [
            Story.fill("", 1), Story.fill("a", 0), Story.fill("a", -1), Story.fill("a", .max),
            Story.fill(String(repeating: "x", count: 41), 1),
        ] {
            var orders = table()
            if case .uncountable = orders.apply(fill) {} else { Issue.record("\(fill)") }
            #expect(orders[0].filled == .zero)
        }
    }

    @Test("an update with an absurd quantity changes nothing")
    func unusable() {
        for update in [
            Story.update(.filled, filled: .max), Story.update(.new, lots: -1),
            Story.update(.cancelled, filled: -5),
        ] {
            var orders = table()
            if case .unusable = orders.apply(update) {} else { Issue.record("\(update)") }
            #expect(orders[0].state == .sent && orders[0].committed.lots == 10)
        }
    }

    @Test("fees of any size are counted exactly, rebates as well")
    func largeFees() {
        var orders = table()
        let whole: Int128 = 99_999_999_999_999_999_999_000_000_000
        for (id, fee) in [("a", whole), ("b", whole), ("c", -1)] {
            guard case .execution(var fill) = Story.fill(id, 1) else { continue }
            fill.fee = CoinAmount(billionths: fee)
            if case .fill(0) = orders.apply(.execution(fill)) {} else { Issue.record("\(fee)") }
        }
        #expect(orders[0].fees.billionths == 2 * whole - 1)
    }

    @Test("fills of more lots than a sum could hold are not counted")
    func tooManyLots() {
        var orders = OrderTable(children: 4, executions: 8_192)
        orders.open(Story.placed(100))
        var counted = 0
        for number in 0..<4_096 {
            let fill = Story.fill("d\(number)", Quantity.countable.lots)
            if case .fill(0) = orders.apply(fill) { counted += 1 }
        }
        #expect(counted == 2_047)
        #expect(orders[0].filled.lots == 2_047 << 50)
    }

    @Test("what is said of nobody's child is foreign, and its id is not used up")
    func foreign() {
        var orders = table()
        for child in [
            ChildID(parent: ParentID(0), number: 1), ChildID(parent: ParentID(1), number: 0),
            ChildID(parent: ParentID(0), number: .max),
        ] {
            guard case .execution(var fill) = Story.fill("a", 1) else { continue }
            fill.child = child
            if case .foreign = orders.apply(.execution(fill)) {} else { Issue.record("\(child)") }
        }
        let id = ExternalID("a") ?? .none
        let before = orders.hasCounted(id, of: 0)
        if case .fill(0) = orders.apply(Story.fill("a", 1)) {} else { Issue.record("lost") }
        let after = orders.hasCounted(id, of: 0)
        #expect(!before && after)
    }

    @Test("a position is what was bought minus what was sold, and what it cost")
    func position() {
        var position = Position()
        position.apply(.buy, Price(ticks: 100), Quantity(lots: 5))
        position.apply(.sell, Price(ticks: 110), Quantity(lots: 7))
        #expect(position.net.lots == -2)
        #expect(position.paid.tickLots == 500 - 770)
    }
}
