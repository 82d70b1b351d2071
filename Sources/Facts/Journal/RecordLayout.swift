internal import Book
internal import Orders
internal import Units

/// What each kind adds to the 24 bytes that every record begins with; offsets from its start.
///
///     timer      nothing
///     depth      24 instrument u16, 26 snapshot 0 or delta 1 u8, 28 depth i32, 32 sequence i64,
///                40 cross sequence i64, 48 published i64, 56 matched i64, 64 bids u32,
///                68 asks u32, 72 levels: ticks i64, lots i64 each, bids first
///     trades     24 instrument u16, 28 count u32, 32 published i64, 40 prints of 88 bytes:
///                0 price i64, 8 quantity i64, 16 matched i64, 24 cross sequence i64, 32 id,
///                80 aggressor u8, 81 block u8, 82 RPI u8
///     ticker     24 instrument u16, 26 present bits u8, 32 published i64, 40 mark, index, last,
///                funding rate, next funding: i64 each
///     reply      24 parent u32, 28 number u32, 32 code i32, 36 operation u8, 37 outcome u8,
///                38 remedy u8, 39 batch u8, 40 id, 88 limit i32, 92 left i32, 96 resets in i64
///     update     24 parent u32, 28 number u32, 32 status u8, 33 reason u8, 40 price i64,
///                48 quantity i64, 56 filled i64, 64 updated i64, 72 id
///     execution  24 parent u32, 28 number u32, 32 side u8, 33 maker u8, 34 fee's coin u8,
///                40 price i64,
///                48 quantity i64, 56 fee i64, 64 matched i64, 72 execution id, 120 order id;
///                with a fee in a named third coin 168 its name, 16 bytes, zero-padded; with a fee
///                that 64 bits do not hold 35 wide u8 = 1, and at the end its upper half, i64
///     absent     24 parent u32, 28 number u32
///     link       24 code u8, 28 index u32, 32 first i64, 40 second i64; control and account
///                likewise
///     place      24 parent u32, 28 number u32, 32 instrument u16, 34 side u8, 35 terms u8,
///                36 reduce-only u8, 40 price i64, 48 quantity i64
///     adopted    as place
///     amend      24 parent u32, 28 number u32, 32 instrument u16, 40 price i64, 48 quantity i64
///     cancel     24 parent u32, 28 number u32, 32 instrument u16
///     gap        24 market records u64, 32 order records u64
///     close      nothing
///     accept     24 id u32, 28 instrument u16, 30 side u8, 31 has a limit 1, only reduces 2 u8,
///                32 quantity i64,
///                40 limit i64, 48 starts i64, 56 ends i64, 64 plan bytes u32, 72 plan
///     session    24 payload bytes u32, 32 payload (`JournalSession`)
///
/// An id is 40 bytes, zero-padded, and its length u8 at 40; 48 in all. Bytes not named are zero.
enum RecordLayout {
    static let timerBytes = 24
    static let depthBytes = 72
    static let levelBytes = 16
    static let tradesBytes = 40
    static let tradeBytes = 88
    static let tickerBytes = 80
    static let replyBytes = 104
    static let updateBytes = 120
    static let executionBytes = 168
    static let coinNameBytes = 16
    static let absentBytes = 32
    static let codedBytes = 48
    static let placeBytes = 56
    static let amendBytes = 56
    static let cancelBytes = 40
    static let gapBytes = 40
    static let acceptBytes = 72
    static let sessionBytes = 32
    static let idBytes = 48

    static func bytes(_ event: OrderEvent) -> Int {
        switch event {
        case .reply: replyBytes
        case .update: updateBytes
        case .execution(let fill):
            executionBytes + (fill.thirdCoin.isEmpty ? 0 : coinNameBytes)
                + (isWide(fill.fee) ? 8 : 0)
        case .absent: absentBytes
        case .adopted: placeBytes
        }
    }

    static func bytes(_ command: OrderCommand) -> Int {
        switch command {
        case .place: placeBytes
        case .amend: amendBytes
        case .cancel: cancelBytes
        }
    }

    /// Whether a fee is more than its first 64 bits are kept for.
    static func isWide(_ fee: CoinAmount) -> Bool {
        fee.billionths.magnitude > UInt128(JournalFormat.valueLimit)
    }

