/// Why the risk gate refused a command, in the order of the checks. Reports and metrics iterate
/// over all cases.
public enum RefusalReason: UInt8, CaseIterable, Sendable, BitwiseCopyable {
    /// Trading was halted by the operator or by a fault.
    case halted
    /// Only orders that bring the position nearer to flat may leave: of the process, or of the
    /// parent.
    case onlyReducing
    /// The venue says the instrument does not trade.
    case notTrading
    /// The private stream is down: fills could not be seen.
    case privateStreamDown
    /// Nothing was heard on the private stream for longer than allowed.
    case oldPrivateStream
    /// The venue's clock is known less well than allowed.
    case clockUncertain
    /// The book is stale, gapped, crossed or one-sided.
    case untrustedBook
    /// The last book message is older than allowed.
    case oldBook
    /// The mark price, once known, was not spoken of for longer than allowed.
    case oldMark
    /// The same order is on its way already, without an answer.
    case duplicateIntent
    /// Smaller than the venue takes.
    case childTooSmall
    /// Larger than a child may be.
    case childTooLarge
    /// Would bring the parent's fills and everything in flight past its quantity.
    case parentExceeded
    /// Outside the prices the venue takes, by its filters or its limits of the moment.
    case outsideVenuePrices
    /// Beyond the parent's limit price.
    case beyondLimit
    /// Further from the mid than the collar allows.
    case outsidePriceBand
    /// Further from the mark price than the collar allows.
    case outsideMarkBand
    /// Price × quantity below what the venue takes.
    case notionalTooSmall
    /// Price × quantity above the limit.
    case notionalTooLarge
    /// Could trade with a resting order of our own.
    case selfTrade
    /// Would bring the position, with everything in flight, past its limit.
    case positionExceeded
    /// Would bring the value of all positions past the limit.
    case exposureExceeded
    /// Would bring the value of all positions past the allowed multiple of the equity.
    case leverageExceeded
    /// The liquidation price is nearer than allowed, and the order would not reduce the position.
    case nearLiquidation
    /// The day's loss is past the limit.
    case lossExceeded
    /// Too many messages for the fills they brought.
    case messageRatioExceeded
    /// More requests than the rate allows.
    case rateExceeded
    /// More requests than the venue takes of this account.
    case budgetSpent

    /// Whether the same order would be refused at the next message as well, so that it is not asked
    /// for at each: all but what a message, an answer or the end of a second can lift.
    public var isStanding: Bool {
        switch self {
        case .privateStreamDown, .oldPrivateStream, .untrustedBook, .oldBook, .duplicateIntent,
            .selfTrade, .rateExceeded, .budgetSpent:
            false
        case .halted, .onlyReducing, .notTrading, .clockUncertain, .oldMark, .childTooSmall,
            .childTooLarge, .parentExceeded, .outsideVenuePrices, .beyondLimit, .outsidePriceBand,
            .outsideMarkBand, .notionalTooSmall, .notionalTooLarge, .positionExceeded,
            .exposureExceeded, .leverageExceeded, .nearLiquidation, .lossExceeded,
            .messageRatioExceeded:
            true
        }
    }

    /// The name in reports, JSON and metrics.
    public var name: String { "\(self)" }
}
