internal import Book
internal import Orders
internal import Simulation
internal import Units

/// One market of the venue: its exchange, the feed that drives it, and what was told about it.
final class MarketDesk {
    /// Which of the venue's markets it is, from 0.
    let index: Int
    /// How the venue announces it.
    let market: VenueMarket
    /// Matching.
    var exchange: Exchange
    /// One publication for each depth that was asked for.
    var publications: [Int: BookPublication] = [:]
    /// Cross sequence (`seq`) of the last message.
    var sequence: Int64 = 10_000
    /// When our own changes to the book are published at the latest; nil when there are none.
    var ownChangesDueAt: Nanoseconds?
    /// What the account held here when the venue opened.
    let opening: VenuePosition
    /// The account's positions here, by index: 0 the only one, or in hedge mode 1 long and 2 short.
    private(set) var positions = [OpenPosition(), OpenPosition(), OpenPosition()]
    /// Every fill, oldest first.
    private(set) var fills: [ExchangeFill] = []
    /// Σ what sales brought − what purchases cost − fees, in billionths of the quote coin.
    private(set) var cashBillionths: Int128 = 0
    /// Σ fees paid in the base coin, and by order.
    private(set) var baseFeeBillionths: Int128 = 0
    private(set) var baseFees: [Int64: CoinAmount] = [:]
    /// The last public prints, oldest first.
    private(set) var recentPrints: [(print: ExchangePrint, at: Nanoseconds)] = []
    /// When the ticker was last published.
    var tickerAt = Nanoseconds.zero
    /// When the bounds of prices were last published.
    var boundsAt = Nanoseconds.zero
    /// Orders that ended, oldest first, as many as are kept.
    private(set) var ended: [ExchangeOrder] = []
    /// Price of the last print, in ticks.
    var lastPrint: Int64?
    /// Direction of the last print that moved the price.
    var lastWasUp = true

    private let feed: any MarketFeed
    private let speed: Double
    private var pending: FeedAction?
    private var startedAt: Nanoseconds?

    /// How long a change of ours may wait for company before it is published.
    static let publishInterval = Nanoseconds.milliseconds(20)
    /// How many ended orders the list of open ones still tells, as Bybit does, and the history.
    private static let recentCapacity = 500
    private static let endedCapacity = 50_000

    init(
        index: Int,
        _ instrument: Instrument,
        fees: FeeSchedule,
        feed: any MarketFeed,
        speed: Double,
        opening: VenuePosition = .flat(isHedged: false)
    ) {
        self.index = index
        self.opening = instrument.category == .linear ? opening : .flat(isHedged: false)
        self.feed = feed
        self.speed = speed
        market = VenueMarket(
            symbol: instrument.symbol,
            category: instrument.category,
            depth: feed.depth,
            lot: instrument.lot
        )
        exchange = Exchange(instrument, fees: fees, legs: self.opening.legs)
        // The opening book stands before anybody looks; the feed's clock waits for a subscriber.
        if let opening = feed.next() { apply(opening, now: .zero) }
        pending = feed.next()
        for (i, lots) in self.opening.legs.enumerated() { hold(lots, in: i) }
    }

    /// A position that was opened before, at what the book says.
    private func hold(_ lots: Int64, in index: Int) {
        let notional = Notional(Price(ticks: referenceTicks), Quantity(lots: abs(lots)))
        positions[index] = OpenPosition(lots: lots, entryTickLots: notional.tickLots)
        cashBillionths -= Int128(lots.signum()) * Int128(instrument.amount(notional).billionths)
    }

    /// What trades here.
    var instrument: Instrument { exchange.instrument }

    /// Whether the venue offers a book of that depth here. As on a thin market, one has no more
    /// levels than there are.
    func offers(depth: Int) -> Bool {
        depth == market.depth || [1, 50, 200, 500, 1_000].contains(depth)
    }

    /// Starts the feed's clock, once.
    func start(_ now: Nanoseconds) {
        if startedAt == nil { startedAt = now }
    }

    /// When the feed acts next; nil before the start and after the end.
    var feedDueAt: Nanoseconds? {
        guard let startedAt, let pending else { return nil }
        // A recording's clock may say anything; thirty years from now is never.
        let wait = min(Double(pending.at.count) / speed, 1e18)
        return startedAt + Nanoseconds(Int64(wait))
    }

