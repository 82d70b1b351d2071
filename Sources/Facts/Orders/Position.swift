public import Units

/// What we hold of one instrument by our own fills: lots, signed, and what they cost.
public struct Position: Hashable, Sendable, BitwiseCopyable {
    /// Bought minus sold.
    public private(set) var net: Quantity = .zero
    /// Σ signed notional: what was paid minus what was received.
    public private(set) var paid: Notional = .zero

    /// Flat.
    public init() {}

    /// Adds one fill.
    public mutating func apply(_ side: Side, _ price: Price, _ quantity: Quantity) {
        if side == .buy {
            net += quantity
            paid += Notional(price, quantity)
        } else {
            net -= quantity
            paid = paid - Notional(price, quantity)
        }
    }
}
