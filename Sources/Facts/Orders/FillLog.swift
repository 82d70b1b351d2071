public import Units

/// One fill as it was taken in.
public struct Fill: Hashable, Sendable, BitwiseCopyable {
    /// What the venue told, its fee once that is told.
    public var execution: Execution
    /// Which child.
    public var child: ChildID
    /// When we took it in.
    public var takenAt: Nanoseconds
    /// Twice the mid, in ticks, at that moment.
    public var midHalfTicks: Int64
    /// Twice the mid, in ticks, when its child left us.
    public var midAtSendHalfTicks: Int64
    /// What its fee is worth in the quote coin; nothing in a third coin.
    public var feeInQuote: Amount

    /// A fill with every field stated.
    public init(
        execution: Execution,
        child: ChildID,
        takenAt: Nanoseconds,
        midHalfTicks: Int64,
        midAtSendHalfTicks: Int64,
        feeInQuote: Amount
    ) {
        self.execution = execution
        self.child = child
        self.takenAt = takenAt
        self.midHalfTicks = midHalfTicks
        self.midAtSendHalfTicks = midAtSendHalfTicks
        self.feeInQuote = feeInQuote
    }
}

/// Every fill that was counted, in the order taken in, for the report.
///
/// Memory of fixed size, asked for once; the system gives it as it is used.
///
/// - Complexity: O(1) a fill; to complete one, O(fills since it). Never allocates after `init`.
public struct FillLog: ~Copyable {
    private let fills: UnsafeMutablePointer<Fill>
    /// Fills it can hold.
    public let capacity: Int
    /// Fills it holds.
    public private(set) var count = 0
    /// Fills that found no room.
    public private(set) var dropped = 0

    /// A log for `capacity` fills.
    public init(capacity: Int) {
        precondition(capacity > 0)
        self.capacity = capacity
        fills = .allocate(capacity: capacity)
    }

    deinit { fills.deallocate() }

    /// The fill at `index`.
    public subscript(index: Int) -> Fill {
        precondition(index >= 0 && index < count)
        return fills[index]
    }

    /// Adds a fill, or counts it where there is no room.
    public mutating func append(_ fill: Fill) {
        guard count < capacity else {
            dropped &+= 1
            return
        }
        (fills + count).initialize(to: fill)
        count &+= 1
    }

    /// Takes in the fee of a fill of `child` that was added without one, and whether it rested
    /// after all.
    ///
    /// - Returns: the fill as it was; nil where it is not held.
    @discardableResult
    public mutating func complete(
        _ execution: Execution,
        of child: ChildID,
        feeInQuote: Amount
    ) -> Fill? {
        var i = count
        while i > 0 {
            i &-= 1
            if fills[i].execution.id != execution.id || fills[i].child != child { continue }
            let before = fills[i]
            fills[i].execution.fee = execution.fee
            fills[i].execution.feeCoin = execution.feeCoin
            fills[i].execution.thirdCoin = execution.thirdCoin
            fills[i].execution.isMaker = execution.isMaker
            fills[i].feeInQuote = feeInQuote
            return before
        }
        return nil
    }
}
