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
                    time = try json.optionalInteger()
                } else {
                    try json.skipValue()
                }
            }
            guard let time else { throw json.error(.missingField) }
            guard (0...BybitDecoder.timeLimit).contains(time) else { throw json.error(.overflow) }
            return Nanoseconds(time)
        }
    }

    /// Where the faults come from that a venue for rehearsals makes, from its `market/time`; nil
    /// where it says nothing of any, as Bybit's own.
    public static func plannedFaults(_ body: [UInt8]) -> String? {
        try? read(body) { (json) throws(DecodeError) in
            var text: String?
            while let key = try json.nextKey() {
                if key.equals("faults") {
                    text = try json.optionalText()?.string
                } else {
                    try json.skipValue()
                }
            }
            return text
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
                guard fields.symbol?.string == symbol else { return }
                found = try fields.instrument(category, symbol, id, json)
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
                let symbol = try InstrumentFields(&json).symbol
                if let symbol { symbols.append(symbol.string) }
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

extension JSONScanner {
    /// Calls `body` for each entry of the `list` of the object that is entered; an unsaid list is
    /// empty.
    mutating func forEachInList(
        _ body: (inout JSONScanner) throws(DecodeError) -> Void
    ) throws(DecodeError) {
        while let key = try nextKey() {
            guard key.equals("list") else {
                try skipValue()
                continue
            }
            guard try openList() else { continue }
            var count = 0
            while try nextEntry() {
                guard count < BybitReplies.maxEntries else { throw error(.tooMany) }
                count += 1
                try body(&self)
            }
        }
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

    /// The next element, a decimal in a string, as the nearest double, zero where it is unsaid: the
    /// one place where text from the venue becomes floating point, for models only.
    private mutating func modelValue() throws(DecodeError) -> Double {
        guard try nextElement() else { throw error(.missingField) }
        guard let text = try optionalText() else { return 0 }
        guard let value = Double(text.string), value.isFinite else {
            throw error(.badNumber, at: text)
        }
        return value
    }
}
