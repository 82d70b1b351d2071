/// A quantity in whole lots (quantity steps) of its instrument.
public struct Quantity: Hashable, Comparable, Sendable, BitwiseCopyable {
    /// Multiples of the instrument's lot size.
    public var lots: Int64

    /// A quantity of `lots` lots.
    @inlinable public init(lots: Int64) { self.lots = lots }

    /// The largest of one order or fill: nobody sends an order of more, be the coin ever so cheap.
    @inlinable public static var countable: Quantity { Quantity(lots: 1 << 50) }

    /// No quantity.
    @inlinable public static var zero: Quantity { Quantity(lots: 0) }

    /// Numerically lower.
    @inlinable public static func < (a: Quantity, b: Quantity) -> Bool { a.lots < b.lots }
    /// The sum.
    @inlinable public static func + (a: Quantity, b: Quantity) -> Quantity {
        Quantity(lots: a.lots + b.lots)
    }
    /// The difference.
    @inlinable public static func - (a: Quantity, b: Quantity) -> Quantity {
        Quantity(lots: a.lots - b.lots)
    }
    /// Adds in place.
    @inlinable public static func += (a: inout Quantity, b: Quantity) { a.lots += b.lots }
    /// Subtracts in place.
    @inlinable public static func -= (a: inout Quantity, b: Quantity) { a.lots -= b.lots }
}
