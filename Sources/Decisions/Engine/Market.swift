internal import Book
internal import Orders
internal import Risk
internal import Units

/// All the engine knows of one instrument.
struct Market: ~Copyable {
    let instrument: InstrumentID
    /// What orders the venue and the desk take; the venue may change its mind.
    var filters: RiskFilters
    var isTrading: Bool
    private(set) var book: OrderBook
    /// The book's best prices, and whether orders may be based on it, as of its last change.
    private(set) var quote = BBO.empty
    private(set) var isTrusted = false
    /// How often the book was lost since it was there: what was decided before holds no more.
    private(set) var bookEpoch: UInt32 = 0
    var tape = TradeTape(countsRPI: false)
    /// When the last book message was taken in.
    var bookAt = Nanoseconds.zero
    /// Which of our fills are on the tape: they print publicly, so others' volume is the rest.
    var ownPrints = OwnPrints()
    /// How much of the rest may be ours as well, and the turn of all parents for which it is so.
    var doubt: Int64 = 0
    var doubtTurn: UInt64 = 0
    /// What our orders have taken from the book of this moment, and what they did not find there.
    var spending = BookSpending()
    var position = Position()
    /// What the account did in it earlier on the day of the start.
    var earlier = EarlierToday()
    var othersRate = VolumeRate()
    /// The latest mid of a trusted book, twice, in ticks.
    var midHalfTicks: Int64 = 0
    /// What was found before our first order, and whether the venue has said it.
    var opening = VenuePosition.oneWay(.zero)
    var knowsOpening = false
    /// What we hold: what was found before our first order, and our fills.
    var held = VenuePosition.oneWay(.zero)
    /// What the venue last stated of each position, by `PositionLeg`; nil until it has said.
    var stated: InlineArray<3, StatedPosition?> = .init(repeating: nil)
    /// By how many lots it is beyond what was found at the start and our fills, likewise; signed.
    var untold: InlineArray<3, Int64> = .init(repeating: 0)
    /// Σ fees of our own fills, as the quote coin's worth.
    var fees = Amount.zero
    /// Σ fees of our own fills that were paid in the base coin, and how many there were.
    var baseFees = CoinAmount.zero
    var baseFeeCount = 0
    /// Twice the mark price, in ticks; 0 until the venue has said.
    var markHalfTicks: Int64 = 0
    /// When the venue last spoke of it.
    var markAt = Nanoseconds.zero
    /// The next funding's rate and time, as the venue has said.
    var fundingRateE9: Int64?
    var nextFundingAt: Nanoseconds?
    /// The venue's prices of the moment; nil until it has said.
    var highestBuy: Price?
    var lowestSell: Price?
    /// Where the venue would liquidate each position, by `PositionLeg`; nil for nowhere, and until
    /// it has said.
    var liquidations: InlineArray<3, Price?> = .init(repeating: nil)
    let tick: DecimalScale
    let lot: DecimalScale
    /// Parents that are not final, by slot.
    var parents: UnsafeMutablePointer<UInt32>
    var parentCount = 0

    init(_ instrument: Instrument, _ configuration: EngineConfiguration) {
        self.instrument = instrument.id
        filters = RiskFilters(instrument, configuration.limits)
        isTrading = instrument.isTrading
        tick = instrument.tick
        lot = instrument.lot
        book = OrderBook(instrument: instrument.id, window: configuration.bookWindow)
        parents = .allocate(capacity: configuration.parents)
    }

    deinit { parents.deallocate() }

    /// All that is held: long and short positions add up.
    var gross: Quantity {
        switch held {
        case .oneWay(let lots): lots
        case .hedged(let long, let short): long - short
        }
    }

    /// Whether it has a part in the account's figures.
    var isAccounted: Bool {
        gross.lots != 0 || position != Position() || earlier != EarlierToday()
    }

    /// Twice a price of the quote coin in ticks, to the nearest.
    func halfTicks(_ price: Amount) -> Int64 { tick.nearest(price, times: 2) }

    /// What a fill's fee is worth in the quote coin, to the nearest billionth: the one place where
    /// a fee is converted. One in the base coin is worth what that much of the fill cost; one in a
    /// third coin has no price here and counts as nothing, which the report says.
    func feeInQuote(_ execution: Execution) -> Amount {
        switch execution.feeCoin {
        case .quote: return execution.fee.clamped
        case .other, .untold: return .zero
        case .base:
            var denominator: Int128 = 1
            for _ in 0..<tick.decimals { denominator *= 10 }
            let price = Int128(execution.price.ticks) * Int128(tick.multiplier)
            let (value, overflows) = execution.fee.billionths
                .multipliedReportingOverflow(by: price)
            if overflows {
                return Amount(billionths: execution.fee.billionths < 0 ? .min : .max)
            }
            let half = value < 0 ? -denominator / 2 : denominator / 2
            return Amount(billionths: Int64(clamping: (value + half) / denominator))
        }
    }

    /// Notes the fee of a fill of ours.
    mutating func addFee(_ execution: Execution) -> Amount {
        let fee = feeInQuote(execution)
        fees += fee
        if execution.feeCoin == .base {
            baseFees += execution.fee
            baseFeeCount &+= 1
        }
        return fee
    }

    /// Takes in one book message.
    mutating func apply(_ update: DepthUpdate) -> BookResult {
        let result = book.apply(update)
        noteBook()
        return result
    }

    /// Empties the book, which then waits for a snapshot.
    mutating func invalidate() {
        book.invalidate()
        noteBook()
    }

    private mutating func noteBook() {
        quote = book.bbo
        let wasTrusted = isTrusted
        isTrusted = quote.isTwoSided && book.integrity == .sound
        if isTrusted { midHalfTicks = quote.midHalfTicks }
        if wasTrusted && !isTrusted { bookEpoch &+= 1 }
    }

    /// What others have traded since the process began, as far as is told: the tape without those
    /// of its prints that are known as ours. It wraps like the tape: the difference of two readings
    /// is exact all the same.
    var othersPrinted: Quantity {
        Quantity(lots: tape.total.quantity.lots &- ownPrints.quantity.lots)
    }
    var othersPrintedNotional: Notional {
        Notional(tickLots: tape.total.notional.tickLots &- ownPrints.notional.tickLots)
    }

    /// Takes in one message's prints.
    mutating func apply(_ batch: TradeBatch, _ now: Nanoseconds) {
        tape.apply(batch)
        for trade in batch.trades {
            let counts = tape.counts(trade)
            let isOurs = ownPrints.printed(trade, isOnTape: counts, now)
            // What is told late is volume like any, and nothing of the pace of this moment.
            let isOfNow = batch.publishedAt - trade.matchedAt < VolumeRate.memory
            if counts && !isOurs && isOfNow { othersRate.add(trade.quantity.lots, now: now) }
        }
    }

    mutating func add(parent slot: Int) {
        parents[parentCount] = UInt32(truncatingIfNeeded: slot)
        parentCount &+= 1
    }

    mutating func remove(parentAt index: Int) {
        parentCount &-= 1
        parents[index] = parents[parentCount]
    }
}
