internal import Engine
internal import Lines
internal import Orders
internal import Units

/// What the venue says before a session trades.
struct VenueFacts {
    /// How far its clock is ahead of ours.
    var clock: VenueClock
    var instrument: Instrument
    var fees: FeeSchedule
    /// Our position; flat for spot, which has none.
    var position: VenuePosition
    /// What the engine is told of the position before its first order.
    var opening: AccountEvent { .found(position, in: instrument.id) }
    /// What the venue states of positions and coins: of each position where it would liquidate, and
    /// what the account is worth.
    var statements: [AccountStatement] = []
    /// What the wallet holds of the base coin, in spot; nil where the venue does not say.
    var baseBalance: Amount?
    /// The largest value of a position that the venue allows of the instrument; nil for unknown.
    var largestPosition: Amount?
    /// Orders at the venue that are not this session's. They are left alone.
    var foreignOrders: Int
}
