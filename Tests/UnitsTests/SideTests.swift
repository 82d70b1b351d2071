import Testing
import Units

@Suite("Sides", .timeLimit(.minutes(3)))
struct SideTests {
    private let low = Price(ticks: 100)
    private let high = Price(ticks: 101)

    @Test("better, crossing and improving are mirror images")
    func mirror() {
        #expect(Side.buy.isBetter(high, than: low) && !Side.buy.isBetter(low, than: high))
        #expect(Side.sell.isBetter(low, than: high) && !Side.sell.isBetter(high, than: low))
        #expect(!Side.buy.isBetter(low, than: low) && !Side.sell.isBetter(low, than: low))
        #expect(Side.buy.crosses(high, low) && Side.buy.crosses(low, low))
        #expect(!Side.buy.crosses(low, high))
        #expect(Side.sell.crosses(low, high) && Side.sell.crosses(low, low))
        #expect(!Side.sell.crosses(high, low))
        #expect(Side.buy.improved(low, byTicks: 1) == high)
        #expect(Side.sell.improved(high, byTicks: 1) == low)
        #expect(Side.buy.lessAggressive(low, high) == low)
        #expect(Side.sell.lessAggressive(low, high) == high)
    }

    @Test("the opposite of the opposite is the side, and the signs cancel")
    func opposite() {
        for side in Side.allCases {
            #expect(side.opposite != side && side.opposite.opposite == side)
            #expect(side.sign + side.opposite.sign == 0)
        }
    }

    @Test("the less aggressive price is never better than either")
    func lessAggressive() {
        for side in Side.allCases {
            for (a, b) in [(low, high), (high, low), (low, low)] {
                let chosen = side.lessAggressive(a, b)
                #expect(chosen == a || chosen == b)
                #expect(!side.isBetter(chosen, than: a) && !side.isBetter(chosen, than: b))
            }
        }
    }
}
