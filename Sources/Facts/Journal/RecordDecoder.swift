internal import Book
internal import CLinux
internal import Orders
internal import Units

/// Bytes of one whole record to what it says. Every length, count and word is checked.
struct RecordDecoder: ~Copyable {
    /// Why a whole record cannot be read.
    struct Nonsense: Error {
        var reason: String
    }

    /// Room for the prints of the largest record.
    private let trades: UnsafeMutablePointer<Trade>
    private static let tradeCapacity = JournalFormat.maxRecordBytes / RecordLayout.tradeBytes

    init() { trades = .allocate(capacity: RecordDecoder.tradeCapacity) }

    deinit { trades.deallocate() }

    /// The length a record's header states, in bytes.
    static func length(_ head: UnsafeRawBufferPointer) -> Int {
        Int(UInt16(littleEndian: head.loadUnaligned(fromByteOffset: 4, as: UInt16.self))) * 8
    }

    /// The record's sequence number.
    static func number(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
    }

    /// Whether the checksum agrees.
    static func isWhole(_ bytes: UnsafeRawBufferPointer) -> Bool {
        let stated = UInt32(littleEndian: bytes.loadUnaligned(as: UInt32.self))
        return stated == sluice_crc32c(0, bytes.baseAddress! + 4, bytes.count - 4)
    }

    /// Reads `bytes`, a whole record. Views in the answer are good until the next call.
    mutating func decode(_ bytes: UnsafeRawBufferPointer) throws(Nonsense) -> JournalEntry {
        let fields = RecordFields(bytes)
        guard let kind = RecordKind(rawValue: bytes[6]) else {
            throw Nonsense(reason: "kind \(bytes[6]) is unknown")
        }
        return JournalEntry(
            number: RecordDecoder.number(bytes),
            now: try fields.time(16),
            kind: kind,
            isObservedOnly: bytes[7] & 1 != 0,
            record: try record(kind, fields),
            bytes: bytes
        )
    }

    private mutating func record(
        _ kind: RecordKind,
        _ fields: RecordFields
    ) throws(Nonsense) -> JournalRecord {
        switch kind {
        case .timer: return .timer
        case .close: return .close
        case .depth: return .market(.depth(try depth(fields)))
        case .trades: return .market(.trades(try trades(fields)))
        case .ticker: return .market(.ticker(try fields.ticker()))
        case .reply: return .order(.reply(try fields.reply()))
        case .update: return .order(.update(try fields.update()))
        case .execution: return .order(.execution(try fields.execution()))
        case .absent: return .order(.absent(try fields.absent()))
        case .adopted: return .order(.adopted(try fields.place()))
        case .account: return .account(try fields.coded())
        case .link: return .link(try fields.coded())
        case .control: return .control(try fields.coded())
        case .place, .amend, .cancel: return .command(try fields.command(kind))
        case .gap:
            try fields.need(RecordLayout.gapBytes)
            return .gap(JournalGap(market: fields.get(24), orders: fields.get(32)))
        case .accept:
            let (order, plan) = try fields.accept()
            return .accept(order, plan: plan)
        case .session:
            try fields.need(RecordLayout.sessionBytes, orMore: true)
            let length: UInt64 = fields.get(24)
            let room = fields.rest(from: RecordLayout.sessionBytes)
            guard length <= UInt64(room.count),
                let session = JournalSession(
                    payload: UnsafeRawBufferPointer(rebasing: room[..<Int(length)])
                )
            else { throw Nonsense(reason: "the session's description is damaged") }
            return .session(session)
        }
    }

    private func depth(_ fields: RecordFields) throws(Nonsense) -> DepthUpdate {
        try fields.need(RecordLayout.depthBytes, orMore: true)
        let bids = Int(fields.get(64) as UInt32)
        let asks = Int(fields.get(68) as UInt32)
        try fields.need(RecordLayout.depthBytes + (bids + asks) * RecordLayout.levelBytes)
        guard let kind = DepthUpdate.Kind(rawValue: fields.get(26)) else {
            throw Nonsense(reason: "neither a snapshot nor a delta")
        }
        // SAFETY: records lie at multiples of eight in the reader's window, and a level is two
        // 64-bit integers.
        let levels = (fields.bytes.baseAddress! + RecordLayout.depthBytes)
            .assumingMemoryBound(to: LevelChange.self)
        for i in 0..<(bids + asks) {
            let limit = JournalFormat.levelLimit
            guard (-limit...limit).contains(levels[i].ticks), (0...limit).contains(levels[i].lots)
            else { throw Nonsense(reason: "a level beyond all bounds") }
        }
        return DepthUpdate(
            instrument: InstrumentID(fields.get(24)),
            kind: kind,
            depth: fields.get(28),
            sequence: fields.get(32),
            crossSequence: fields.get(40),
            publishedAt: try fields.time(48),
            matchedAt: try fields.time(56),
            bids: UnsafeBufferPointer(start: levels, count: bids),
            asks: UnsafeBufferPointer(start: levels + bids, count: asks)
        )
    }

    private mutating func trades(_ fields: RecordFields) throws(Nonsense) -> TradeBatch {
        try fields.need(RecordLayout.tradesBytes, orMore: true)
        let count = Int(fields.get(28) as UInt32)
        try fields.need(RecordLayout.tradesBytes + count * RecordLayout.tradeBytes)
        for i in 0..<count {
            let at = RecordLayout.tradesBytes + i * RecordLayout.tradeBytes
            guard let aggressor = Side(rawValue: fields.get(at + 80)) else {
                throw Nonsense(reason: "a print without a side")
            }
            let trade = Trade(
                price: try fields.price(at),
                quantity: try fields.quantity(at + 8),
                aggressor: aggressor,
                isBlock: fields.get(at + 81) != UInt8(0),
                isRPI: fields.get(at + 82) != UInt8(0),
                matchedAt: try fields.time(at + 16),
                crossSequence: fields.get(at + 24),
                id: try fields.id(at + 32)
            )
            (trades + i).initialize(to: trade)
        }
        return TradeBatch(
            instrument: InstrumentID(UInt16(truncatingIfNeeded: fields.get(24) as UInt32)),
            publishedAt: try fields.time(32),
            trades: UnsafeBufferPointer(start: trades, count: count)
        )
    }
}
