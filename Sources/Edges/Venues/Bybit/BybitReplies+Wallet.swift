public import Units
import Wire

extension BybitReplies {
    /// What the account holds.
    public struct WalletStatement: Hashable, Sendable {
        /// One coin of it.
        public struct Coin: Hashable, Sendable {
            /// The coin's name.
            public var name: String
            /// What it is worth with unrealised profit, in itself; nil where not stated.
            public var equity: Amount?
            /// What is there of it; nil where not stated, or more than can be counted.
            public var balance: Amount?
            /// The part that open spot orders hold; nil where not stated.
            public var locked: Amount?
        }

        /// All of it, in US dollars; nil where not stated.
        public var totalEquity: Amount?
        /// Coin by coin.
        public var coins: [Coin] = []
    }

    /// The unified account, from `account/wallet-balance`.
    public static func wallet(_ body: [UInt8]) throws(BybitReplyError) -> WalletStatement {
        try read(body) { (json) throws(DecodeError) in
            var wallet = WalletStatement()
            try json.forEachInList { (json) throws(DecodeError) in
                try json.openObject()
                while let key = try json.nextKey() {
                    if key.equals("totalEquity") {
                        wallet.totalEquity = try json.amountOrNone()
                    } else if key.equals("coin") {
                        try json.openArray()
                        while try json.nextElement() {
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
    fileprivate mutating func coin() throws(DecodeError) -> BybitReplies.WalletStatement.Coin {
        var coin = BybitReplies.WalletStatement.Coin(name: "", equity: nil)
        try openObject()
        while let key = try nextKey() {
            if key.equals("coin") {
                coin.name = try string().string
            } else if key.equals("equity") {
                coin.equity = try amountOrNone()
            } else if key.equals("walletBalance") {
                coin.balance = try amountOrNone()
            } else if key.equals("locked") {
                coin.locked = try amountOrNone()
            } else {
                try skipValue()
            }
        }
        if coin.name.isEmpty { throw error(.missingField) }
        return coin
    }

    /// An amount in a string, to 10⁻⁹; nil for the empty string, which says nothing, and for more
    /// than 9.2 × 10⁹ coins: of some there are trillions, and they must not hide the others.
    fileprivate mutating func amountOrNone() throws(DecodeError) -> Amount? {
        let text = try string()
        if text.isEmpty { return nil }
        do throws(DecodeError) {
            return try amount(of: text)
        } catch {
            if error.reason == .overflow { return nil }
            throw error
        }
    }
}
