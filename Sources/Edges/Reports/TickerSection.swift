public import Foundation
public import Units

/// The ticker of a perpetual, as it stood at the end.
public struct TickerSection: Codable, Sendable {
    /// Messages taken.
    public var messages: Int
    /// Times it was asked for again because it had fallen silent.
    public var resyncs: Int
    /// Nanoseconds since its last message; nil when none came.
    public var ageNs: Int64?
    /// The mark price, to half a tick; nil when none was told.
    public var markPrice: Decimal?
    /// The share of a position's value that longs will pay to shorts; nil when none was told.
    public var fundingRate: Decimal?
    /// When, as UTC; nil when none was told.
    public var nextFundingAt: String?

    /// What the ticker of `instrument` came to.
    public init(
        messages: Int,
        resyncs: Int,
        age: Nanoseconds?,
        markHalfTicks: Int64,
        fundingRateE9: Int64?,
        nextFundingAt: Nanoseconds?,
        instrument: Instrument
    ) {
        self.messages = messages
        self.resyncs = resyncs
        ageNs = age?.count
        markPrice = markHalfTicks == 0 ? nil : exact(markHalfTicks, instrument.tick) / 2
        fundingRate = fundingRateE9.map { coins(Amount(billionths: $0)) }
        self.nextFundingAt = nextFundingAt?.utc(digits: 3)
    }
}
