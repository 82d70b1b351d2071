import Book
import Orders
import Simulation
import Testing
import Units

/// An exchange for BTCUSDT-like steps, and short words for what tests do to it.
struct Fixture {
    static let instrument = Instrument(
        id: InstrumentID(0),
        category: .linear,
        symbol: "BTCUSDT",
        baseCoin: "BTC",
        quoteCoin: "USDT",
        tick: DecimalScale(multiplier: 1, decimals: 1),
        lot: DecimalScale(multiplier: 1, decimals: 3),
        priceRange: Price(ticks: 1)...Price(ticks: 20_000_000),
        quantityRange: Quantity(lots: 1)...Quantity(lots: 100_000),
        minimumNotional: Amount(billionths: 5_000_000_000)
    )

    var exchange = Exchange(instrument, fees: .bybitBasePerpetual)
    private(set) var clock = Nanoseconds.zero
    private var links = 0

    /// A book of `bids` and `asks` as ticks and lots.
    init(bids: [(Int64, Int64)], asks: [(Int64, Int64)]) {
        show(.snapshot, bids: bids, asks: asks)
    }

    mutating func show(
        _ kind: DepthUpdate.Kind = .delta,
        bids: [(Int64, Int64)] = [],
        asks: [(Int64, Int64)] = []
    ) {
        exchange.show(
            kind,
            bids: bids.map { LevelChange(ticks: $0.0, lots: $0.1) },
            asks: asks.map { LevelChange(ticks: $0.0, lots: $0.1) },
            now: tick()
        )
    }

    mutating func trade(_ aggressor: Side, _ ticks: Int64, _ lots: Int64, isRPI: Bool = false) {
        exchange.trade(
            Trade(
                price: Price(ticks: ticks),
                quantity: Quantity(lots: lots),
                aggressor: aggressor,
                isBlock: false,
                isRPI: isRPI,
                matchedAt: .zero,
                crossSequence: 0,
                id: ExternalID("feed")!
            ),
            now: tick()
        )
    }

    /// Places an order under a fresh name.
    @discardableResult
    mutating func place(
        _ side: Side,
        _ ticks: Int64,
        _ lots: Int64,
        _ timeInForce: TimeInForce = .goodTillCancel,
        reduceOnly: Bool = false
    ) throws -> ExchangeOrder {
        links += 1
        return try exchange.place(
            link: "c-\(links)",
            side: side,
            timeInForce: timeInForce,
            price: Price(ticks: ticks),
            quantity: Quantity(lots: lots),
            reduceOnly: reduceOnly,
            now: tick()
        )
    }

    mutating func amend(_ link: String, price: Int64? = nil, lots: Int64? = nil) throws {
        _ = try exchange.amend(
            link: link,
            price: price.map { Price(ticks: $0) },
            quantity: lots.map { Quantity(lots: $0) },
            now: tick()
        )
    }

    func order(_ link: String) -> ExchangeOrder { exchange.find(link: link)! }
    func shown(_ side: Side, _ ticks: Int64) -> Int64 {
        exchange.shown(side, Price(ticks: ticks)).lots
    }

    /// All fills so far, as ticks, lots and whether they rested.
    var fills: [[Int64]] {
        exchange.events.compactMap {
            guard case .fill(let fill) = $0 else { return nil }
            return [fill.price.ticks, fill.quantity.lots, fill.isMaker ? 1 : 0]
        }
    }

    /// All prints so far.
    var prints: [ExchangePrint] {
        exchange.events.compactMap {
            guard case .print(let print) = $0 else { return nil }
            return print
        }
    }

    private mutating func tick() -> Nanoseconds {
        clock = clock + .milliseconds(1)
        return clock
    }
}
