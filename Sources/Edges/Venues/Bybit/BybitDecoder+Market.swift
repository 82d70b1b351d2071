import Book
import Units
import Wire

extension BybitDecoder {
    /// What a depth message's `data` says apart from the levels, which lie in `bids` and `asks`.
    struct DepthData: BitwiseCopyable {
        var bidCount = 0
        var askCount = 0
        var u: Int64 = 0
        var seq: Int64 = 0
    }

    /// `{"s":…,"b":[[price,size],…],"a":[…],"u":…,"seq":…}`
    mutating func decodeDepth(
        _ topic: Topic,
        _ json: inout JSONScanner
    ) throws(DecodeError) -> DepthData {
        let entry = instruments[topic.instrument]
        var data = DepthData()
        var sequence: Int64?
        try json.openObject()
        while let key = try json.nextKey() {
            if key.equals("b") {
                data.bidCount = try decodeLevels(bids, entry, &json)
            } else if key.equals("a") {
                data.askCount = try decodeLevels(asks, entry, &json)
            } else if key.equals("u") {
                sequence = try json.optionalInteger()
            } else if key.equals("seq") {
                data.seq = try json.optionalInteger() ?? 0
            } else if key.equals("s") {
                guard let symbol = try json.optionalText() else { continue }
                guard instruments.index(symbol.bytes) == topic.instrument else {
                    throw json.error(.unknownSymbol, at: symbol)
                }
            } else {
                try json.skipValue()
            }
        }
        guard let sequence else { throw json.error(.missingField) }
        data.u = sequence
        return data
    }

    /// `[["61800.20","2.862"],…]`
    private mutating func decodeLevels(
        _ levels: UnsafeMutablePointer<LevelChange>,
        _ entry: InstrumentTable.Entry,
        _ json: inout JSONScanner
    ) throws(DecodeError) -> Int {
        var count = 0
        guard try json.openList() else { return 0 }
        while try json.nextElement() {
            guard count < BybitDecoder.levelCapacity else { throw json.error(.tooMany) }
            try json.openArray()
            guard try json.nextElement() else { throw json.error(.missingField) }
            let ticks = try levelTicks(entry, &json)
            guard try json.nextElement() else { throw json.error(.missingField) }
            let lots = try levelLots(entry, &json)
            guard try !json.nextElement() else { throw json.error(.tooMany) }
            guard let ticks else { continue }
            levels[count] = LevelChange(ticks: ticks, lots: lots)
            count &+= 1
        }
        return count
    }

    /// `[{"T":…,"s":…,"S":"Buy","v":…,"p":…,"i":…,"BT":…,"RPI":…,"seq":…},…]`
    mutating func decodeTrades(
        _ topic: Topic,
        _ json: inout JSONScanner
    ) throws(DecodeError) -> Int {
        let entry = instruments[topic.instrument]
        var count = 0
        var lost: Int64 = 0
        var first: DecodeError?
        guard try json.openList() else { return 0 }
        while try json.nextEntry() {
            guard count < BybitDecoder.tradeCapacity else { throw json.error(.tooMany) }
            let start = json.offset
            do throws(DecodeError) {
                trades[count] = try decodeTrade(topic, entry, &json)
                count &+= 1
            } catch {
                guard isLenient else { throw error }
                json.rewind(to: start)
                try json.skipValue()
                first = first ?? error
                lost &+= 1
            }
        }
        if let first, count == 0 { throw first }
        unreadablePrintCount &+= lost
        return count
    }

    private mutating func decodeTrade(
        _ topic: Topic,
        _ entry: InstrumentTable.Entry,
        _ json: inout JSONScanner
    ) throws(DecodeError) -> Trade {
        var price: Int64?
        var lots: Int64?
        var isOffStep = false
        var side: Side?
        var matchedAt: Nanoseconds?
        var isBlock = false
        var isRPI = false
        var seq: Int64 = 0
        var id = ExternalID.none
        try json.openObject()
        while let key = try json.nextKey() {
            if key.equals("p") {
                price = try printSteps(entry.tick, least: 1, &isOffStep, &json)
            } else if key.equals("v") {
                lots = try printSteps(entry.lot, least: 0, &isOffStep, &json)
            } else if key.equals("S") {
                side = try json.side()
            } else if key.equals("T") {
                matchedAt = try json.milliseconds()
            } else if key.equals("BT") {
                isBlock = try json.optionalBool() ?? false
            } else if key.equals("RPI") {
                isRPI = try json.optionalBool() ?? false
            } else if key.equals("seq") {
                seq = try json.optionalInteger() ?? 0
            } else if key.equals("i") {
                id = try json.externalID()
            } else if key.equals("s") {
                guard let symbol = try json.optionalText() else { continue }
                guard instruments.index(symbol.bytes) == topic.instrument else {
                    throw json.error(.unknownSymbol, at: symbol)
                }
            } else {
                try json.skipValue()
            }
        }
        guard let price, let lots, let side, let matchedAt else { throw json.error(.missingField) }
        if isOffStep { offStepPrintCount &+= 1 }
        return Trade(
            price: Price(ticks: price),
            quantity: Quantity(lots: lots),
            aggressor: side,
            isBlock: isBlock,
            isRPI: isRPI,
            matchedAt: matchedAt,
            crossSequence: seq,
            id: id
        )
    }

    /// `{"symbol":…,"buyLmt":…,"sellLmt":…}`
    func decodeBounds(
        _ topic: Topic,
        _ json: inout JSONScanner
    ) throws(DecodeError) -> PriceBounds {
        let entry = instruments[topic.instrument]
        try json.openObject()
        let fields = try PriceBoundFields(&json)
        if let symbol = fields.symbol, instruments.index(symbol.bytes) != topic.instrument {
            throw json.error(.unknownSymbol, at: symbol)
        }
        return try fields.bounds(entry.id, entry.tick, json)
    }

    /// The ticker fields that matter; one that is unsaid is unchanged.
    func decodeTicker(
        _ topic: Topic,
        _ json: inout JSONScanner
    ) throws(DecodeError) -> TickerUpdate {
        var update = TickerUpdate(
            instrument: instruments[topic.instrument].id,
            publishedAt: .zero
        )
        try json.openObject()
        while let key = try json.nextKey() {
            if key.equals("markPrice") {
                update.markPrice = try json.optionalAmount()
            } else if key.equals("indexPrice") || key.equals("usdIndexPrice") {
                update.indexPrice = try json.optionalAmount()
            } else if key.equals("lastPrice") {
                update.lastPrice = try json.optionalAmount()
            } else if key.equals("fundingRate") {
                update.fundingRateE9 = try json.optionalAmount()?.billionths
            } else if key.equals("nextFundingTime") {
                update.nextFundingAt = try json.optionalMilliseconds()
            } else {
                try json.skipValue()
            }
        }
        return update
    }
}

extension JSONScanner {
    /// "Buy" or "Sell".
    mutating func side() throws(DecodeError) -> Side {
        let text = try string()
        if text.equals("Buy") { return .buy }
        if text.equals("Sell") { return .sell }
        throw error(.badWord, at: text)
    }
}
