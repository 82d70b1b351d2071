import Book
import Orders
public import Units
import Wire

/// Turns one connection's text frames into events: ticks, lots, child ids, nanoseconds.
///
/// Public, private and trade sockets alike. Every message is validated whole, whatever the order
/// of its fields, before anything of it is handed out; what is wrong comes back as
/// `.malformed`, never as a trap.
///
/// All memory is taken at the start: 2,048 levels a side, 1,024 trades, 256 order events, 64
/// statements, 64 KiB for the shapes of levels and 256 bytes for each instrument's topics, about
/// 260 KiB a decoder.
public struct BybitDecoder: ~Copyable {
    /// Level changes a side in one message: a thousand levels may all leave for a thousand others.
    public static let levelCapacity = 2_048
    /// Trades in one message, as the venue promises.
    public static let tradeCapacity = 1_024
    /// Orders or fills in one message.
    public static let orderCapacity = 256
    /// Positions of ours, or wallets times instruments, in one message.
    public static let statementCapacity = 64

    let instruments: InstrumentTable
    let session: SessionPrefix
    let returnCodes = BybitReturnCode.Index.shared
    let bids: UnsafeMutablePointer<LevelChange>
    let asks: UnsafeMutablePointer<LevelChange>
    let trades: UnsafeMutablePointer<Trade>
    let orders: UnsafeMutablePointer<OrderEvent>
    let statements: UnsafeMutablePointer<AccountStatement>
    /// The depth of the book that was asked for; nil for any.
    private let depth: Int32?
    /// Whether what is off the steps, and a print that cannot be read, costs itself alone.
    let isLenient: Bool
    /// What the message under way is of, if its loss costs nothing else.
    private var subject: BybitSubject?
    var batches = BatchesUnderWay()
    let batchCodes: UnsafeMutablePointer<Int64>
    var depthTopics: DepthTopics
    let levelShapes: UnsafeMutableRawPointer
    /// What the last reply said of the venue's clock, where it refused a time stamp; its taker
    /// clears it.
    public var stampRefusal: StampRefusal?
    /// Orders and fills of others since the start.
    public internal(set) var foreignCount: Int64 = 0
    /// Executions that are no trade (funding, settlement) since the start.
    public internal(set) var otherExecutionCount: Int64 = 0
    /// Those of them that move a position in one of our instruments: liquidation, deleveraging,
    /// settlement, everything but funding.
    public internal(set) var strangeMoveCount: Int64 = 0
    /// Positions in other instruments and wallets of other accounts since the start.
    public private(set) var foreignStatementCount: Int64 = 0
    /// Statements of the account that could not be read since the start.
    public private(set) var unreadableStatementCount: Int64 = 0
    /// Prints, or whole messages of them, that could not be read since the start.
    public internal(set) var unreadablePrintCount: Int64 = 0
    /// Levels off the price step, which were passed over, and quantities off theirs, which were
    /// rounded down, since the start; where that is borne.
    public internal(set) var offStepLevelCount: Int64 = 0
    /// Prints of a price or quantity off the step, which was rounded down, likewise.
    public internal(set) var offStepPrintCount: Int64 = 0
    /// Tickers and price bounds that could not be read since the start.
    public private(set) var unreadableTickerCount: Int64 = 0
    /// Valid messages that nobody asked for since the start: unknown topics and operations, and
    /// what is no object.
    public internal(set) var unaskedCount: Int64 = 0

    /// Messages that took the general path since the start: all but depth messages in the venue's
    /// usual shape, and each topic's first.
    public internal(set) var generalCount: Int64 = 0

    /// A decoder for one connection.
    ///
    /// - Parameters:
    ///   - instruments: what the connection may name. Public sockets carry one category, so give
    ///     only that: spot and linear share symbols.
    ///   - session: tells our orders from others'.
    ///   - depth: of the book that was asked for; nil where any is welcome.
    ///   - isLenient: whether a level or print off the instrument's steps, and a print that cannot
    ///     be read, costs itself alone, as it should in a living market; else the whole message.
    public init(
        instruments: [Instrument],
        session: SessionPrefix,
        depth: Int? = nil,
        isLenient: Bool = false
    ) {
        self.isLenient = isLenient
        self.instruments = InstrumentTable(instruments)
        self.session = session
        self.depth = depth.map { Int32(clamping: $0) }
        depthTopics = DepthTopics(instrumentCount: instruments.count)
        levelShapes = BybitDecoder.makeLevelShapes()
        bids = .allocate(capacity: BybitDecoder.levelCapacity)
        asks = .allocate(capacity: BybitDecoder.levelCapacity)
        trades = .allocate(capacity: BybitDecoder.tradeCapacity)
        orders = .allocate(capacity: BybitDecoder.orderCapacity)
        statements = .allocate(capacity: BybitDecoder.statementCapacity)
        batchCodes = .allocate(capacity: BybitEncoder.batchCount)
    }

