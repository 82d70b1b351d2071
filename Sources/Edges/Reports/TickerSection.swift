public import Foundation
public import Units

/// The ticker of a perpetual, as it stood at the end.
public struct TickerSection: Codable, Sendable {
    /// Messages taken.
    public var messages: Int
    /// Times it was asked for again because it had fallen silent.
    public var resyncs: Int
    /// Milliseconds since its last message; nil when none came.
    public var ageMilliseconds: Double?
    /// The mark price, to half a tick; nil when none was told.
    public var markPrice: Decimal?
    /// The share of a position's value that longs will pay to shorts; nil when none was told.
    public var fundingRate: Decimal?
    /// When, in milliseconds since the epoch; nil when none was told.
    public var nextFundingAt: Int64?

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
        ageMilliseconds = age.map { $0.inSeconds * 1e3 }
        markPrice = markHalfTicks == 0 ? nil : exact(markHalfTicks, instrument.tick) / 2
        fundingRate = fundingRateE9.map { coins(Amount(billionths: $0)) }
        self.nextFundingAt = nextFundingAt?.millisecondCount
    }
}
