internal import Journal
internal import Orders
internal import Units

/// How a journal keeps a request that left without the engine:
///
///     index    instrument u16, operation u8, remedy u8
///     first    when it left, ns
///     second   limit u20, left u20, milliseconds until the budget comes back u16
extension OutsideRequest {
    var coded: CodedEvent {
        let words =
            UInt64(budget.limit) | UInt64(budget.left) << 20
            | UInt64(budget.resetsIn.millisecondCount) << 40
        return CodedEvent(
            code: 20,
            index: UInt32(instrument.index) | UInt32(operation.rawValue) << 16
                | UInt32(remedy.rawValue) << 24,
            first: sentAt.count,
            second: Int64(bitPattern: words)
        )
    }

    /// Reads what a journal keeps; nil for numbers that mean nothing.
    init?(_ coded: CodedEvent) {
        let words = UInt64(bitPattern: coded.second)
        let mask = UInt64(OutsideRequest.largestCount)
        let operation = OrderOperation(rawValue: UInt8(truncatingIfNeeded: coded.index >> 16))
        let remedy = OrderRemedy(rawValue: UInt8(truncatingIfNeeded: coded.index >> 24))
        guard let operation, let remedy else { return nil }
        self.init(
            operation,
            InstrumentID(UInt16(truncatingIfNeeded: coded.index)),
            sentAt: Nanoseconds(coded.first),
            remedy: remedy,
            budget: BudgetReading(
                limit: Int32(words & mask),
                left: Int32(words >> 20 & mask),
                resetsIn: .milliseconds(Int64(words >> 40 & 0xffff))
            )
        )
    }
}
