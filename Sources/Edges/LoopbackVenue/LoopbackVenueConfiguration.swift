public import Orders
public import Units

/// What a loopback venue serves.
public struct LoopbackVenueConfiguration: Sendable {
    /// The TCP port on 127.0.0.1; 0 takes a free one.
    public var port: UInt16 = 0
    /// Recordings in the venue's archive format; none means a synthetic market.
    public var feedFiles: [String] = []
    /// How many times faster than recorded the feed plays. Positive.
    public var speed = 1.0
    /// Seed of the synthetic market.
    public var seed: UInt64 = 1
    /// The symbol, where a file's own or BTCUSDT is not meant.
    public var symbol: String?
    /// The price step, where the symbol's own is not meant: the one that Bybit has for BTCUSDT and
    /// a few others, else what a recording's prices are multiples of.
    public var tick: DecimalScale?
    /// The quantity step, where the symbol's own is not meant, likewise.
    public var lot: DecimalScale?
    /// The product class, where the file's name does not say it ("spot…" is spot).
    public var category: ProductCategory?
    /// What goes wrong, and when.
    public var faults = FaultScript()
    /// Order requests of a kind that the account may make in a second: as many as Bybit's tier
    /// PRO1 may. Nil for an account of no tier: ten for perpetuals, twenty in spot.
    public var requestsPerSecond: Int? = 200
    /// What the account holds of each perpetual when the venue opens; hedge mode is a long and a
    /// short position at once.
    public var position = VenuePosition.flat(isHedged: false)
    /// Who it is; nil makes an authority for this venue alone.
    public var identity: VenueIdentity?
    /// The venue's clock minus this host's.
    public var clockOffset = Nanoseconds.zero
    /// Told, a line each, what the operator should know; nil writes it to standard error.
    public var notice: (@Sendable (String) -> Void)?
    /// What the venue charges.
    public var fees = FeeSchedule.bybitBasePerpetual

    /// A synthetic BTCUSDT perpetual on a free port.
    public init() {}
}