    /// Lets the feed act if it is due; tells what it did.
    func step(_ now: Nanoseconds) -> FeedAction.Kind? {
        guard let due = feedDueAt, due <= now, let action = pending else { return nil }
        apply(action, now: now)
        pending = feed.next()
        return action.kind
    }

    /// Why the feed has ended; nil while it has not.
    var ending: String? { pending == nil ? feed.ending : nil }

    private func apply(_ action: FeedAction, now: Nanoseconds) {
        switch action.kind {
        case .depth(let kind, let bids, let asks):
            exchange.show(kind, bids: bids, asks: asks, now: now)
        case .trades(let trades):
            for trade in trades { exchange.trade(trade, now: now) }
        }
    }

    /// Notes that a request of ours may have changed the shown book.
    func noteOwnChange(_ now: Nanoseconds) {
        if ownChangesDueAt == nil { ownChangesDueAt = now + MarketDesk.publishInterval }
    }

    /// Books a fill of ours.
    func book(_ fill: ExchangeFill) {
        fills.append(fill)
        positions[Int(fill.order.positionIndex)].apply(fill)
        let value = instrument.amount(Notional(fill.price, fill.quantity)).billionths
        cashBillionths -= Int128(fill.order.side.sign) * Int128(value)
        if let fee = baseFee(fill) {
            baseFeeBillionths += fee.billionths
            baseFees[fill.order.number, default: .zero] += fee
        } else {
            cashBillionths -= Int128(fill.fee.billionths)
        }
    }

    /// Takes a payment that is for no fill.
    func pay(_ amount: Amount) { cashBillionths -= Int128(amount.billionths) }

    /// What a fill costs in the base coin; nil where it is paid in the quote coin: everywhere but
    /// for spot's purchases, and the rebates of its sales.
    func baseFee(_ fill: ExchangeFill) -> CoinAmount? {
        guard market.category == .spot,
            (fill.order.side == .buy) == (fill.fee.billionths >= 0)
        else { return nil }
        let rate = fill.isMaker ? exchange.fees.makerRateE8 : exchange.fees.takerRateE8
        // Lots in billionths, times hundred-millionths.
        var value = Int128(fill.quantity.lots) * Int128(instrument.lot.multiplier) * Int128(rate)
        for _ in 0..<max(0, 1 - instrument.lot.decimals) { value *= 10 }
        for _ in 0..<max(0, instrument.lot.decimals - 1) { value /= 10 }
        return CoinAmount(billionths: value)
    }

    /// The position's indices: one, or in hedge mode the long and the short one.
    var positionIndices: [Int] { opening.isHedged ? [1, 2] : [0] }

    /// Bought minus sold.
    var netLots: Int64 { positions.reduce(0) { $0 + $1.lots } }

    /// The base coin that the account starts with: a thousand in spot, so that there is something
    /// to sell.
    var baseDeposit: Amount {
        market.category == .spot ? Amount(billionths: 1_000 * 1_000_000_000) : .zero
    }

    /// Remembers a public print.
    func note(_ print: ExchangePrint, _ now: Nanoseconds) {
        recentPrints.append((print, now))
        if recentPrints.count > 2_000 { recentPrints.removeFirst(1_000) }
    }

    /// Remembers an order that ended.
    func noteEnded(_ order: ExchangeOrder) {
        ended.append(order)
        if ended.count > MarketDesk.endedCapacity { ended.removeFirst(1_000) }
    }

    /// The last orders that ended, oldest first.
    var recentlyEnded: ArraySlice<ExchangeOrder> { ended.suffix(MarketDesk.recentCapacity) }

    /// The middle of the touch, or the only side of it, in ticks; 0 for an empty book.
    var referenceTicks: Int64 {
        switch (exchange.best(.buy), exchange.best(.sell)) {
        case (let bid?, let ask?): (bid.ticks + ask.ticks) / 2
        case (let only?, nil), (nil, let only?): only.ticks
        case (nil, nil): 0
        }
    }
}

extension VenuePosition {
    /// Signed lots by the index of the position: 0 the only one, or 1 the long and 2 the short one.
    var legs: [Int64] {
        switch self {
        case .oneWay(let lots): [lots.lots, 0, 0]
        case .hedged(let long, let short): [0, long.lots, short.lots]
        }
    }
}
