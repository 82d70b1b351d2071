public import Book
public import Units
import Wire

extension BybitReplies {
    /// The venue's time, from `market/time`.
    public static func serverTime(_ body: [UInt8]) throws(BybitReplyError) -> Nanoseconds {
        try read(body) { (json) throws(DecodeError) in
            var time: Int64?
            while let key = try json.nextKey() {
                if key.equals("timeNano") {
                    time = try json.steps(.whole)
                } else {
                    try json.skipValue()
                }
            }
            guard let time else { throw json.error(.missingField) }
            return Nanoseconds(time)
        }
    }

    /// The instrument `symbol`, known here as `id`, from `market/instruments-info`.
    public static func instrument(
        _ body: [UInt8],
        _ category: ProductCategory,
        symbol: String,
        id: InstrumentID
    ) throws(BybitReplyError) -> Instrument {
        let found: Instrument? = try read(body) { (json) throws(DecodeError) in
            var found: Instrument?
            try json.forEachInList { (json) throws(DecodeError) in
                let fields = try InstrumentFields(&json)
                if fields.symbol == symbol { found = try fields.instrument(category, id, json) }
            }
            return found
        }
        guard let found else { throw .unknownSymbol(symbol) }
        return found
    }

    /// The symbols that `market/instruments-info` lists.
    public static func symbols(_ body: [UInt8]) throws(BybitReplyError) -> [String] {
        try read(body) { (json) throws(DecodeError) in
            var symbols: [String] = []
            try json.forEachInList { (json) throws(DecodeError) in
                symbols.append(try InstrumentFields(&json).symbol)
            }
            return symbols
        }
    }

    /// Bars, oldest first, from `market/kline`. The last one may still be open.
    public static func klines(_ body: [UInt8]) throws(BybitReplyError) -> [Kline] {
        try read(body) { (json) throws(DecodeError) in
            var bars: [Kline] = []
            try json.forEachInList { (json) throws(DecodeError) in
                bars.append(try json.kline())
            }
            return bars.sorted { $0.start < $1.start }
        }
    }
}

/// The filters of one instrument, as text; the names differ between the product classes.
private struct InstrumentFields {
    var symbol = ""
    var status = ""
    var baseCoin = ""
    var quoteCoin = ""
    var tickSize = ""
    var minPrice = ""
    var maxPrice = ""
    var lotSize = ""
    var minQuantity = ""
    var maxQuantity = ""
    var maxLimitQuantity = ""
    var minNotional = ""

    init(_ json: inout JSONScanner) throws(DecodeError) {
        try json.openObject()
        while let key = try json.nextKey() {
            if key.equals("symbol") {
                symbol = try json.string().string
            } else if key.equals("status") {
                status = try json.string().string
            } else if key.equals("baseCoin") {
                baseCoin = try json.string().string
            } else if key.equals("quoteCoin") {
                quoteCoin = try json.string().string
            } else if key.equals("priceFilter") {
                try readPriceFilter(&json)
            } else if key.equals("lotSizeFilter") {
                try readLotFilter(&json)
            } else {
                try json.skipValue()
            }
        }
    }

    private mutating func readPriceFilter(_ json: inout JSONScanner) throws(DecodeError) {
        try json.openObject()
        while let key = try json.nextKey() {
            if key.equals("tickSize") {
                tickSize = try json.string().string
            } else if key.equals("minPrice") {
                minPrice = try json.string().string
            } else if key.equals("maxPrice") {
                maxPrice = try json.string().string
            } else {
                try json.skipValue()
            }
        }
    }

    private mutating func readLotFilter(_ json: inout JSONScanner) throws(DecodeError) {
        try json.openObject()
        while let key = try json.nextKey() {
            if key.equals("qtyStep") || key.equals("basePrecision") {
                lotSize = try json.string().string
            } else if key.equals("minOrderQty") {
                minQuantity = try json.string().string
            } else if key.equals("maxOrderQty") {
                maxQuantity = try json.string().string
            } else if key.equals("maxLimitOrderQty") {
                maxLimitQuantity = try json.string().string
            } else if key.equals("minNotionalValue") || key.equals("minOrderAmt") {
                minNotional = try json.string().string
            } else {
                try json.skipValue()
            }
        }
    }

