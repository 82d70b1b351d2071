public import Units
import Wire

/// What an account's fills of a day brought, read from `execution/list`: whoever's, by whatever
/// session, in whatever symbol that is paid in the instrument's quote coin.
///
/// Fills of the instrument are told apart, by how much they moved and what they brought, for their
/// worth goes with its price. What others moved is worth what their latest fill of the day cost.
/// Funding, and what else costs without a trade, counts; fees in a third coin do not.
public struct DayTally: Sendable {
    private let instrument: Instrument
    private let lots: DecimalSteps
    private var movedLots: Int128 = 0
    private var cash: Int128 = 0
    private var positions: [String: Holding] = [:]
    /// Entries that counted.
    public private(set) var entries = 0

    private struct Holding {
        /// Bought minus sold, in billionths of the base coin.
        var moved: Int128 = 0
        /// The latest fill: its value, and how much of the coin it was of.
        var value: Int128
        var quantity: Int128

        /// Their worth in billionths of the quote coin.
        var worth: Int128 { DayTally.part(moved, value, quantity) }
    }

    /// Nothing yet, for a session in `instrument`.
    public init(_ instrument: Instrument) {
        self.instrument = instrument
        lots = DecimalSteps(instrument.lot)
    }

    /// What a journal can hold, which is more than any account.
    private static let limit = Int128(1) << 61

    private static func bounded(_ value: Int128) -> Int64 { Int64(min(max(value, -limit), limit)) }

    /// Bought minus sold of the instrument.
    public var moved: Quantity { Quantity(lots: DayTally.bounded(movedLots)) }

    /// What all of it brought but what the instrument's own lots are worth, in its quote coin.
    public var brought: Amount {
        var sum = cash
        for (name, holding) in positions where name != ownName { sum += holding.worth }
        return Amount(billionths: DayTally.bounded(sum))
    }

    /// What was lost, the instrument's lots at the price of its latest fill; negative for a profit.
    public var loss: Amount {
        let own = positions[ownName]?.worth ?? 0
        return Amount(billionths: Int64(clamping: -(own + Int128(brought.billionths))))
    }

    private var ownName: String { name(instrument.category.name, instrument.symbol) }

    private func name(_ category: String, _ symbol: String) -> String { category + "/" + symbol }

    /// Takes in a page of the list of `category`; the newest comes first.
    ///
    /// - Returns: where the next begins, empty on the last, and how many entries this one has.
    public mutating func add(
        _ body: [UInt8],
        _ category: ProductCategory
    ) throws(BybitReplyError) -> (next: String, entries: Int) {
        var tally = self
        let page = try BybitReplies.read(body) { (json) throws(DecodeError) in
            var next = ""
            var entries = 0
            while let key = try json.nextKey() {
                if key.equals("nextPageCursor") {
                    next = try json.optionalText()?.string ?? ""
                } else if key.equals("list") {
                    guard try json.openList() else { continue }
                    while try json.nextEntry() {
                        entries += 1
                        guard entries <= BybitReplies.maxEntries else {
                            throw json.error(.tooMany)
                        }
                        try tally.take(&json, category)
                    }
                } else {
                    try json.skipValue()
                }
            }
            return (next, entries)
        }
        self = tally
        return page
    }

    private mutating func take(
        _ json: inout JSONScanner,
        _ category: ProductCategory
    ) throws(DecodeError) {
        var (symbol, type, side): (JSONText?, JSONText?, JSONText?)
        var (price, quantity, stated): (JSONText?, JSONText?, JSONText?)
        var (fee, feeCoin): (JSONText?, JSONText?)
        try json.openObject()
        while let key = try json.nextKey() {
            if key.equals("symbol") {
                symbol = try json.optionalText()
            } else if key.equals("execType") {
                type = try json.optionalText()
            } else if key.equals("side") {
                side = try json.optionalText()
            } else if key.equals("execPrice") {
                price = try json.optionalText()
            } else if key.equals("execQty") {
                quantity = try json.optionalText()
            } else if key.equals("execValue") {
                stated = try json.optionalText()
            } else if key.equals("execFee") {
                fee = try json.optionalText()
            } else if key.equals("feeCurrency") {
                feeCoin = try json.optionalText()
            } else {
                try json.skipValue()
            }
        }
        guard let symbol else { throw json.error(.missingField) }
        let word = symbol.string
        guard word.hasSuffix(instrument.quoteCoin) else { return }
        entries += 1
        let paid = try DayTally.billionths(fee, json) ?? 0
        let coin = feeCoin?.string ?? ""
        let isInQuote = coin.isEmpty || coin == instrument.quoteCoin
        if isInQuote { cash -= paid }
        // Funding and settlement leave the position as it is.
        let movesNothing = type.map { $0.equals("Funding") || $0.equals("Settle") } ?? false
        if movesNothing { return }
        guard let side, let price, let quantity else { throw json.error(.missingField) }
        guard side.equals("Buy") || side.equals("Sell") else {
            throw json.error(.badWord, at: side)
        }
        let sign: Int128 = side.equals("Buy") ? 1 : -1
        let amount = try json.coinAmount(of: quantity).billionths
        var value = try DayTally.billionths(stated, json)
        if value == nil {
            value = DayTally.part(amount, try json.coinAmount(of: price).billionths, 1_000_000_000)
        }
        guard let value, amount > 0 else { throw json.error(.outOfRange, at: quantity) }
        cash -= sign * value
        if !isInQuote, word.hasPrefix(coin) { cash -= DayTally.part(paid, value, amount) }
        let name = name(category.name, word)
        positions[name, default: Holding(value: value, quantity: amount)].moved += sign * amount
        if name == ownName {
            movedLots += sign * Int128(try json.steps(of: quantity, lots))
        }
    }

    private static func billionths(
        _ text: JSONText?,
        _ json: JSONScanner
    ) throws(DecodeError) -> Int128? {
        guard let text else { return nil }
        return try json.coinAmount(of: text).billionths
    }

    /// amount × numerator ÷ denominator, towards zero; the whole first, so that nothing overflows.
    private static func part(
        _ amount: Int128,
        _ numerator: Int128,
        _ denominator: Int128
    ) -> Int128 {
        let (whole, rest) = amount.quotientAndRemainder(dividingBy: denominator)
        let (high, overflows) = whole.multipliedReportingOverflow(by: numerator)
        let (low, overflowsToo) = rest.multipliedReportingOverflow(by: numerator)
        guard !overflows, !overflowsToo else {
            return amount < 0 ? -(Int128(1) << 90) : Int128(1) << 90
        }
        return high + low / denominator
    }
}
