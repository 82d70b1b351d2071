public import Units

/// What a venue lets an account ask for in any one second, by its tier.
///
/// Bybit counts each operation of each product class by itself, and the orders of batches apart
/// from single ones.
///
/// - SeeAlso: Bybit API v5, rate limit (read 2026-11-21).
public struct VenueRates: Hashable, Sendable, BitwiseCopyable {
    /// Places, amends and cancels of perpetuals, each.
    public var linear: Int64
    /// Places and cancels in spot, each.
    public var spot: Int64
    /// Amends in spot.
    public var spotAmends: Int64
    /// Orders of perpetuals by batches of one operation.
    public var linearBatches: Int64
    /// Orders in spot by batches of one operation.
    public var spotBatches: Int64
    /// Orders that one batch of perpetuals may hold; 0 where the venue takes no batches.
    public var linearBatch: Int64
    /// Orders that one batch in spot may hold; 0 where the venue takes no batches.
    public var spotBatch: Int64
    /// Requests of one address, of every kind together.
    public var pool: Int64 = 3_000
    /// How many of the pool only cancels may spend.
    public var reserve: Int64 = 100

    /// An account of no tier, or one whose operations all have the rates of a tier.
    public init(linear: Int64 = 10, spot: Int64 = 20, spotAmends: Int64? = nil) {
        self.linear = linear
        self.spot = spot
        self.spotAmends = spotAmends ?? (spot == 20 ? 10 : spot)
        linearBatches = linear
        spotBatches = spot
        // The pages of place and cancel say 20 for perpetuals, the one of the rates 10.
        linearBatch = 10
        spotBatch = 10
    }

    /// Places, amends or cancels a second of a product class, the least of them.
    public func slowest(_ category: ProductCategory) -> Int64 {
        category == .linear ? linear : min(spot, spotAmends)
    }

    /// Whether a budget can be kept of them.
    public var isPossible: Bool {
        let rates = [linear, spot, spotAmends, linearBatches, spotBatches, pool]
        return rates.allSatisfy { (1...1_000_000).contains($0) }
            && (0...20).contains(linearBatch) && (0...20).contains(spotBatch)
            && (0..<pool).contains(reserve)
    }
}
