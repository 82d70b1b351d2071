internal import Engine
internal import Orders
internal import Units
internal import Venues

/// The prices that the venue takes: three times a second by the lines, every ten seconds by REST.
struct PriceBoundsWatch: BitwiseCopyable {
    private var latest: PriceBounds?

    /// What the engine is to know of bounds that came; nil where newer ones say it, or the same.
    mutating func news(_ told: PriceBounds) -> AccountEvent? {
        let known = latest
        if let known, told.publishedAt < known.publishedAt { return nil }
        latest = told
        if told.highestBuy == known?.highestBuy && told.lowestSell == known?.lowestSell {
            return nil
        }
        return .priceLimits(
            told.instrument,
            highestBuy: told.highestBuy,
            lowestSell: told.lowestSell
        )
    }
}
