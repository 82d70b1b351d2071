package import Simulation
package import Units

/// The truth of a loopback venue that has stopped: what an account's own books are held against.
package struct VenueBooks: Sendable {
    /// One market of the venue.
    package struct Desk: Sendable {
        /// What trades there.
        package let instrument: Instrument
        /// Every order it ever took, in the order they came.
        package let orders: [ExchangeOrder]
        /// Orders that came under a name that was taken.
        package let duplicates: Int
        /// Every fill of the account, oldest first.
        package let fills: [ExchangeFill]
        /// The account's signed position, in lots.
        package let position: Int64
    }

    /// Every market.
    package let desks: [Desk]
    /// How often each kind of fault befell somebody, by its words in a script.
    package let faults: [String: Int]

    init(_ floor: TradingFloor) {
        desks = floor.desks.map { desk in
            Desk(
                instrument: desk.instrument,
                orders: desk.exchange.orders,
                duplicates: desk.exchange.duplicates,
                fills: desk.fills,
                position: desk.netLots
            )
        }
        faults = floor.faults.fired
    }
}