    static func kind(_ event: OrderEvent) -> RecordKind {
        switch event {
        case .reply: .reply
        case .update: .update
        case .execution: .execution
        case .absent: .absent
        case .adopted: .adopted
        }
    }

    static func kind(_ command: OrderCommand) -> RecordKind {
        switch command {
        case .place: .place
        case .amend: .amend
        case .cancel: .cancel
        }
    }
}

/// Stores at byte offsets, little-endian.
extension UnsafeMutableRawPointer {
    @inline(__always)
    func put<Value: FixedWidthInteger & BitwiseCopyable>(_ offset: Int, _ value: Value) {
        storeBytes(of: value.littleEndian, toByteOffset: offset, as: Value.self)
    }

    @inline(__always)
    func put(_ offset: Int, _ child: ChildID) {
        put(offset, child.parent.index)
        put(offset &+ 4, child.number)
    }

    @inline(__always)
    func put(_ offset: Int, _ id: ExternalID) {
        // The unused bytes of an identifier are zero.
        withUnsafeBytes(of: id) {
            (self + offset).copyMemory(from: $0.baseAddress.unsafelyUnwrapped, byteCount: 40)
        }
        put(offset &+ 40, UInt64(id.length))
    }
}

extension RecordLayout {
    @inline(__always)
    static func write(_ update: DepthUpdate, to record: UnsafeMutableRawPointer) {
        record.put(24, update.instrument.index)
        record.put(26, UInt16(update.kind.rawValue))
        record.put(28, update.depth)
        record.put(32, update.sequence)
        record.put(40, update.crossSequence)
        record.put(48, update.publishedAt.count)
        record.put(56, update.matchedAt.count)
        record.put(64, UInt32(truncatingIfNeeded: update.bids.count))
        record.put(68, UInt32(truncatingIfNeeded: update.asks.count))
        copy(update.bids, to: record + depthBytes)
        copy(update.asks, to: record + depthBytes + update.bids.count &* levelBytes)
    }

    /// A level is two 64-bit integers in memory as on disk. A message has few: a loop of words
    /// costs less than a call of memcpy.
    @inline(__always)
    private static func copy(
        _ levels: UnsafeBufferPointer<LevelChange>,
        to place: UnsafeMutableRawPointer
    ) {
        var i = 0
        while i < levels.count {
            let level = levels[i]
            place.put(i &* levelBytes, level.ticks)
            place.put(i &* levelBytes &+ 8, level.lots)
            i &+= 1
        }
    }

    static func write(_ batch: TradeBatch, to record: UnsafeMutableRawPointer) {
        record.put(24, UInt32(batch.instrument.index))
        record.put(28, UInt32(truncatingIfNeeded: batch.trades.count))
        record.put(32, batch.publishedAt.count)
        var place = record + tradesBytes
        for trade in batch.trades {
            place.put(0, trade.price.ticks)
            place.put(8, trade.quantity.lots)
            place.put(16, trade.matchedAt.count)
            place.put(24, trade.crossSequence)
            place.put(32, trade.id)
            let flags =
                UInt64(trade.aggressor.rawValue) | (trade.isBlock ? 1 << 8 : 0)
                | (trade.isRPI ? 1 << 16 : 0)
            place.put(80, flags)
            place += tradeBytes
        }
    }

    static func write(_ update: TickerUpdate, to record: UnsafeMutableRawPointer) {
        let fields = (
            update.markPrice?.billionths, update.indexPrice?.billionths,
            update.lastPrice?.billionths, update.fundingRateE9, update.nextFundingAt?.count
        )
        var present: UInt16 = 0
        func put(_ bit: UInt16, _ value: Int64?) {
            if value != nil { present |= 1 << bit }
            record.put(40 &+ Int(bit) &* 8, value ?? 0)
        }
        put(0, fields.0)
        put(1, fields.1)
        put(2, fields.2)
        put(3, fields.3)
        put(4, fields.4)
        record.put(24, update.instrument.index)
        record.put(26, present)
        record.put(28, UInt32(0))
        record.put(32, update.publishedAt.count)
    }

