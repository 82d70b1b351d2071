import Algos
import Book
import TestSupport
import Testing
import Units

/// Every situation is told once for a buy; the sell is its mirror image: prices p become 1000 − p,
/// bids become asks. The mirrored input must give the mirrored intent.
@Suite("Slicer", .timeLimit(.minutes(3)))
struct SlicerTests {
    struct Case: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var bids: [(Int64, Int64)] = [(500, 100), (499, 200), (498, 300)]
        var asks: [(Int64, Int64)] = [(501, 100), (502, 200), (503, 300)]
        var quantity: Int64 = 1_000
        var target: Int64 = 500
        var band: Int64 = 20
        var filled: Int64 = 500
        var takerLeaves: Int64 = 0
        /// What resting and settled children commit beyond fills and takers.
        var restingPrice: Int64?
        var restingLeaves: Int64 = 0
        var acceptsRequest = true
        var limit: Int64?
        var smallest: Int64 = 1
        /// The least that is sent or left by choice; nil for the smallest.
        var piece: Int64?
        var largest: Int64 = 1_000
        var rules = SlicingRules(depthRangeBps: 50)
        var intent: SliceIntent

        init(_ name: String, _ intent: SliceIntent, _ change: (inout Case) -> Void = { _ in }) {
            testDescription = name
            self.intent = intent
            change(&self)
        }

        func situation(_ side: Side) -> SliceSituation {
            let price = { (ticks: Int64) in Price(ticks: side == .buy ? ticks : 1_000 - ticks) }
            return SliceSituation(
                side: side,
                limit: limit.map(price),
                quantity: Quantity(lots: quantity),
                target: Quantity(lots: target),
                band: Quantity(lots: band),
                filled: Quantity(lots: filled),
                takerLeaves: Quantity(lots: takerLeaves),
                committed: Quantity(lots: filled + takerLeaves + restingLeaves),
                resting: restingPrice.map {
                    RestingChild(
                        price: price($0),
                        leaves: Quantity(lots: restingLeaves),
                        acceptsRequest: acceptsRequest
                    )
                },
                smallestOrder: Quantity(lots: smallest),
                largestOrder: Quantity(lots: largest),
                smallestPiece: Quantity(lots: piece ?? smallest)
            )
        }

