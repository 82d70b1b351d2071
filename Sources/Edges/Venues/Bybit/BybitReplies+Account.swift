public import Orders
public import Units
import Wire

extension BybitReplies {
    /// One page of a list of ours.
    public struct Page<Entry: Sendable>: Sendable {
        /// What is ours, in the reply's order.
        public var entries: [Entry] = []
        /// How many entries are not of this session.
        public var foreign = 0
        /// What asks for the next page; empty on the last.
        public var cursor = ""
        /// When the newest entry of a list of fills was matched, ours or not; zero where none says.
        public var newest = Nanoseconds.zero
    }

    /// The account's fees for `symbol`, from `account/fee-rate`; a rate finer than we count is
    /// rounded to the dearer side.
    public static func feeRate(
        _ body: [UInt8],
        symbol: String
    ) throws(BybitReplyError) -> FeeSchedule {
        let found: FeeSchedule? = try read(body) { (json) throws(DecodeError) in
            let rate = DecimalSteps(DecimalScale(multiplier: 1, decimals: 8))
            var found: FeeSchedule?
            try json.forEachInList { (json) throws(DecodeError) in
                var isWanted = false
                var maker: Int64?
                var taker: Int64?
                try json.openObject()
                while let key = try json.nextKey() {
                    if key.equals("symbol") {
                        isWanted = try json.optionalText()?.string == symbol
                    } else if key.equals("makerFeeRate") {
                        maker = try json.optionalSteps(rate, .up)
                    } else if key.equals("takerFeeRate") {
                        taker = try json.optionalSteps(rate, .up)
                    } else {
                        try json.skipValue()
                    }
                }
                guard isWanted else { return }
                guard let maker, let taker else { throw json.error(.missingField) }
                found = FeeSchedule(makerRateE8: maker, takerRateE8: taker)
            }
            return found
        }
        guard let found else { throw .unknownSymbol(symbol) }
        return found
    }

    /// Orders of this session, from `order/realtime`.
    ///
    /// - Parameter named: what is ours though an entry has lost its name, by the venue's own ids.
    public static func orders(
        _ body: [UInt8],
        _ instruments: [Instrument],
        _ session: SessionPrefix,
        named: [ExternalID: ChildID] = [:]
    ) throws(BybitReplyError) -> Page<OrderUpdate> {
        try page(body, instruments) { (json, table, category) throws(DecodeError) in
            var fields = try OrderFields(&json)
            // The REST list states its category once, outside.
            if fields.category == nil { fields.category = category }
            if fields.linkID == nil, let child = named[fields.orderID] {
                return try fields.update(table, of: child, json)
            }
            return try fields.update(table, session, json)
        }
    }

    /// Fills of this session, newest first, from `execution/list`.
    ///
    /// - Parameter named: what is ours though an entry has lost its name, by the venue's own ids.
    public static func executions(
        _ body: [UInt8],
        _ instruments: [Instrument],
        _ session: SessionPrefix,
        named: [ExternalID: ChildID] = [:]
    ) throws(BybitReplyError) -> Page<Execution> {
        var newest = Nanoseconds.zero
        var page = try page(body, instruments) {
            (json, table, category) throws(DecodeError) -> Execution? in
            var fields = try ExecutionFields(&json)
            if fields.category == nil { fields.category = category }
            if let text = fields.time, let time = try? json.milliseconds(of: text) {
                newest = max(newest, time)
            }
            guard fields.isTrade else { return nil }
            if fields.linkID == nil, let child = named[fields.orderID] {
                return try fields.execution(table, of: child, json)
            }
            return try fields.execution(table, session, json)
        }
        page.newest = newest
        return page
    }

    private static func page<Entry>(
        _ body: [UInt8],
        _ instruments: [Instrument],
        _ entry: (inout JSONScanner, borrowing InstrumentTable, JSONText?) throws(DecodeError)
            -> Entry?
    ) throws(BybitReplyError) -> Page<Entry> {
        let table = InstrumentTable(instruments)
        return try read(body) { (json) throws(DecodeError) in
            var page = Page<Entry>()
            var category: JSONText?
            var listOffset: Int?
            while let key = try json.nextKey() {
                if key.equals("category") {
                    category = try json.optionalText()
                } else if key.equals("nextPageCursor") {
                    page.cursor = try json.optionalText()?.string ?? ""
                } else if key.equals("list") {
                    listOffset = json.offset
                    try json.skipValue()
                } else {
                    try json.skipValue()
                }
            }
            guard let listOffset else { return page }
            json.rewind(to: listOffset)
            guard try json.openList() else { return page }
            while try json.nextEntry() {
                guard page.entries.count + page.foreign < maxEntries else {
                    throw json.error(.tooMany)
                }
                if let found = try entry(&json, table, category) {
                    page.entries.append(found)
                } else {
                    page.foreign += 1
                }
            }
            return page
        }
    }
}

extension [ExternalID: ChildID] {
    /// The child that the venue calls `text`.
    fileprivate subscript(text: JSONText?) -> ChildID? {
        guard let text, let id = ExternalID(text.bytes), !id.isEmpty else { return nil }
        return self[id]
    }
}
