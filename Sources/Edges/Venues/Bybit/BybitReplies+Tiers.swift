public import Units
import Wire

extension BybitReplies {
    /// One risk tier: how large a position may be, and what it takes.
    public struct RiskTier: Hashable, Sendable {
        /// The largest value of a position, in the settlement coin.
        public var limit: Amount
        /// The largest leverage, in hundredths.
        public var maxLeveragePercent: Int64
        /// Share of the value that is margin from the start. Unit: 10⁻⁹.
        public var initialMarginE9: Int64
        /// Share of the value that is margin at the least. Unit: 10⁻⁹.
        public var maintenanceMarginE9: Int64
    }

    /// One funding rate that was paid.
    public struct FundingRate: Hashable, Sendable {
        /// What longs paid to shorts. Unit: 10⁻⁹ of the position's value.
        public var rateE9: Int64
        /// When.
        public var at: Nanoseconds
    }

    /// How the venue protects a product class when we are gone.
    public struct DisconnectProtection: Hashable, Sendable {
        /// "SPOT", "DERIVATIVES", "OPTIONS".
        public var product: String
        /// Whether it cancels our orders.
        public var isOn: Bool
        /// After how long.
        public var window: Nanoseconds
    }

    /// The tiers of `symbol` on one page of `market/risk-limit`, in the reply's order; `nextPage`
    /// tells where it goes on.
    public static func riskTiers(
        _ body: [UInt8],
        symbol: String
    ) throws(BybitReplyError) -> [RiskTier] {
        try read(body) { (json) throws(DecodeError) in
            var tiers: [RiskTier] = []
            try json.forEachInList { (json) throws(DecodeError) in
                if let tier = try json.riskTier(symbol) { tiers.append(tier) }
            }
            return tiers
        }
    }

    /// Past funding rates of `symbol`, newest first, from `market/funding/history`.
    public static func fundingHistory(
        _ body: [UInt8],
        symbol: String
    ) throws(BybitReplyError) -> [FundingRate] {
        try read(body) { (json) throws(DecodeError) in
            var rates: [FundingRate] = []
            try json.forEachInList { (json) throws(DecodeError) in
                let fields = try json.texts("symbol", "fundingRate", "fundingRateTimestamp")
                guard fields.0.string == symbol else { return }
                guard let rate = fields.1, let time = fields.2 else {
                    throw json.error(.missingField)
                }
                rates.append(
                    FundingRate(
                        rateE9: try json.amount(of: rate).billionths,
                        at: try json.milliseconds(of: time)
                    )
                )
            }
            return rates
        }
    }

    /// What the venue does when we are gone, from `account/query-dcp-info`. Accounts without the
    /// service have no entries.
    public static func disconnectProtection(
        _ body: [UInt8]
    ) throws(BybitReplyError) -> [DisconnectProtection] {
        try read(body) { (json) throws(DecodeError) in
            var found: [DisconnectProtection] = []
            while let key = try json.nextKey() {
                guard key.equals("dcpInfos") else {
                    try json.skipValue()
                    continue
                }
                guard try json.openList() else { continue }
                while try json.nextEntry() {
                    guard found.count < maxEntries else { throw json.error(.tooMany) }
                    let fields = try json.texts("product", "dcpStatus", "timeWindow")
                    var seconds: Int64 = 0
                    if let window = fields.2 { seconds = try json.steps(of: window, .whole) }
                    guard (0...86_400).contains(seconds) else { throw json.error(.outOfRange) }
                    found.append(
                        DisconnectProtection(
                            product: fields.0.string,
                            isOn: fields.1?.equals("ON") ?? false,
                            window: .seconds(seconds)
                        )
                    )
                }
            }
            return found
        }
    }

    /// The account's margin mode ("REGULAR_MARGIN", "ISOLATED_MARGIN", "PORTFOLIO_MARGIN"), from
    /// `account/info`.
    public static func marginMode(_ body: [UInt8]) throws(BybitReplyError) -> String {
        try read(body) { (json) throws(DecodeError) in
            var mode: String?
            while let key = try json.nextKey() {
                if key.equals("marginMode") {
                    mode = try json.optionalText()?.string
                } else {
                    try json.skipValue()
                }
            }
            guard let mode else { throw json.error(.missingField) }
            return mode
        }
    }

    /// What asks for the next page of a list; empty on the last.
    public static func nextPage(_ body: [UInt8]) throws(BybitReplyError) -> String {
        try read(body) { (json) throws(DecodeError) in try json.cursor() }
    }
}

extension JSONScanner {
    /// The `nextPageCursor` of the object that is entered; empty where there is none.
    fileprivate mutating func cursor() throws(DecodeError) -> String {
        var cursor = ""
        while let key = try nextKey() {
            if key.equals("nextPageCursor") {
                cursor = try optionalText()?.string ?? ""
            } else {
                try skipValue()
            }
        }
        return cursor
    }

    /// Three texts of the object that comes next, the first of which must be said.
    fileprivate mutating func texts(
        _ a: StaticString,
        _ b: StaticString,
        _ c: StaticString
    ) throws(DecodeError) -> (JSONText, JSONText?, JSONText?) {
        var found: (JSONText?, JSONText?, JSONText?)
        try openObject()
        while let key = try nextKey() {
            if key.equals(a) {
                found.0 = try optionalText()
            } else if key.equals(b) {
                found.1 = try optionalText()
            } else if key.equals(c) {
                found.2 = try optionalText()
            } else {
                try skipValue()
            }
        }
        guard let first = found.0 else { throw error(.missingField) }
        return (first, found.1, found.2)
    }

    /// One row of the risk limits; nil when it is of another symbol.
    fileprivate mutating func riskTier(
        _ symbol: String
    ) throws(DecodeError) -> BybitReplies.RiskTier? {
        var name: JSONText?
        var limit: Int64?
        var leverage: Int64?
        var initial: Int64?
        var maintenance: Int64?
        try openObject()
        while let key = try nextKey() {
            if key.equals("symbol") {
                name = try optionalText()
            } else if key.equals("riskLimitValue") {
                limit = try optionalSteps(.billionths, .down)
            } else if key.equals("maxLeverage") {
                let scale = DecimalSteps(DecimalScale(multiplier: 1, decimals: 2))
                leverage = try optionalSteps(scale, .down)
            } else if key.equals("initialMargin") {
                initial = try optionalSteps(.billionths, .up)
            } else if key.equals("maintenanceMargin") {
                maintenance = try optionalSteps(.billionths, .up)
            } else {
                try skipValue()
            }
        }
        guard let name else { throw error(.missingField) }
        guard name.string == symbol else { return nil }
        guard let limit, let leverage, let initial, let maintenance else {
            throw error(.missingField)
        }
        return BybitReplies.RiskTier(
            limit: Amount(billionths: limit),
            maxLeveragePercent: leverage,
            initialMarginE9: initial,
            maintenanceMarginE9: maintenance
        )
    }
}
