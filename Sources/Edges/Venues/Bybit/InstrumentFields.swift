import Units
import Wire

/// The filters of one instrument, as text; the names differ between the product classes.
///
/// Steps must be said, and what is the largest order. Bounds that are finer than the steps are
/// drawn to the step inside: the largest order and the highest price down, the smallest ones up.
struct InstrumentFields {
    var symbol: JSONText?
    private var status: JSONText?
    private var baseCoin: JSONText?
    private var quoteCoin: JSONText?
    private var tickSize: JSONText?
    private var minPrice: JSONText?
    private var maxPrice: JSONText?
    private var lotSize: JSONText?
    private var minQuantity: JSONText?
    private var maxQuantity: JSONText?
    private var maxLimitQuantity: JSONText?
    private var minNotional: JSONText?

    /// No order or price is larger than this many steps: what overflows them is no bound.
    private static let most: Int64 = 1 << 50

    init(_ json: inout JSONScanner) throws(DecodeError) {
        try json.openObject()
        while let key = try json.nextKey() {
            if key.equals("symbol") {
                symbol = try json.optionalText()
            } else if key.equals("status") {
                status = try json.optionalText()
            } else if key.equals("baseCoin") {
                baseCoin = try json.optionalText()
            } else if key.equals("quoteCoin") {
                quoteCoin = try json.optionalText()
            } else if key.equals("priceFilter") {
                try readPriceFilter(&json)
            } else if key.equals("lotSizeFilter") {
                try readLotFilter(&json)
            } else {
                try json.skipValue()
            }
        }
    }

    private mutating func readPriceFilter(_ json: inout JSONScanner) throws(DecodeError) {
        guard try json.openFields() else { return }
        while let key = try json.nextKey() {
            if key.equals("tickSize") {
                tickSize = try json.optionalText()
            } else if key.equals("minPrice") {
                minPrice = try json.optionalText()
            } else if key.equals("maxPrice") {
                maxPrice = try json.optionalText()
            } else {
                try json.skipValue()
            }
        }
    }

    private mutating func readLotFilter(_ json: inout JSONScanner) throws(DecodeError) {
        guard try json.openFields() else { return }
        while let key = try json.nextKey() {
            if key.equals("qtyStep") || key.equals("basePrecision") {
                lotSize = try json.optionalText() ?? lotSize
            } else if key.equals("minOrderQty") {
                minQuantity = try json.optionalText()
            } else if key.equals("maxOrderQty") {
                maxQuantity = try json.optionalText()
            } else if key.equals("maxLimitOrderQty") {
                maxLimitQuantity = try json.optionalText()
            } else if key.equals("minNotionalValue") || key.equals("minOrderAmt") {
                minNotional = try json.optionalText() ?? minNotional
            } else {
                try json.skipValue()
            }
        }
    }

    func instrument(
        _ category: ProductCategory,
        _ symbol: String,
        _ id: InstrumentID,
        _ json: JSONScanner
    ) throws(DecodeError) -> Instrument {
        guard let tickSize, let lotSize, let largest = maxLimitQuantity ?? maxQuantity else {
            throw json.error(.missingField)
        }
        guard let tick = DecimalScale(step: tickSize.string),
            let lot = DecimalScale(step: lotSize.string)
        else { throw json.error(.badNumber) }
        let ticks = DecimalSteps(tick)
        let lots = DecimalSteps(lot)
        // Spot states no price bounds; its minOrderQty is deprecated in favour of the amount.
        let lowest = try json.least(minPrice, ticks) ?? 1
        let highest = try json.most(maxPrice, ticks, InstrumentFields.most)
        let most = try json.most(largest, lots, InstrumentFields.most)
        let smallest = category == .spot ? 1 : try json.least(minQuantity, lots) ?? 1
        guard lowest > 0, highest >= lowest, smallest > 0, most >= smallest else {
            throw json.error(.outOfRange)
        }
        return Instrument(
            id: id,
            category: category,
            symbol: symbol,
            baseCoin: baseCoin?.string ?? "",
            quoteCoin: quoteCoin?.string ?? "",
            tick: tick,
            lot: lot,
            priceRange: Price(ticks: lowest)...Price(ticks: highest),
            quantityRange: Quantity(lots: smallest)...Quantity(lots: most),
            minimumNotional: Amount(billionths: try json.least(minNotional, .billionths) ?? 0),
            isTrading: status?.equals("Trading") ?? false
        )
    }
}

extension JSONScanner {
    /// A lower bound in steps; nil where none is said.
    fileprivate func least(
        _ text: JSONText?,
        _ scale: DecimalSteps
    ) throws(DecodeError) -> Int64? {
        guard let text else { return nil }
        return try steps(of: text, scale, .up)
    }

    /// An upper bound in steps, at most `limit`, which stands for one that is unsaid or larger.
    fileprivate func most(
        _ text: JSONText?,
        _ scale: DecimalSteps,
        _ limit: Int64
    ) throws(DecodeError) -> Int64 {
        guard let text else { return limit }
        do {
            return min(limit, try steps(of: text, scale, .down))
        } catch {
            if error.reason == .overflow { return limit }
            throw error
        }
    }
}
