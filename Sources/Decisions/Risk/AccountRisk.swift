public import Orders
public import Units

/// What all positions are worth and what the day has cost, in billionths of the quote coin.
///
/// One row an instrument, brought up to date when its position or its mid moved; the sums are kept.
/// Everything saturates: a value beyond 9.2 × 10⁹ coins counts as that much.
///
/// - Invariant: `gross` and `profit` are the sums of their rows.
/// - Complexity: O(1) to bring a row up to date; never allocates after `init`.
public struct AccountRisk: ~Copyable {
    private struct Row: BitwiseCopyable {
        var gross: Int64 = 0
        var profit: Int64 = 0
    }

    private static let day = Int64(86_400_000_000_000)

    private let rows: UnsafeMutablePointer<Row>
    private let count: Int
    /// |position| × mid over all instruments.
    public private(set) var gross = Amount.zero
    /// Realised and unrealised profit since the start and earlier in that day, fees taken off.
    private var profit: Int64 = 0
    /// `profit` when the day began.
    private var profitAtDayStart: Int64 = 0
    private var dayNumber: Int64
    /// What the account is worth; nil until the venue has said.
    public var equity: Amount?

    /// Flat in `count` instruments.
    public init(instruments count: Int, now: Nanoseconds) {
        self.count = count
        rows = .allocate(capacity: max(1, count))
        rows.initialize(repeating: Row(), count: max(1, count))
        dayNumber = now.count / AccountRisk.day
    }

    deinit { rows.deallocate() }

    /// What was lost since the day (UTC) began; negative for a profit.
    public var loss: Amount {
        let (change, overflows) = profit.subtractingReportingOverflow(profitAtDayStart)
        if overflows { return Amount(billionths: change < 0 ? -.max : .max) }
        return Amount(billionths: change == .min ? .max : -change)
    }

    /// Brings one instrument up to date.
    ///
    /// - Parameters:
    ///   - position: all of it, what was found at the start included.
    ///   - own: what our fills moved it by and cost, from which the profit is reckoned.
    ///   - fees: Σ fees in the quote coin.
    ///   - earlier: what the account did before on the day of the start; it counts once there is a
    ///     price for it.
    public mutating func update(
        _ instrument: Int,
        position: Quantity,
        own: Position,
        fees: Amount,
        midHalfTicks: Int64,
        _ filters: RiskFilters,
        earlier: EarlierToday = EarlierToday()
    ) {
        precondition(instrument >= 0 && instrument < count)
        let value = Int128(position.lots.magnitude) * Int128(midHalfTicks)
        // Twice the value of what we hold, minus twice what we paid for it.
        let doubled = Int128(own.net.lots) * Int128(midHalfTicks) - 2 * own.paid.tickLots
        var row = Row()
        row.gross = filters.billionths(halfTickLots: value)
        row.profit = filters.billionths(halfTickLots: doubled).subtractingClamped(fees.billionths)
        if midHalfTicks > 0 || earlier.moved == .zero {
            let worth = Int128(earlier.moved.lots) * Int128(midHalfTicks)
            row.profit = row.profit.addingClamped(filters.billionths(halfTickLots: worth))
                .addingClamped(earlier.cash.billionths)
        }
        let old = rows[instrument]
        rows[instrument] = row
        gross = Amount(
            billionths: gross.billionths.subtractingClamped(old.gross).addingClamped(row.gross)
        )
        profit = profit.subtractingClamped(old.profit).addingClamped(row.profit)
    }

    /// |position| × mid of all instruments but one.
    public func gross(without instrument: Int) -> Amount {
        Amount(billionths: gross.billionths.subtractingClamped(rows[instrument].gross))
    }

    /// Begins a new day's account when `now` lies in one.
    public mutating func keepDay(_ now: Nanoseconds) {
        let number = now.count / AccountRisk.day
        if number != dayNumber {
            dayNumber = number
            profitAtDayStart = profit
        }
    }
}

extension Int64 {
    /// The sum, or the nearest value that fits.
    func addingClamped(_ other: Int64) -> Int64 {
        let (sum, overflows) = addingReportingOverflow(other)
        return overflows ? (other < 0 ? .min : .max) : sum
    }

    /// The difference, or the nearest value that fits.
    func subtractingClamped(_ other: Int64) -> Int64 {
        let (difference, overflows) = subtractingReportingOverflow(other)
        return overflows ? (other < 0 ? .max : .min) : difference
    }
}
