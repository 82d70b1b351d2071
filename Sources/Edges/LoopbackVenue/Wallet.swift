internal import Orders
internal import Simulation
internal import Units
internal import Wire

/// What the account holds in each coin.
///
///     linear   quote = deposit + what closed trades brought − fees
///     spot     quote = deposit − what was bought + what was sold − fees of sales,
///              base = deposit + what was bought − what was sold − fees of purchases
struct Wallet {
    /// One coin.
    struct Balance {
        var coin: String
        /// In billionths of the coin.
        var billionths: Int128
        /// What open positions that are settled in it would bring now, in billionths.
        var unrealised: Int128 = 0
    }

    /// The quote coin that the account starts with: ten million.
    static let deposit = Amount(billionths: 10_000_000 * 1_000_000_000)
    private(set) var balances: [Balance] = []

    /// What there is of a coin, without what open positions would bring.
    func balance(_ coin: String) -> Int128 {
        balances.first { $0.coin == coin }?.billionths ?? 0
    }

    /// Notes what open positions would bring of a coin that is there.
    mutating func addUnrealised(_ billionths: Int128, of coin: String) {
        guard let i = balances.firstIndex(where: { $0.coin == coin }) else { return }
        balances[i].unrealised += billionths
    }

    /// Adds to a coin's balance; a coin that was not there begins with zero.
    mutating func add(_ billionths: Int128, of coin: String) {
        if let i = balances.firstIndex(where: { $0.coin == coin }) {
            balances[i].billionths += billionths
        } else {
            balances.append(Balance(coin: coin, billionths: billionths))
        }
    }
}

extension TradingFloor {
    /// The account's wallet as its fills have made it.
    func wallet() -> Wallet {
        var wallet = Wallet()
        for coin in Set(desks.map(\.instrument.quoteCoin)).sorted() {
            let taken = withdrawn[coin] ?? .zero
            wallet.add(Int128((Wallet.deposit - taken).billionths), of: coin)
        }
        for desk in desks {
            let instrument = desk.instrument
            wallet.add(desk.cashBillionths, of: instrument.quoteCoin)
            if desk.market.category == .spot {
                let lot = Int128(instrument.lot.multiplier) * 1_000_000_000
                var held = Int128(desk.netLots) * lot
                for _ in 0..<instrument.lot.decimals { held /= 10 }
                held += Int128(desk.baseDeposit.billionths) - desk.baseFeeBillionths
                wallet.add(held, of: instrument.baseCoin)
            } else {
                // What is open is no cash: only what was closed is.
                for (i, position) in desk.positions.enumerated() {
                    let profit = desk.unrealisedProfit(i)
                    wallet.addUnrealised(Int128(profit.billionths), of: instrument.quoteCoin)
                    let entry = instrument.amount(Notional(tickLots: position.entryTickLots))
                    let sign: Int128 = position.lots < 0 ? -1 : 1
                    wallet.add(sign * Int128(entry.billionths), of: instrument.quoteCoin)
                }
            }
        }
        return wallet
    }

    /// `GET /v5/account/wallet-balance`.
    func walletBalance() -> ResultWriter {
        let wallet = wallet()
        return { out in
            out.append(#""list":["#)
            out.wallet(wallet)
            out.append("]")
        }
    }
}

extension ByteWriter {
    /// Appends a wallet as the topic and the REST list state it.
    mutating func wallet(_ wallet: Wallet) {
        let first = wallet.balances.first ?? Wallet.Balance(coin: "", billionths: 0)
        let quote = Amount(billionths: Int64(clamping: first.billionths))
        let unrealised = Amount(billionths: Int64(clamping: first.unrealised))
        append(#"{"accountType":"UNIFIED""#)
        member("totalEquity", quote + unrealised)
        member("totalWalletBalance", quote)
        member("totalMarginBalance", quote + unrealised)
        member("totalAvailableBalance", quote)
        member("totalPerpUPL", unrealised)
        append(#","totalInitialMargin":"0","totalMaintenanceMargin":"0""#)
        append(#","accountIMRate":"0","accountMMRate":"0","coin":["#)
        for (i, balance) in wallet.balances.enumerated() {
            append(i == 0 ? #"{"coin":""# : #",{"coin":""#)
            append(balance.coin)
            append("\"")
            let amount = CoinAmount(billionths: balance.billionths)
            let unrealised = CoinAmount(billionths: balance.unrealised)
            member("equity", amount + unrealised)
            member("walletBalance", amount)
            append(#","locked":"0","borrowAmount":"0","spotBorrow":"0""#)
            member("unrealisedPnl", unrealised)
            append(#","totalOrderIM":"0","totalPositionIM":"0","collateralSwitch":true}"#)
        }
        append("]}")
    }
}
