public import Units

/// What the venue states of the account beyond our own orders, on its stream or when asked.
public enum AccountStatement: Hashable, Sendable, BitwiseCopyable {
    /// Of one position.
    case position(PositionStatement)
    /// Of the coins.
    case wallet(WalletStatement)
}

/// One position as the venue states it.
public struct PositionStatement: Hashable, Sendable, BitwiseCopyable {
    /// In what.
    public var instrument: InstrumentID
    /// Which of the instrument's positions.
    public var leg: PositionLeg
    /// What is held, signed.
    public var held: Quantity
    /// Whether it says where the venue would liquidate. One that does not has not lifted what was
    /// said before.
    public var tellsLiquidation: Bool
    /// Where the venue would liquidate it, to the nearest tick; nil for nowhere.
    public var liquidation: Price?
    /// When the venue changed it last, by its clock; zero where it does not say.
    public var updatedAt: Nanoseconds
    /// The venue's cross sequence of that change; 0 where it does not say.
    public var sequence: Int64

    /// A position of `held` lots.
    public init(
        instrument: InstrumentID,
        leg: PositionLeg,
        held: Quantity,
        tellsLiquidation: Bool = false,
        liquidation: Price? = nil,
        updatedAt: Nanoseconds = .zero,
        sequence: Int64 = 0
    ) {
        self.instrument = instrument
        self.leg = leg
        self.held = held
        self.tellsLiquidation = tellsLiquidation
        self.liquidation = liquidation
        self.updatedAt = updatedAt
        self.sequence = sequence
    }
}

/// The account's coins as the venue states them, as far as they concern one instrument.
public struct WalletStatement: Hashable, Sendable, BitwiseCopyable {
    /// The instrument whose coins these are.
    public var instrument: InstrumentID
    /// What the account is worth in the quote coin, unrealised profit included; nil where it does
    /// not say.
    public var equity: Amount?
    /// All there is of the base coin; nil where it does not say.
    public var base: CoinAmount?
    /// When it was stated, by the venue's clock; zero where it does not say.
    public var statedAt: Nanoseconds

    /// What is known of an instrument's coins.
    public init(
        instrument: InstrumentID,
        equity: Amount? = nil,
        base: CoinAmount? = nil,
        statedAt: Nanoseconds = .zero
    ) {
        self.instrument = instrument
        self.equity = equity
        self.base = base
        self.statedAt = statedAt
    }
}
