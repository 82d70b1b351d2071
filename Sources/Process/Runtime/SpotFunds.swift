internal import Orders
internal import Transport
internal import Units
internal import Venues

/// What the wallet holds of the two coins of a spot instrument.
struct SpotFunds {
    /// The coin that is bought and sold: all of it, and what no open order holds. Nil where the
    /// venue does not say.
    var base: CoinAmount?
    var freeBase: CoinAmount?
    /// What no open order holds of the coin it is paid in.
    var freeQuote: CoinAmount?
}

extension VenueInquiry {
    /// What the wallet holds for `instrument`.
    func funds(
        _ loop: inout EventLoop,
        _ instrument: Instrument
    ) throws(SessionError) -> SpotFunds {
        let coins = [instrument.baseCoin, instrument.quoteCoin]
        let body = try call(
            &loop,
            "wallet-balance",
            requests.wallet(coins: coins, at: stamp.now)
        )
        let wallet = try SessionError.reading("wallet-balance") { () throws(BybitReplyError) in
            try BybitReplies.wallet(body)
        }
        // A coin that the wallet does not list is one of which there is nothing.
        func balance(_ name: String) -> CoinAmount? {
            guard let coin = wallet.coins.first(where: { $0.name == name }) else { return .zero }
            return coin.balance
        }
        func free(_ name: String) -> CoinAmount? {
            let locked = wallet.coins.first { $0.name == name }?.locked
            return balance(name).map { $0 - (locked ?? .zero) }
        }
        return SpotFunds(
            base: balance(instrument.baseCoin),
            freeBase: free(instrument.baseCoin),
            freeQuote: free(instrument.quoteCoin)
        )
    }

    /// Refuses a spot parent whose coins are not there: child after child would be refused by the
    /// venue instead. A purchase is reckoned at its limit, or at the last price.
    func checkFunds(
        _ loop: inout EventLoop,
        _ funds: SpotFunds,
        _ order: Preparation,
        _ instrument: Instrument
    ) throws(SessionError) {
        if order.side == .sell {
            let needed = instrument.baseAmount(order.quantity)
            if let free = funds.freeBase, free < needed {
                throw .refused(SpotFunds.shortage(instrument.baseCoin, needed, free))
            }
            return
        }
        guard let free = funds.freeQuote else { return }
        var price = order.limit
        if price == nil, let last = try klines(&loop, minutes: 1).last?.close {
            let ticks = (last / instrument.tick.step).rounded(.up)
            if ticks >= 1 && ticks < 1e15 { price = Price(ticks: Int64(ticks)) }
        }
        guard let price else { return }
        let needed = CoinAmount(instrument.amount(Notional(price, order.quantity)))
        if free < needed {
            throw .refused(SpotFunds.shortage(instrument.quoteCoin, needed, free))
        }
    }
}

extension SpotFunds {
    fileprivate static func shortage(
        _ coin: String,
        _ needed: CoinAmount,
        _ free: CoinAmount
    ) -> String {
        "the parent needs \(needed.text(coin, rounding: .up)), and the wallet has "
            + "\(free.text(coin, rounding: .down)) free: deposit, or ask for less"
    }
}