        func decision(_ side: Side) -> SliceIntent {
            let flip = { (levels: [(Int64, Int64)]) in levels.map { (1_000 - $0.0, $0.1) } }
            let book =
                side == .buy
                ? BookMaker.book(bids: bids, asks: asks)
                : BookMaker.book(bids: flip(asks), asks: flip(bids))
            return Slicer(rules).intent(situation(side), book)
        }
    }

    private static func take(_ lots: Int64, _ ticks: Int64) -> SliceIntent {
        .take(Quantity(lots: lots), Price(ticks: ticks))
    }

    private static func rest(_ lots: Int64, _ ticks: Int64) -> SliceIntent {
        .rest(Quantity(lots: lots), Price(ticks: ticks))
    }

    // 50 bp of 500 ticks are 2 ticks: 600 lots a side count, a tenth of them is 60.
    private static let cases: [Case] = [
        Case("on target: rests what the band leaves room for", rest(20, 500)),
        Case("behind inside the band: rests, one band at most", rest(20, 500)) {
            $0.filled = 482
        },
        Case("past seven eighths of the band: crosses back to the target", take(19, 501)) {
            $0.filled = 481
        },
        Case("far behind: crosses no more than a tenth of the depth", take(60, 501)) {
            $0.filled = 100
        },
        Case("a share of depth beyond the best sweeps to the level it needs", take(300, 502)) {
            $0.filled = 100
            $0.rules = SlicingRules(displayedShareBps: 5_000, depthRangeBps: 50)
        },
        Case("a sweep never pays past the limit", take(300, 501)) {
            $0.filled = 100
            $0.limit = 501
            $0.rules = SlicingRules(displayedShareBps: 5_000, depthRangeBps: 50)
        },
        Case("behind, but the offer is past the limit: rests at the limit", rest(20, 499)) {
            $0.filled = 100
            $0.limit = 499
        },
        Case("behind, the limit lies inside the spread: rests at the best", rest(20, 500)) {
            $0.filled = 100
            $0.limit = 500
        },
        Case("takers in flight count as done", rest(20, 500)) {
            $0.filled = 450
            $0.takerLeaves = 50
        },
        Case("a child is no larger than the rule", take(7, 501)) {
            $0.filled = 100
            $0.rules = SlicingRules(depthRangeBps: 50, maxChild: Quantity(lots: 7))
        },
        Case("a child is no larger than risk allows", take(9, 501)) {
            $0.filled = 100
            $0.largest = 9
        },
        Case("a thin book bears at least the smallest order", take(5, 501)) {
            $0.filled = 100
            $0.asks = [(501, 3)]
            $0.smallest = 5
        },
        Case("ahead of the band: rests nothing", .stay) { $0.filled = 520 },
        Case("ahead with an order resting: withdraws it", .withdraw) {
            $0.filled = 560
            $0.restingPrice = 500
            $0.restingLeaves = 60
        },
        Case("slightly more resting than room is left alone", .stay) {
            $0.filled = 500
            $0.restingPrice = 500
            $0.restingLeaves = 40
        },
        Case("at the best already: stays", .stay) {
            $0.restingPrice = 500
            $0.restingLeaves = 20
        },
        Case("the market moved away: follows", .move(Price(ticks: 500))) {
            $0.restingPrice = 498
            $0.restingLeaves = 20
        },
        Case("follows no farther than the limit", .move(Price(ticks: 499))) {
            $0.restingPrice = 498
            $0.restingLeaves = 20
            $0.limit = 499
        },
        Case("rests at the limit: does not follow past it", .stay) {
            $0.restingPrice = 499
            $0.restingLeaves = 20
            $0.limit = 499
        },
        Case(
            "alone at the best, far above the crowd: steps back to lead by a tick",
            .move(Price(ticks: 498))
        ) {
            $0.bids = [(500, 20), (497, 200)]
            $0.restingPrice = 500
            $0.restingLeaves = 20
        },
        Case("alone at the best, a tick above the crowd: stays", .stay) {
            $0.bids = [(500, 20), (499, 200)]
            $0.restingPrice = 500
            $0.restingLeaves = 20
        },
        Case("a request is in flight: waits", .stay) {
            $0.restingPrice = 498
            $0.restingLeaves = 20
            $0.acceptsRequest = false
        },
        Case("all that is free rests: it is withdrawn before crossing", .withdraw) {
            $0.quantity = 500
            $0.target = 500
            $0.filled = 450
            $0.restingPrice = 500
            $0.restingLeaves = 50
        },
        Case(
            "the last piece is too small to send again: it stays and follows",
            .move(Price(ticks: 500))
        ) {
            $0.quantity = 500
            $0.target = 500
            $0.band = 0
            $0.filled = 497
            $0.restingPrice = 498
            $0.restingLeaves = 3
            $0.smallest = 5
        },
        Case("all that is free rests and is being withdrawn: waits", .stay) {
            $0.quantity = 500
            $0.target = 500
            $0.filled = 450
            $0.restingPrice = 500
            $0.restingLeaves = 50
            $0.acceptsRequest = false
        },
        Case("never leaves a residue the venue would not take", take(26, 501)) {
            $0.quantity = 503
            $0.target = 500
            $0.band = 0
            $0.filled = 477
            $0.smallest = 5
        },
        Case("a residue that does not fit the largest child is left whole", take(16, 501)) {
            $0.quantity = 500
            $0.target = 500
            $0.band = 0
            $0.filled = 477
            $0.smallest = 5
            $0.largest = 21
        },
        Case("less than the smallest order is not sent", .stay) {
            $0.quantity = 504
            $0.target = 504
            $0.filled = 500
            $0.band = 0
            $0.smallest = 5
        },
        Case("what is left keeps room for a worse price: all of it goes instead", take(30, 501)) {
            $0.quantity = 500
            $0.target = 493
            $0.band = 0
            $0.filled = 470
            $0.smallest = 5
            $0.piece = 10
        },
        Case("with too much for one child, room is left by sending less", take(13, 501)) {
            $0.quantity = 500
            $0.target = 493
            $0.band = 0
            $0.filled = 470
            $0.smallest = 5
            $0.piece = 10
            $0.largest = 23
        },
        Case("the last of a parent may be as small as the venue takes", take(7, 501)) {
            $0.quantity = 500
            $0.target = 500
            $0.band = 0
            $0.filled = 493
            $0.smallest = 5
            $0.piece = 10
        },
        Case("while more is to come, no child is without room for a worse price", take(10, 501)) {
            $0.target = 507
            $0.band = 0
            $0.smallest = 5
            $0.piece = 10
        },
        Case("a largest child that leaves no room is sent all the same", take(7, 501)) {
            $0.target = 520
            $0.band = 0
            $0.smallest = 5
            $0.piece = 10
            $0.largest = 7
        },
        Case("nothing is left: nothing is sent", .stay) {
            $0.quantity = 500
            $0.filled = 500
        },
    ]

    @Test("decides the same for a buy and for its mirror image", arguments: cases)
    func decides(_ story: Case) {
        #expect(story.decision(.buy) == story.intent)
        #expect(story.decision(.sell) == SlicerTests.mirror(story.intent))
    }

    private static func mirror(_ intent: SliceIntent) -> SliceIntent {
        let flip = { (price: Price) in Price(ticks: 1_000 - price.ticks) }
        switch intent {
        case .take(let quantity, let price): return .take(quantity, flip(price))
        case .rest(let quantity, let price): return .rest(quantity, flip(price))
        case .move(let price): return .move(flip(price))
        case .stay, .withdraw: return intent
        }
    }

    @Test("no situation makes it exceed what is free, its limit or its caps", arguments: 0..<20)
    func bounds(_ seed: UInt64) {
        var random = SplitMix64(seed: seed)
        for _ in 0..<500 {
            let now = SlicerTests.randomSituation(&random)
            let rules = SlicingRules(
                displayedShareBps: Int64.random(in: 1...10_000, using: &random),
                depthRangeBps: Int64.random(in: 0...100, using: &random),
                maxChild: Quantity(lots: Int64.random(in: 0...50, using: &random))
            )
            let levels = { (random: inout SplitMix64, side: Int64) in
                (0..<Int64.random(in: 1...5, using: &random)).map {
                    (500 + side * ($0 + 1), Int64.random(in: 1...300, using: &random))
                }
            }
            let book = BookMaker.book(bids: levels(&random, -1), asks: levels(&random, 1))
            let cap =
                rules.maxChild.lots > 0
                ? min(rules.maxChild, now.largestOrder) : now.largestOrder
            switch Slicer(rules).intent(now, book) {
            case .take(let quantity, let price), .rest(let quantity, let price):
                #expect(quantity.lots > 0 && quantity <= now.quantity - now.committed)
                #expect(quantity <= cap && quantity >= now.smallestOrder, "seed \(seed)")
                if let limit = now.limit {
                    #expect(!now.side.isBetter(price, than: limit), "seed \(seed)")
                }
            case .move(let price):
                if let limit = now.limit {
                    #expect(!now.side.isBetter(price, than: limit), "seed \(seed)")
                }
                #expect(now.resting?.acceptsRequest == true, "seed \(seed)")
            case .withdraw:
                #expect(now.resting?.acceptsRequest == true, "seed \(seed)")
            case .stay:
                break
            }
        }
    }

    private static func randomSituation(_ random: inout SplitMix64) -> SliceSituation {
        let quantity = Int64.random(in: 1...1_000, using: &random)
        let filled = Int64.random(in: 0...quantity, using: &random)
        let taking = Int64.random(in: 0...(quantity - filled), using: &random)
        let resting = Int64.random(in: 0...(quantity - filled - taking), using: &random)
        return SliceSituation(
            side: Bool.random(using: &random) ? .buy : .sell,
            limit: Bool.random(using: &random)
                ? Price(ticks: Int64.random(in: 490...510, using: &random)) : nil,
            quantity: Quantity(lots: quantity),
            target: Quantity(lots: Int64.random(in: 0...quantity, using: &random)),
            band: Quantity(lots: Int64.random(in: 0...50, using: &random)),
            filled: Quantity(lots: filled),
            takerLeaves: Quantity(lots: taking),
            committed: Quantity(lots: filled + taking + resting),
            resting: resting == 0
                ? nil
                : RestingChild(
                    price: Price(ticks: Int64.random(in: 490...510, using: &random)),
                    leaves: Quantity(lots: resting),
                    acceptsRequest: Bool.random(using: &random)
                ),
            smallestOrder: Quantity(lots: Int64.random(in: 1...10, using: &random)),
            largestOrder: Quantity(lots: Int64.random(in: 1...200, using: &random)),
            smallestPiece: Quantity(lots: Int64.random(in: 1...15, using: &random))
        )
    }
}
