public import Units
import Wire

extension BybitReplies {
    /// The prices of the moment that the venue takes.
    public struct PriceLimits: Hashable, Sendable {
        /// The highest of a buy.
        public var highestBuy: Price
        /// The lowest of a sell.
        public var lowestSell: Price
    }

    /// The price band of `instrument`, from `market/price-limit`. A bound between two ticks is
    /// drawn to the tick inside.
    public static func priceLimits(
        _ body: [UInt8],
        _ instrument: Instrument
    ) throws(BybitReplyError) -> PriceLimits {
        try read(body) { (json) throws(DecodeError) in
            var symbol: JSONText?
            var buy: JSONText?
            var sell: JSONText?
            while let key = try json.nextKey() {
                if key.equals("symbol") {
                    symbol = try json.optionalText()
                } else if key.equals("buyLmt") {
                    buy = try json.optionalText()
                } else if key.equals("sellLmt") {
                    sell = try json.optionalText()
                } else {
                    try json.skipValue()
                }
            }
            guard let symbol, symbol.string == instrument.symbol, let buy, let sell else {
                throw json.error(.missingField)
            }
            let scale = DecimalSteps(instrument.tick)
            let highest = try json.steps(of: buy, scale, .down)
            let lowest = try json.steps(of: sell, scale, .up)
            let prices = 1..<BybitDecoder.stepLimit
            guard prices.contains(highest), prices.contains(lowest) else {
                throw json.error(.outOfRange, at: buy)
            }
            return PriceLimits(
                highestBuy: Price(ticks: highest),
                lowestSell: Price(ticks: lowest)
            )
        }
    }

    /// Whether a request that changes a setting succeeded; "not modified" is success, for the
    /// setting is as it was asked to be.
    public static func setting(_ body: [UInt8]) throws(BybitReplyError) {
        do {
            try succeeds(body)
        } catch {
            // Leverage, margin mode or position mode unchanged.
            if case .refused(let code, _) = error, [110_043, 110_026, 34_040].contains(code) {
                return
            }
            throw error
        }
    }

    /// The venue's own name of the order that a create, amend or cancel was about.
    public static func orderID(_ body: [UInt8]) throws(BybitReplyError) -> ExternalID {
        try read(body) { (json) throws(DecodeError) in
            var found: ExternalID?
            while let key = try json.nextKey() {
                if key.equals("orderId") {
                    found = try json.externalID()
                } else {
                    try json.skipValue()
                }
            }
            guard let found, !found.isEmpty else { throw json.error(.missingField) }
            return found
        }
    }
}