    deinit {
        bids.deallocate()
        asks.deallocate()
        trades.deallocate()
        orders.deallocate()
        statements.deallocate()
        batchCodes.deallocate()
        levelShapes.deallocate()
    }

    /// What `payload` says.
    ///
    /// - Precondition: 64 bytes past the payload's end are readable; their content does not matter.
    public mutating func decode(_ payload: UnsafeRawBufferPointer) -> BybitMessage {
        if let message = decodeFastDepth(payload) { return message }
        generalCount &+= 1
        do {
            return try decodeGeneral(payload)
        } catch {
            switch subject {
            case nil: return .malformed(error)
            case .statement?: unreadableStatementCount &+= 1
            case .prints?: unreadablePrintCount &+= 1
            case .ticker?: unreadableTickerCount &+= 1
            }
            return subject.map { .unreadable($0, error) } ?? .malformed(error)
        }
    }

    /// Counts a message that nobody asked for.
    mutating func passOver() -> BybitMessage {
        unaskedCount &+= 1
        return .ignored
    }

    /// Counts a message that came where nobody asked for it: orders among market data, say.
    public mutating func noteUnasked() { unaskedCount &+= 1 }

    /// The path for every shape: fields in any order, unknown ones passed over.
    mutating func decodeGeneral(
        _ payload: UnsafeRawBufferPointer
    ) throws(DecodeError) -> BybitMessage {
        var json = JSONScanner(payload)
        var envelope = Envelope()
        var topic: Topic?
        var dataOffset: Int?
        var data = Data.none
        subject = nil
        guard try json.kind() == .object else {
            try json.skipValue()
            try json.finish()
            return passOver()
        }
        try json.openObject()
        while let key = try json.nextKey() {
            if key.equals("topic") {
                topic = try json.optionalText().map { asked(Topic($0, instruments)) }
                subject = topic?.subject
            } else if key.equals("type") {
                envelope.type = try json.optionalText()
            } else if key.equals("ts") {
                envelope.ts = try json.optionalMilliseconds()
            } else if key.equals("cts") {
                envelope.cts = try json.optionalMilliseconds() ?? .zero
            } else if key.equals("data") {
                if let topic {
                    data = try decodeData(topic, &json)
                } else {
                    // A control reply's data, or data before its topic: come back when it is known.
                    dataOffset = json.offset
                    try json.skipValue()
                }
            } else if subject == .statement && key.equals("creationTime") {
                envelope.createdAt = try json.optionalMilliseconds() ?? .zero
            } else if try !envelope.reply.take(key, &json) {
                try json.skipValue()
            }
        }
        try json.finish()
        guard let topic else {
            return try decodeReply(envelope.reply, dataOffset, &json)
        }
        if case .none = data, let dataOffset {
            json.rewind(to: dataOffset)
            data = try decodeData(topic, &json)
        }
        return try message(topic, envelope, data, json)
    }

    /// The topic, or one of no use where it is of a depth that nobody asked for.
    private func asked(_ topic: Topic) -> Topic {
        guard topic.kind == .depth, let depth, topic.depth != depth else { return topic }
        var other = topic
        other.kind = .other
        return other
    }

    /// A message's fields outside `data`.
    struct Envelope {
        var type: JSONText?
        var ts: Nanoseconds?
        var cts = Nanoseconds.zero
        /// Of a statement of the account.
        var createdAt = Nanoseconds.zero
        var reply = ReplyFields()
    }

    /// What `data` held.
    enum Data {
        case none
        case depth(DepthData)
        case trades(count: Int)
        case ticker(TickerUpdate)
        case bounds(PriceBounds)
        case orders(count: Int, foreign: Int)
        case statements(count: Int, foreign: Int)
        case ignored
    }

    private mutating func decodeData(
        _ topic: Topic,
        _ json: inout JSONScanner
    ) throws(DecodeError) -> Data {
        switch topic.kind {
        case .depth: return .depth(try decodeDepth(topic, &json))
        case .trades: return .trades(count: try decodeTrades(topic, &json))
        case .ticker: return .ticker(try decodeTicker(topic, &json))
        case .bounds: return .bounds(try decodeBounds(topic, &json))
        case .orders: return try decodeOrders(&json)
        case .executions: return try decodeExecutions(&json, isFast: false)
        case .fastExecutions: return try decodeExecutions(&json, isFast: true)
        case .positions: return try decodePositions(&json)
        case .wallet: return try decodeWallets(&json)
        case .other:
            try json.skipValue()
            return .ignored
        }
    }

