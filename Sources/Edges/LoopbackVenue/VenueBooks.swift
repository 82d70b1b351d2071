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
        /// What the account held before its first fill, and what it holds: signed lots by the index
        /// of the position.
        package let opening: [Int64]
        package let positions: [Int64]
        /// By how much the wallet moved: the base coin in spot, and the quote coin without what
        /// open positions are worth; in billionths.
        package let baseMoved: Int128
        package let quoteMoved: Int128
        /// What each fill cost in the base coin, by its number; nil where it was paid in the quote.
        package let baseFees: [Int64: CoinAmount]

        /// The ids of the last public prints, oldest first.
        package let prints: [String]

        init(_ desk: MarketDesk, _ wallet: Wallet, _ names: VenueNames) {
            instrument = desk.instrument
            orders = desk.exchange.orders
            duplicates = desk.exchange.duplicates
            fills = desk.fills
            opening = desk.opening.legs
            positions = desk.positions.map(\.lots)
            func balance(_ coin: String) -> Int128 {
                wallet.balances.first { $0.coin == coin }?.billionths ?? 0
            }
            baseMoved = balance(instrument.baseCoin) - Int128(desk.baseDeposit.billionths)
            quoteMoved = balance(instrument.quoteCoin) - Int128(Wallet.deposit.billionths)
            var baseFees: [Int64: CoinAmount] = [:]
            for fill in desk.fills { baseFees[fill.number] = desk.baseFee(fill) }
            self.baseFees = baseFees
            prints = desk.recentPrints.map { entry in
                switch entry.print.source {
                case .feed(let id): id.text
                case .fill(let number): names.fill(number, desk: desk.index)
                }
            }
        }
    }

    /// Every market.
    package let desks: [Desk]
    /// Requests of orders beyond the rate, which were refused.
    package let tooMany: Int
    /// How often each kind of fault struck, by its words in a script.
    package let faults: [String: Int]

    init(_ floor: TradingFloor) {
        let wallet = floor.wallet()
        desks = floor.desks.map { Desk($0, wallet, floor.names) }
        tooMany = floor.meter.refused
        faults = floor.faults.fired
    }
}
