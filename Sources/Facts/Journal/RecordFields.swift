internal import Book
internal import Orders
internal import Units

/// The fields of one record, by the offsets of `RecordLayout`.
struct RecordFields {
    typealias Nonsense = RecordDecoder.Nonsense

    let bytes: UnsafeRawBufferPointer

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    /// Holds the record to a length.
    func need(_ count: Int, orMore: Bool = false) throws(Nonsense) {
        guard orMore ? bytes.count >= count : bytes.count == count else {
            throw Nonsense(reason: "\(bytes.count) bytes where its kind has \(count)")
        }
    }

    func get<Value: FixedWidthInteger & BitwiseCopyable>(_ offset: Int) -> Value {
        Value(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Value.self))
    }

    /// An amount, a time or a number of the venue's.
    func value(_ offset: Int) throws(Nonsense) -> Int64 {
        try RecordFields.bounded(get(offset), by: JournalFormat.valueLimit)
    }

    /// A point in time.
    func time(_ offset: Int) throws(Nonsense) -> Nanoseconds { Nanoseconds(try value(offset)) }

    func price(_ offset: Int) throws(Nonsense) -> Price {
        Price(ticks: try RecordFields.bounded(get(offset), by: JournalFormat.stepLimit))
    }

    func quantity(_ offset: Int) throws(Nonsense) -> Quantity {
        let lots: Int64 = try RecordFields.bounded(get(offset), by: JournalFormat.stepLimit)
        guard lots >= 0 else { throw Nonsense(reason: "a quantity of \(lots) lots") }
        return Quantity(lots: lots)
    }

    /// Holds a number to its bounds, within which no sum of the engine's overflows.
    static func bounded(_ value: Int64, by limit: Int64) throws(Nonsense) -> Int64 {
        guard value.magnitude <= limit.magnitude else {
            throw Nonsense(reason: "\(value) is beyond all bounds")
        }
        return value
    }

    func rest(from offset: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: bytes[offset...])
    }

    func id(_ offset: Int) throws(Nonsense) -> ExternalID {
        let length: UInt64 = get(offset + 40)
        guard length <= UInt64(ExternalID.capacity),
            let id = ExternalID(
                UnsafeRawBufferPointer(rebasing: bytes[offset..<(offset + Int(length))])
            )
        else { throw Nonsense(reason: "an identifier of \(length) bytes") }
        return id
    }

    private func child() -> ChildID { ChildID(parent: ParentID(get(24)), number: get(28)) }

    private func word<Word: RawRepresentable>(
        _ offset: Int,
        _ what: String
    ) throws(Nonsense) -> Word where Word.RawValue == UInt8 {
        guard let word = Word(rawValue: bytes[offset]) else {
            throw Nonsense(reason: "\(what) \(bytes[offset]) is unknown")
        }
        return word
    }

    func ticker() throws(Nonsense) -> TickerUpdate {
        try need(RecordLayout.tickerBytes)
        let present = bytes[26]
        func field(_ bit: Int) throws(Nonsense) -> Int64? {
            present & (1 << bit) == 0 ? nil : try value(40 + bit * 8)
        }
        var update = TickerUpdate(
            instrument: InstrumentID(get(24)),
            publishedAt: try time(32)
        )
        update.markPrice = try field(0).map { Amount(billionths: $0) }
        update.indexPrice = try field(1).map { Amount(billionths: $0) }
        update.lastPrice = try field(2).map { Amount(billionths: $0) }
        update.fundingRateE9 = try field(3)
        update.nextFundingAt = try field(4).map { Nanoseconds($0) }
        return update
    }

    func reply() throws(Nonsense) -> OrderReply {
        try need(RecordLayout.replyBytes)
        return OrderReply(
            operation: try word(36, "operation"),
            child: child(),
            outcome: try word(37, "outcome"),
            remedy: try word(38, "remedy"),
            code: get(32),
            orderID: try id(40),
            budget: BudgetReading(
                limit: get(88),
                left: get(92),
                resetsIn: Nanoseconds(get(96)),
                isBatch: bytes[39] != 0
            )
        )
    }

    func update() throws(Nonsense) -> OrderUpdate {
        try need(RecordLayout.updateBytes)
        return OrderUpdate(
            child: child(),
            orderID: try id(72),
            status: try word(32, "status"),
            reason: try word(33, "reason"),
            price: try price(40),
            quantity: try quantity(48),
            filled: try quantity(56),
            updatedAt: try time(64)
        )
    }

    func absent() throws(Nonsense) -> ChildID {
        try need(RecordLayout.absentBytes)
        return child()
    }

    /// A fee of 128 bits in two places: no more than a venue's decoder lets through.
    private func wide(_ low: Int, _ high: Int) throws(Nonsense) -> Int128 {
        let (lower, upper): (UInt64, Int64) = (get(low), get(high))
        let value = Int128(upper) << 64 | Int128(lower)
        guard value.magnitude <= 1 << 97 else { throw Nonsense(reason: "an absurd fee") }
        return value
    }

    func execution() throws(Nonsense) -> Execution {
        // A longer one names the third coin of its fee.
        let coin = RecordLayout.executionBytes
        if bytes.count < coin { try need(coin) }
        let isWide = bytes[35] != 0
        let rest = bytes.count - coin - (isWide ? 8 : 0)
        let isNamed = rest > 0
        let end = coin + (isNamed ? RecordLayout.coinNameBytes : 0)
        try need(end + (isWide ? 8 : 0))
        return Execution(
            child: child(),
            id: try id(72),
            orderID: try id(120),
            side: try word(32, "side"),
            price: try price(40),
            quantity: try quantity(48),
            isMaker: bytes[33] != 0,
            fee: CoinAmount(billionths: isWide ? try wide(56, end) : Int128(try value(56))),
            feeCoin: try word(34, "coin of a fee"),
            thirdCoin: isNamed ? CoinName(low: get(coin), high: get(coin + 8)) : .none,
            matchedAt: try time(64)
        )
    }

    func coded() throws(Nonsense) -> CodedEvent {
        try need(RecordLayout.codedBytes)
        return CodedEvent(
            code: bytes[24],
            index: get(28),
            first: try value(32),
            second: try value(40)
        )
    }

    func command(_ kind: RecordKind) throws(Nonsense) -> OrderCommand {
        if kind == .cancel {
            try need(RecordLayout.cancelBytes)
            return .cancel(CancelOrder(child: child(), instrument: InstrumentID(get(32))))
        }
        if kind == .amend {
            try need(RecordLayout.amendBytes)
            let amend = AmendOrder(
                child: child(),
                instrument: InstrumentID(get(32)),
                price: try price(40),
                quantity: try quantity(48)
            )
            return .amend(amend)
        }
        return .place(try place())
    }

    func place() throws(Nonsense) -> PlaceOrder {
        try need(RecordLayout.placeBytes)
        return PlaceOrder(
            child: child(),
            instrument: InstrumentID(get(32)),
            side: try word(34, "side"),
            timeInForce: try word(35, "time in force"),
            price: try price(40),
            quantity: try quantity(48),
            reduceOnly: bytes[36] != 0
        )
    }

    func accept() throws(Nonsense) -> (ParentOrder, UnsafeRawBufferPointer) {
        try need(RecordLayout.acceptBytes, orMore: true)
        let quantity = try quantity(32)
        let startsAt = try time(48)
        let endsAt = try time(56)
        let planBytes: UInt64 = get(64)
        let room = rest(from: RecordLayout.acceptBytes)
        guard quantity.lots > 0, endsAt > startsAt, planBytes <= UInt64(room.count) else {
            throw Nonsense(reason: "a parent without a quantity, a duration or a plan")
        }
        let order = ParentOrder(
            id: ParentID(get(24)),
            instrument: InstrumentID(get(28)),
            side: try word(30, "side"),
            quantity: quantity,
            limit: bytes[31] & 1 == 0 ? nil : try price(40),
            reduceOnly: bytes[31] & 2 != 0,
            startsAt: startsAt,
            endsAt: endsAt
        )
        return (order, UnsafeRawBufferPointer(rebasing: room[..<Int(planBytes)]))
    }
}
