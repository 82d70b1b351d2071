public import Units

/// What the venue's ticker has come to: the mark price and the funding to come.
public struct TickerState: Hashable, Sendable, BitwiseCopyable {
    /// Twice the mark price, in ticks; 0 until the venue has said.
    public var markHalfTicks: Int64
    /// When the venue last spoke of it.
    public var heardAt: Nanoseconds
    /// What longs will pay to shorts. Unit: 10⁻⁹ of the position's value.
    public var fundingRateE9: Int64?
    /// When.
    public var nextFundingAt: Nanoseconds?
}

extension Engine {
    /// What the ticker of `instrument` has come to.
    public mutating func ticker(_ instrument: InstrumentID) -> TickerState {
        let market = Int(instrument.index)
        precondition(market < marketCount)
        return TickerState(
            markHalfTicks: markets[market].markHalfTicks,
            heardAt: markets[market].markAt,
            fundingRateE9: markets[market].fundingRateE9,
            nextFundingAt: markets[market].nextFundingAt
        )
    }
}
