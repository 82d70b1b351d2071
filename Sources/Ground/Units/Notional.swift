/// Price times quantity, exact, in tick·lots of one instrument.
///
/// 128 bits, so that a day's turnover in the finest tick and lot can be summed without a thought.
public struct Notional: Hashable, Comparable, Sendable, BitwiseCopyable {
    /// Σ ticks × lots.
    public var tickLots: Int128

    /// A notional of `tickLots`.
    @inlinable public init(tickLots: Int128) { self.tickLots = tickLots }

    /// The notional of `quantity` at `price`.
    @inlinable public init(_ price: Price, _ quantity: Quantity) {
        // Two factors of 64 bits have a product of 127 and its sign: there is nothing to trap for,
        // and without the trap it is one instruction.
        tickLots = Int128(price.ticks) &* Int128(quantity.lots)
    }

    /// No notional.
    @inlinable public static var zero: Notional { Notional(tickLots: 0) }

    /// Numerically lower.
    @inlinable public static func < (a: Notional, b: Notional) -> Bool { a.tickLots < b.tickLots }
    /// The sum.
    @inlinable public static func + (a: Notional, b: Notional) -> Notional {
        Notional(tickLots: a.tickLots + b.tickLots)
    }
    /// The difference.
    @inlinable public static func - (a: Notional, b: Notional) -> Notional {
        Notional(tickLots: a.tickLots - b.tickLots)
    }
    /// Adds in place.
    @inlinable public static func += (a: inout Notional, b: Notional) { a.tickLots += b.tickLots }
}
