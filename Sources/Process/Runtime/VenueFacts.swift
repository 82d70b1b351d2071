internal import Engine
internal import Lines
internal import Orders
internal import Units
internal import Venues

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
    var baseBalance: CoinAmount?
    /// The largest value of a position that the venue allows of the instrument; nil for unknown.
    var largestPosition: Amount?
    /// What the account did earlier on the day; nil where no limit asks for it.
    var today: EarlierDay?
    /// Orders at the venue that are not this session's. They are left alone.
    var foreignOrders: Int
    /// Other sessions of Sluice whose names some of them bear.
    var foreignSessions: [SessionPrefix] = []
    /// Where the faults come from that the venue makes for a rehearsal; nil for none.
    var plannedFaults: String?
}

extension VenueFacts {
    /// What a person should know of open orders that other sessions of Sluice seem to have left;
    /// nil when there are none.
    var strayText: String? {
        guard !foreignSessions.isEmpty else { return nil }
        let names = foreignSessions.map { "\($0.text)-…" }.joined(separator: ", ")
        return "open orders in \(instrument.symbol) are named like those of another session "
            + "(\(names)): it may be at work, or a crash left them. With its journal `sluice recover` "
            + "takes them off; without one, cancel them at the venue. They are left alone here"
    }
}
