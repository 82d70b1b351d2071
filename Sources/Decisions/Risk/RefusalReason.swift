/// Why the risk gate refused a command. Reports and metrics iterate over all cases.
public enum RefusalReason: UInt8, CaseIterable, Sendable, BitwiseCopyable {
    /// Trading was halted by the operator or by a fault.
    case halted
    /// The venue says the instrument does not trade.
    case notTrading
    /// The book is stale, gapped, crossed or one-sided.
    case untrustedBook
    /// The last book message is older than allowed.
    case oldBook
    /// The private stream is down: fills could not be seen.
    case privateStreamDown
    /// Would bring the parent's fills and everything in flight past its quantity.
    case parentExceeded
    /// Larger than a child may be.
    case childTooLarge
    /// Smaller than the venue takes.
    case childTooSmall
    /// Price × quantity above the limit.
    case notionalTooLarge
    /// Price × quantity below what the venue takes.
    case notionalTooSmall
    /// Beyond the parent's limit price.
    case beyondLimit
    /// Further from the mid than the collar allows.
    case outsidePriceBand
    /// Outside the prices the venue takes.
    case outsideVenuePrices
    /// More requests than the rate allows.
    case rateExceeded

    /// The name in reports, JSON and metrics.
    public var name: String { "\(self)" }
}
