internal import Costs
public import Foundation
internal import Orders
internal import Units

/// Average price against benchmarks, in basis points, fees apart; positive is a cost.
public struct SlippageSection: Encodable, Sendable {
    /// Against the mid at arrival.
    public var arrivalBps: Double?
    /// Against the volume-weighted average price of the others while the parent worked.
    public var intervalVWAPBps: Double?
    /// That average price, rounded six decimals past the tick's.
    public var intervalVWAP: Decimal?
    /// What the others traded: all that printed while the parent worked, less our own fills.
    public var othersVolume: Decimal
    /// Fills of ours whose own print had not been seen at the end; nothing was taken out for them.
    public var unseenPrints: Int

    init(_ facts: ParentFacts, _ instrument: Instrument) {
        let (ledger, side) = (facts.ledger, facts.order.side)
        arrivalBps = ledger.arrivalHalfTicks.flatMap { arrival in
            Slippage.basisPoints(
                side,
                notional: ledger.notional,
                quantity: ledger.filled,
                benchmarkNotional: Notional(tickLots: Int128(arrival)),
                benchmarkQuantity: Quantity(lots: 2)
            )
        }
        intervalVWAPBps = Slippage.basisPoints(
            side,
            notional: ledger.notional,
            quantity: ledger.filled,
            benchmarkNotional: facts.othersNotional,
            benchmarkQuantity: facts.othersVolume
        )
        intervalVWAP = instrument.average(facts.othersNotional, facts.othersVolume)
        othersVolume = exact(facts.othersVolume.lots, instrument.lot)
        unseenPrints = facts.unseenPrints
    }
}

/// The shortfall's parts, in basis points of the parent's quantity at its arrival mid and exact in
/// the quote coin; positive is a cost.
public struct CostSection: Encodable, Sendable {
    /// The market's move while children waited to be sent.
    public var timingBps: Double?
    /// The market's move while children that crossed were under way.
    public var takerLatencyBps: Double?
    /// The market's move while children that filled at rest waited in the queue.
    public var makerDriftBps: Double?
    /// Paid across the spread; negative when earned.
    public var spreadBps: Double?
    /// The move missed on what was not filled.
    public var opportunityBps: Double?
    /// Fees.
    public var feesBps: Double?
    /// The sum of the parts: the implementation shortfall.
    public var totalBps: Double?
    /// `timingBps` in the quote coin.
    public var timing: Decimal?
    /// `takerLatencyBps` in the quote coin.
    public var takerLatency: Decimal?
    /// `makerDriftBps` in the quote coin.
    public var makerDrift: Decimal?
    /// `spreadBps` in the quote coin.
    public var spread: Decimal?
    /// `opportunityBps` in the quote coin.
    public var opportunity: Decimal?
    /// All fees in the quote coin; those in the base coin at the price of their fill.
    public var fees: Decimal
    /// The sum of the six amounts.
    public var total: Decimal?
    /// Of `fees`, those of fills that rested.
    public var makerFees: Decimal
    /// Of `fees`, those of fills that crossed.
    public var takerFees: Decimal
    /// What of the fees was paid in the base coin, exact.
    public var baseFees: Decimal
    /// Fees in third coins, which are in no sum: nothing here has a price for them.
    public var thirdCoinFees: [CoinAmount]
    /// Fills whose fee the venue never told.
    public var untoldFees: Int
    /// Whether the fees of every fill are in the sums.
    public var isAllIn: Bool

    /// So much of a coin.
    public struct CoinAmount: Encodable, Sendable, Equatable {
        /// Which; nil where the venue did not name it.
        public var coin: String?
        /// How much.
        public var amount: Decimal

        var text: String {
            "\(amount.words(of: coin ?? "")) \(coin ?? "of a coin without a name")"
        }
    }

    init(_ facts: ParentFacts, _ instrument: Instrument) {
        let ledger = facts.ledger
        let cost = ledger.breakdown(
            unfilled: facts.order.quantity - ledger.filled,
            endHalfTicks: facts.endMidHalfTicks
        )
        fees = coins(cost.fees)
        let taker = facts.fillLog.filter { !$0.execution.isMaker }
        takerFees = coins(taker.reduce(into: .zero) { $0 += $1.feeInQuote })
        makerFees = fees - takerFees
        baseFees = coins(facts.baseFees)
        thirdCoinFees = facts.thirdCoinFees.map { coin, amount in
            CoinAmount(coin: coin.isEmpty ? nil : coin.text, amount: coins(amount))
        }
        untoldFees = facts.untoldFees
        isAllIn = thirdCoinFees.allSatisfy { $0.amount == 0 } && untoldFees == 0
        guard let arrival = ledger.arrivalHalfTicks, arrival > 0 else { return }
        let quantity = facts.order.quantity
        func bps(_ part: Int128) -> Double? {
            Slippage.basisPoints(halfTickLots: part, of: quantity, at: arrival)
        }
        timingBps = bps(cost.timing)
        takerLatencyBps = bps(cost.takerLatency)
        makerDriftBps = bps(cost.makerDrift)
        spreadBps = bps(cost.spread)
        opportunityBps = bps(cost.opportunity)
        let paper =
            Double(arrival) / 2 * instrument.tick.step * Double(quantity.lots) * instrument.lot.step
        feesBps = cost.fees.inCoins / paper * 1e4
        totalBps = bps(cost.tradingCost).map { $0 + cost.fees.inCoins / paper * 1e4 }
        timing = instrument.value(cost.timing) / 2
        takerLatency = instrument.value(cost.takerLatency) / 2
        makerDrift = instrument.value(cost.makerDrift) / 2
        spread = instrument.value(cost.spread) / 2
        opportunity = instrument.value(cost.opportunity) / 2
        total = instrument.value(cost.tradingCost) / 2 + fees
    }
}