    private mutating func message(
        _ topic: Topic,
        _ envelope: Envelope,
        _ data: Data,
        _ json: JSONScanner
    ) throws(DecodeError) -> BybitMessage {
        switch data {
        case .none:
            switch topic.kind {
            case .depth, .ticker, .bounds: throw json.error(.missingField)
            case .other: return passOver()
            // A list that is not there is an empty one.
            case .trades, .orders, .executions, .fastExecutions, .positions, .wallet:
                return .ignored
            }
        case .ignored: return passOver()
        case .orders(let count, let foreign):
            foreignCount &+= Int64(foreign)
            if count == 0 { return foreign > 0 ? .foreign(foreign) : .ignored }
            return .orders(UnsafeBufferPointer(start: orders, count: count))
        case .statements(let count, let foreign):
            foreignStatementCount &+= Int64(foreign)
            if count == 0 { return .ignored }
            date(count, at: envelope.createdAt)
            return .account(UnsafeBufferPointer(start: statements, count: count))
        case .trades(0): return .ignored
        case .trades(let count):
            guard let ts = envelope.ts else { throw json.error(.missingField) }
            return .market(
                .trades(
                    TradeBatch(
                        instrument: instruments[topic.instrument].id,
                        publishedAt: ts,
                        trades: UnsafeBufferPointer(start: trades, count: count)
                    )
                )
            )
        case .ticker(var update):
            guard let ts = envelope.ts else { throw json.error(.missingField) }
            update.publishedAt = ts
            return .market(.ticker(update))
        case .bounds(var bounds):
            guard let ts = envelope.ts else { throw json.error(.missingField) }
            bounds.publishedAt = ts
            return .bounds(bounds)
        case .depth(let depth):
            guard let type = envelope.type, let ts = envelope.ts else {
                throw json.error(.missingField)
            }
            let isSnapshot = type.equals("snapshot")
            guard isSnapshot || type.equals("delta") else { throw json.error(.badWord, at: type) }
            depthTopics.learn(topic, instruments[topic.instrument])
            return .market(
                .depth(
                    DepthUpdate(
                        instrument: instruments[topic.instrument].id,
                        kind: isSnapshot ? .snapshot : .delta,
                        depth: topic.depth,
                        sequence: depth.u,
                        crossSequence: depth.seq,
                        publishedAt: ts,
                        matchedAt: envelope.cts,
                        bids: UnsafeBufferPointer(start: bids, count: depth.bidCount),
                        asks: UnsafeBufferPointer(start: asks, count: depth.askCount)
                    )
                )
            )
        }
    }
}

extension JSONScanner {
    /// A time in milliseconds, bare or in a string.
    mutating func milliseconds() throws(DecodeError) -> Nanoseconds {
        let (count, overflows) = try looseInteger().multipliedReportingOverflow(by: 1_000_000)
        guard !overflows, (0...BybitDecoder.timeLimit).contains(count) else {
            throw error(.overflow)
        }
        return Nanoseconds(count)
    }

    /// A price in ticks, at least one tick.
    mutating func price(
        _ tick: DecimalSteps,
        below limit: Int64 = BybitDecoder.stepLimit
    ) throws(DecodeError) -> Int64 {
        let ticks = try steps(tick)
        guard ticks > 0 && ticks < limit else { throw error(.outOfRange) }
        return ticks
    }

    /// A quantity in lots, at least zero.
    mutating func quantity(
        _ lot: DecimalSteps,
        below limit: Int64 = BybitDecoder.stepLimit
    ) throws(DecodeError) -> Int64 {
        let lots = try steps(lot)
        guard lots >= 0 && lots < limit else { throw error(.outOfRange) }
        return lots
    }
}

extension BybitDecoder {
    /// Ticks and lots of prints and orders stay below 2⁵⁰: sums of a thousand overflow nothing.
    static var stepLimit: Int64 { 1 << 50 }
    /// Those of a book's levels stay below 2⁶⁰, as 18 digits do; who adds them up wraps.
    static var levelLimit: Int64 { 1 << 60 }
    /// Times lie within the years 1970 and 2116: a span of seconds more or less overflows nothing.
    static var timeLimit: Int64 { 1 << 62 }
}
