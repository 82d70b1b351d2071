/// A price in whole ticks of its instrument.
public struct Price: Hashable, Comparable, Sendable, BitwiseCopyable {
    /// Multiples of the instrument's tick size.
    public var ticks: Int64

    /// A price of `ticks` ticks.
    @inlinable public init(ticks: Int64) { self.ticks = ticks }

    /// Numerically lower; use `Side.isBetter` where "better" is meant.
    @inlinable public static func < (a: Price, b: Price) -> Bool { a.ticks < b.ticks }
}
