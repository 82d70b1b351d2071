public import Units

/// What the account did in one instrument between the day's begin and our first order.
public struct EarlierToday: Hashable, Sendable, BitwiseCopyable {
    /// Bought minus sold.
    public var moved: Quantity
    /// What it brought in the quote coin: received minus paid, fees taken off; with what the
    /// account's other instruments brought.
    public var cash: Amount

    /// Fills that moved the position by `moved` and brought `cash`.
    public init(moved: Quantity = .zero, cash: Amount = .zero) {
        self.moved = moved
        self.cash = cash
    }
}
