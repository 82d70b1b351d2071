public import Orders
public import Units
import Wire

extension BybitReplies {
    /// What the account holds.
    public struct Wallet: Hashable, Sendable {
        /// One coin of it.
        public struct Coin: Hashable, Sendable {
            /// The coin's name.
            public var name: String
            /// What it is worth with unrealised profit, in itself; nil where not stated.
            public var equity: Amount?
            /// What is there of it; nil where not stated, or more than can be counted.
            public var balance: CoinAmount?
            /// The part that open spot orders hold; nil where not stated.
            public var locked: CoinAmount?
        }

        /// All of it, in US dollars; nil where not stated.
        public var totalEquity: Amount?
        /// Coin by coin.
        public var coins: [Coin] = []

        /// What concerns `instrument` of it, as stated at `time` of the venue's clock.
        public func statement(for instrument: Instrument, at time: Nanoseconds) -> WalletStatement {
            let quote = coins.first { $0.name == instrument.quoteCoin }
            // The whole account is stated in dollars, which these coins follow.
            let isInDollars = InstrumentTable.dollars.contains(instrument.quoteCoin)
            let whole = isInDollars ? totalEquity : nil
            return WalletStatement(
                instrument: instrument.id,
                equity: whole ?? quote?.equity,
                base: coins.first { $0.name == instrument.baseCoin }?.balance,
                statedAt: time
            )
        }
    }

    /// The unified account, from `account/wallet-balance`.
    public static func wallet(_ body: [UInt8]) throws(BybitReplyError) -> Wallet {
        try read(body) { (json) throws(DecodeError) in
            var wallet = Wallet()
            try json.forEachInList { (json) throws(DecodeError) in
                try json.openObject()
                while let key = try json.nextKey() {
                    if key.equals("totalEquity") {
                        wallet.totalEquity = try json.amountOrNone(of: try json.optionalText())
                    } else if key.equals("coin") {
                        guard try json.openList() else { continue }
                        while try json.nextEntry() {
                            guard wallet.coins.count < maxEntries else {
                                throw json.error(.tooMany)
                            }
                            wallet.coins.append(try json.coin())
                        }
                    } else {
                        try json.skipValue()
                    }
                }
            }
            return wallet
        }
    }
}

extension JSONScanner {
    fileprivate mutating func coin() throws(DecodeError) -> BybitReplies.Wallet.Coin {
        var coin = BybitReplies.Wallet.Coin(name: "", equity: nil)
        try openObject()
        while let key = try nextKey() {
            if key.equals("coin") {
                coin.name = try optionalText()?.string ?? ""
            } else if key.equals("equity") {
                coin.equity = try amountOrNone(of: try optionalText())
            } else if key.equals("walletBalance") {
                coin.balance = try coinAmountOrNone(of: try optionalText())
            } else if key.equals("locked") {
                coin.locked = try coinAmountOrNone(of: try optionalText())
            } else {
                try skipValue()
            }
        }
        if coin.name.isEmpty { throw error(.missingField) }
        return coin
    }
}
