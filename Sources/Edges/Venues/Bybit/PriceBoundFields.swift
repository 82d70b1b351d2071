import Units
import Wire

/// What the venue states of the prices it takes, on its stream and in replies, as text.
struct PriceBoundFields: BitwiseCopyable {
    private(set) var symbol: JSONText?
    private var highestBuy: JSONText?
    private var lowestSell: JSONText?
    private var statedAt: Nanoseconds?

    /// Reads the rest of an object that is entered.
    init(_ json: inout JSONScanner) throws(DecodeError) {
        while let key = try json.nextKey() {
            if key.equals("symbol") {
                symbol = try json.optionalText()
            } else if key.equals("buyLmt") {
                highestBuy = try json.optionalText()
            } else if key.equals("sellLmt") {
                lowestSell = try json.optionalText()
            } else if key.equals("ts") {
                statedAt = try json.optionalMilliseconds()
            } else {
                try json.skipValue()
            }
        }
    }

    /// In ticks; a bound between two is drawn to the tick inside.
    func bounds(
        _ instrument: InstrumentID,
        _ tick: DecimalSteps,
        _ json: JSONScanner
    ) throws(DecodeError) -> PriceBounds {
        guard let highestBuy, let lowestSell else { throw json.error(.missingField) }
        let highest = try json.steps(of: highestBuy, tick, .down)
        let lowest = try json.steps(of: lowestSell, tick, .up)
        let prices = 1..<BybitDecoder.stepLimit
        guard prices.contains(highest), prices.contains(lowest) else {
            throw json.error(.outOfRange, at: highestBuy)
        }
        return PriceBounds(
            instrument: instrument,
            highestBuy: Price(ticks: highest),
            lowestSell: Price(ticks: lowest),
            publishedAt: statedAt ?? .zero
        )
    }
}
