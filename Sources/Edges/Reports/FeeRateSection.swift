public import Foundation
public import Units

/// What the account pays for a fill, as shares of its value; a negative one is a rebate.
public struct FeeRateSection: Codable, Sendable, Equatable {
    /// Of a fill that rested, when the session began.
    public var maker: Decimal
    /// Of a fill that crossed, when the session began.
    public var taker: Decimal
    /// The same at the venue's last word; nil when it had not changed.
    public var makerAtEnd: Decimal?
    /// The same at the venue's last word; nil when it had not changed.
    public var takerAtEnd: Decimal?

    /// The rates at the start, and at the venue's last word.
    public init(before: FeeSchedule, after: FeeSchedule) {
        let scale = DecimalScale(multiplier: 1, decimals: 8)
        maker = exact(before.makerRateE8, scale)
        taker = exact(before.takerRateE8, scale)
        guard after != before else { return }
        makerAtEnd = exact(after.makerRateE8, scale)
        takerAtEnd = exact(after.takerRateE8, scale)
    }

    /// The section for a person, who knows the rates unless they changed.
    func rows() -> [(label: String, text: String)] {
        guard let makerAtEnd, let takerAtEnd else { return [] }
        return [
            (
                "FEES CHANGED",
                "maker \(maker * 100) % to \(makerAtEnd * 100) %, "
                    + "taker \(taker * 100) % to \(takerAtEnd * 100) %"
            )
        ]
    }
}