    func instrument(
        _ category: ProductCategory,
        _ id: InstrumentID,
        _ json: JSONScanner
    ) throws(DecodeError) -> Instrument {
        guard let tick = DecimalScale(step: tickSize), let lot = DecimalScale(step: lotSize) else {
            throw json.error(.badNumber)
        }
        let ticks = DecimalSteps(tick)
        let lots = DecimalSteps(lot)
        // Spot states no price bounds; its minOrderQty is deprecated in favour of the amount.
        let lowest = minPrice.isEmpty ? 1 : try json.steps(minPrice, ticks)
        let highest = maxPrice.isEmpty ? 1 << 50 : try json.steps(maxPrice, ticks)
        let most = maxLimitQuantity.isEmpty ? maxQuantity : maxLimitQuantity
        let largest = try json.steps(most, lots)
        let smallest = category == .spot ? 1 : try json.steps(minQuantity, lots)
        guard lowest > 0, highest >= lowest, smallest > 0, largest >= smallest else {
            throw json.error(.outOfRange)
        }
        return Instrument(
            id: id,
            category: category,
            symbol: symbol,
            baseCoin: baseCoin,
            quoteCoin: quoteCoin,
            tick: tick,
            lot: lot,
            priceRange: Price(ticks: lowest)...Price(ticks: highest),
            quantityRange: Quantity(lots: smallest)...Quantity(lots: largest),
            minimumNotional: Amount(
                billionths: minNotional.isEmpty ? 0 : try json.steps(minNotional, .billionths)
            ),
            isTrading: status == "Trading"
        )
    }
}

extension JSONScanner {
    /// Calls `body` for each element of the `list` of the object that is entered.
    mutating func forEachInList(
        _ body: (inout JSONScanner) throws(DecodeError) -> Void
    ) throws(DecodeError) {
        var hasList = false
        while let key = try nextKey() {
            guard key.equals("list") else {
                try skipValue()
                continue
            }
            hasList = true
            try openArray()
            var count = 0
            while try nextElement() {
                guard count < BybitReplies.maxEntries else { throw error(.tooMany) }
                count += 1
                try body(&self)
            }
        }
        guard hasList else { throw error(.missingField) }
    }

    /// The steps in text that was copied out; an error where the scanner stands.
    fileprivate func steps(_ text: String, _ scale: DecimalSteps) throws(DecodeError) -> Int64 {
        let padded = Array(text.utf8) + [UInt8](repeating: 0, count: 8)
        let steps = padded.withUnsafeBufferPointer { bytes in
            try? scale.parse(bytes.baseAddress!, count: bytes.count - 8)
        }
        guard let steps else { throw error(.badNumber) }
        return steps
    }

    /// `["start","open","high","low","close","volume","turnover"]`
    fileprivate mutating func kline() throws(DecodeError) -> Kline {
        try openArray()
        guard try nextElement() else { throw error(.missingField) }
        let start = try milliseconds()
        let open = try modelValue()
        let high = try modelValue()
        let low = try modelValue()
        let close = try modelValue()
        let volume = try modelValue()
        let turnover = try modelValue()
        while try nextElement() { try skipValue() }
        return Kline(
            start: start,
            open: open,
            high: high,
            low: low,
            close: close,
            volume: volume,
            turnover: turnover
        )
    }

    /// The next element, a decimal in a string, as the nearest double: the one place where text
    /// from the venue becomes floating point, for models only.
    private mutating func modelValue() throws(DecodeError) -> Double {
        guard try nextElement() else { throw error(.missingField) }
        let text = try string()
        guard let value = Double(text.string), value.isFinite else {
            throw error(.badNumber, at: text)
        }
        return value
    }
}
