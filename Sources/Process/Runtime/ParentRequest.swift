public import Algos
internal import Orders
public import Units

/// A parent order as a person states it; lots and ticks are known once the venue has been asked.
public struct ParentRequest: Sendable {
    /// Which schedule it follows.
    public enum Algorithm: Sendable, CustomStringConvertible {
        case twap
        /// With a profile from these past bars, or from the venue's when nil.
        case vwap(history: [VolumeBar]?)
        /// At this share of all volume, in basis points.
        case pov(rateBps: Int64)

        /// "twap", "vwap", "pov 10%".
        public var description: String {
            switch self {
            case .twap: "twap"
            case .vwap: "vwap"
            case .pov(let rateBps): "pov \(Stated.percent(rateBps))"
            }
        }

        /// Whether all of it is wanted done by the end.
        var completesByEnd: Bool {
            if case .pov = self { false } else { true }
        }
    }

    /// Which way.
    public var side: Side
    /// How much, as a decimal.
    public var quantity: String
    /// The worst price, as a decimal.
    public var limit: String?
    /// Whether it may only bring the position nearer to flat.
    public var reduceOnly = false
    /// How long.
    public var duration: Nanoseconds
    /// By which schedule.
    public var algorithm: Algorithm
    /// How targets become children.
    public var rules: SlicingRules

    /// A request with every term stated.
    public init(
        side: Side,
        quantity: String,
        limit: String?,
        duration: Nanoseconds,
        algorithm: Algorithm,
        rules: SlicingRules = SlicingRules()
    ) {
        self.side = side
        self.quantity = quantity
        self.limit = limit
        self.duration = duration
        self.algorithm = algorithm
        self.rules = rules
    }
}