    static func write(_ event: OrderEvent, to record: UnsafeMutableRawPointer) {
        switch event {
        case .reply(let reply):
            record.put(24, reply.child)
            record.put(32, reply.code)
            let words =
                UInt32(reply.operation.rawValue) | UInt32(reply.outcome.rawValue) << 8
                | UInt32(reply.remedy.rawValue) << 16 | (reply.budget.isBatch ? 1 << 24 : 0)
            record.put(36, words)
            record.put(40, reply.orderID)
            record.put(88, reply.budget.limit)
            record.put(92, reply.budget.left)
            record.put(96, reply.budget.resetsIn.count)
        case .update(let update):
            record.put(24, update.child)
            record.put(32, UInt64(update.status.rawValue) | UInt64(update.reason.rawValue) << 8)
            record.put(40, update.price.ticks)
            record.put(48, update.quantity.lots)
            record.put(56, update.filled.lots)
            record.put(64, update.updatedAt.count)
            record.put(72, update.orderID)
        case .execution(let fill):
            record.put(24, fill.child)
            let words =
                UInt64(fill.side.rawValue) | (fill.isMaker ? 1 << 8 : 0)
                | UInt64(fill.feeCoin.rawValue) << 16 | (isWide(fill.fee) ? 1 << 24 : 0)
            record.put(32, words)
            record.put(40, fill.price.ticks)
            record.put(48, fill.quantity.lots)
            record.put(56, UInt64(truncatingIfNeeded: fill.fee.billionths))
            record.put(64, fill.matchedAt.count)
            record.put(72, fill.id)
            record.put(120, fill.orderID)
            if !fill.thirdCoin.isEmpty {
                record.put(executionBytes, fill.thirdCoin.low)
                record.put(executionBytes + 8, fill.thirdCoin.high)
            }
            if isWide(fill.fee) {
                let end = executionBytes + (fill.thirdCoin.isEmpty ? 0 : coinNameBytes)
                record.put(end, Int64(truncatingIfNeeded: fill.fee.billionths >> 64))
            }
        case .absent(let child):
            record.put(24, child)
        case .adopted(let order):
            record.put(24, order.child)
            write(order, to: record)
        }
    }

    private static func write(_ order: PlaceOrder, to record: UnsafeMutableRawPointer) {
        let terms =
            UInt64(order.instrument.index) | UInt64(order.side.rawValue) << 16
            | UInt64(order.timeInForce.rawValue) << 24 | (order.reduceOnly ? 1 << 32 : 0)
        record.put(32, terms)
        record.put(40, order.price.ticks)
        record.put(48, order.quantity.lots)
    }

    static func write(_ command: OrderCommand, to record: UnsafeMutableRawPointer) {
        record.put(24, command.child)
        switch command {
        case .place(let order):
            write(order, to: record)
        case .amend(let amend):
            record.put(32, UInt64(amend.instrument.index))
            record.put(40, amend.price.ticks)
            record.put(48, amend.quantity.lots)
        case .cancel(let cancel):
            record.put(32, UInt64(cancel.instrument.index))
        }
    }

    static func write(_ event: CodedEvent, to record: UnsafeMutableRawPointer) {
        record.put(24, UInt32(event.code))
        record.put(28, event.index)
        record.put(32, event.first)
        record.put(40, event.second)
    }

    static func write(_ gap: JournalGap, to record: UnsafeMutableRawPointer) {
        record.put(24, gap.market)
        record.put(32, gap.orders)
    }

    static func write(
        _ order: ParentOrder,
        plan: [UInt8],
        to record: UnsafeMutableRawPointer
    ) {
        record.put(24, order.id.index)
        record.put(28, order.instrument.index)
        record.put(30, order.side.rawValue)
        record.put(31, UInt8((order.limit == nil ? 0 : 1) | (order.reduceOnly ? 2 : 0)))
        record.put(32, order.quantity.lots)
        record.put(40, order.limit?.ticks ?? 0)
        record.put(48, order.startsAt.count)
        record.put(56, order.endsAt.count)
        record.put(64, UInt64(plan.count))
        write(plan, to: record + acceptBytes)
    }

    static func write(_ payload: [UInt8], to place: UnsafeMutableRawPointer) {
        let padded = JournalFormat.padded(payload.count)
        payload.withUnsafeBytes { bytes in
            if let base = bytes.baseAddress {
                place.copyMemory(from: base, byteCount: payload.count)
            }
        }
        (place + payload.count).initializeMemory(
            as: UInt8.self,
            repeating: 0,
            count: padded - payload.count
        )
    }
}
