public import Orders
public import Units
import Wire

/// Writes order commands as the trade socket's JSON, into the caller's buffer.
///
/// Each operation of each instrument has its message prepared up to the fields that vary in length:
/// encoding copies it, patches the ids and the timestamp in place, and appends price and quantity.
/// Never allocates.
///
///     {"reqId":"P…","header":{"X-BAPI-TIMESTAMP":"…","X-BAPI-RECV-WINDOW":"5000"},
///      "op":"order.create","args":[{"category":"linear","symbol":"BTCUSDT","orderLinkId":"…",
///      ▲ prepared up to here                  "side":"Buy",…,"price":"…","qty":"…"}]}
///
/// - SeeAlso: Bybit API v5, websocket/trade/guideline (read 2026-11-21).
public struct BybitEncoder: ~Copyable {
    /// Bytes that hold any message.
    public static let capacity = 640

    /// Where the fields of fixed width lie in a prepared message.
    private struct Prepared: BitwiseCopyable {
        var offset = 0
        var count = 0
        var request = 0
        var timestamp = 0
        /// Where what a batch repeats for each of its orders begins.
        var entry = 0
        var link = 0
    }

    let session: SessionPrefix
    private let instrumentCount: Int
    private let instruments: UnsafeMutablePointer<EncodedInstrument>
    private let prepared: UnsafeMutablePointer<Prepared>
    private let text: UnsafeMutablePointer<UInt8>
    let receiveWindowMilliseconds: Int64
    var requests: UInt32 = 0

    /// What encoding needs of an instrument.
    struct EncodedInstrument: BitwiseCopyable {
        var category: ProductCategory
        var isHedged: Bool
        var tick: DecimalScale
        var lot: DecimalScale
    }

    private static let operations: [OrderOperation] = [.place, .amend, .cancel]

    /// An encoder for orders in `instruments`, whose ids are 0, 1, 2… in this order.
    ///
    /// - Parameter isHedged: whether the account holds long and short positions at once,
    ///   so that an order must say which it is for.
    public init(
        instruments: [Instrument],
        session: SessionPrefix,
        isHedged: Bool = false,
        receiveWindowMilliseconds: Int64 = 5_000
    ) {
        for (i, instrument) in instruments.enumerated() {
            precondition(instrument.id.index == i, "BybitEncoder: ids are dense")
        }
        self.session = session
        self.receiveWindowMilliseconds = receiveWindowMilliseconds
        instrumentCount = instruments.count
        self.instruments = .allocate(capacity: max(1, instruments.count))
        prepared = .allocate(capacity: max(1, instruments.count * 3))
        text = .allocate(capacity: max(1, instruments.count * 3 * BybitEncoder.capacity))
        for (i, instrument) in instruments.enumerated() {
            (self.instruments + i).initialize(
                to: EncodedInstrument(
                    category: instrument.category,
                    isHedged: isHedged,
                    tick: instrument.tick,
                    lot: instrument.lot
                )
            )
            for operation in BybitEncoder.operations {
                let index = i * 3 + Int(operation.rawValue)
                let offset = index * BybitEncoder.capacity
                let room = UnsafeMutableRawBufferPointer(
                    start: text + offset,
                    count: BybitEncoder.capacity
                )
                var message = BybitEncoder.prepare(
                    operation,
                    instrument,
                    receiveWindowMilliseconds,
                    room
                )
                message.offset = offset
                (prepared + index).initialize(to: message)
            }
        }
    }

    deinit {
        instruments.deallocate()
        prepared.deallocate()
        text.deallocate()
    }

    private static func prepare(
        _ operation: OrderOperation,
        _ instrument: Instrument,
        _ window: Int64,
        _ room: UnsafeMutableRawBufferPointer
    ) -> Prepared {
        let op: StaticString =
            switch operation {
            case .place: "order.create"
            case .amend: "order.amend"
            case .cancel: "order.cancel"
            }
        var result = Prepared()
        var out = ByteWriter(room)
        out.append(#"{"reqId":""#)
        result.request = out.count
        for _ in 0..<RequestID.length { out.append(byte: UInt8(ascii: "0")) }
        out.append(#"","header":{"X-BAPI-TIMESTAMP":""#)
        result.timestamp = out.count
        for _ in 0..<BybitEncoder.timestampDigits { out.append(byte: UInt8(ascii: "0")) }
        out.append(#"","X-BAPI-RECV-WINDOW":""#)
        out.append(window)
        out.append(#""},"op":""#)
        out.append(op)
        out.append(#"","args":[{"category":""#)
        out.append(instrument.category.name)
        out.append(#"","#)
        result.entry = out.count
        out.append(#""symbol":""#)
        out.append(instrument.symbol)
        out.append(#"","orderLinkId":""#)
        result.link = out.count
        for _ in 0..<OrderLinkID.length { out.append(byte: UInt8(ascii: "0")) }
        out.append(#"""#)
        result.count = out.count
        precondition(!out.overflowed, "BybitEncoder: a prepared message fits")
        return result
    }

    /// Milliseconds since the epoch have 13 digits until the year 2286.
    private static var timestampDigits: Int { 13 }

    /// Writes `command` as sent at `now`; returns the message's length.
    ///
    /// - Precondition: `buffer` holds `capacity` bytes, the command's instrument is one of ours,
    ///   and `now` lies between 2001 and 2286.
    public mutating func encode(
        _ command: OrderCommand,
        at now: Nanoseconds,
        into buffer: UnsafeMutableRawBufferPointer
    ) -> Int {
        precondition(buffer.count >= BybitEncoder.capacity, "BybitEncoder: the buffer is too small")
        var out = ByteWriter(buffer)
        let operation = command.operation
        let instrument = begin(operation, command.child, command.instrument, now, &out, buffer)
        BybitEncoder.append(command, instrument, &out)
        out.append("}]}")
        precondition(!out.overflowed, "BybitEncoder: a message fits")
        return out.count
    }

    /// Copies the prepared message and patches what has a fixed width.
    @inline(__always)
    private mutating func begin(
        _ operation: OrderOperation,
        _ child: ChildID,
        _ instrument: InstrumentID,
        _ now: Nanoseconds,
        _ out: inout ByteWriter,
        _ buffer: UnsafeMutableRawBufferPointer
    ) -> EncodedInstrument {
        let index = Int(instrument.index)
        precondition(index < instrumentCount, "BybitEncoder: the instrument is one of ours")
        let message = prepared[index * 3 + Int(operation.rawValue)]
        out.append(UnsafeRawBufferPointer(start: text + message.offset, count: message.count))
        // The copy fits, for the buffer's size was checked.
        let base = buffer.baseAddress!.assumingMemoryBound(to: UInt8.self)
        RequestID.write(operation, child, requests, session, to: base + message.request)
        requests &+= 1
        OrderLinkID.write(child, session, to: base + message.link)
        let milliseconds = UInt64(bitPattern: now.millisecondCount)
        let upper = milliseconds / 100_000_000
        precondition(upper < 100_000, "BybitEncoder: the time has 13 digits of milliseconds")
        let time = UnsafeMutableRawPointer(base + message.timestamp)
        let five = EightDigits.text(upper) >> 24
        time.storeBytes(of: UInt32(truncatingIfNeeded: five).littleEndian, as: UInt32.self)
        time.storeBytes(of: UInt8(truncatingIfNeeded: five >> 32), toByteOffset: 4, as: UInt8.self)
        let eight = EightDigits.text(milliseconds &- upper &* 100_000_000)
        time.storeBytes(of: eight.littleEndian, toByteOffset: 5, as: UInt64.self)
        return instruments[index]
    }

    func category(_ instrument: InstrumentID) -> ProductCategory {
        precondition(Int(instrument.index) < instrumentCount)
        return instruments[Int(instrument.index)].category
    }

    /// Appends what every order of a batch begins with: its symbol and its name.
    func beginEntry(
        _ command: OrderCommand,
        _ out: inout ByteWriter,
        _ buffer: UnsafeMutableRawBufferPointer
    ) -> EncodedInstrument {
        let index = Int(command.instrument.index)
        precondition(index < instrumentCount, "BybitEncoder: the instrument is one of ours")
        let message = prepared[index * 3 + Int(command.operation.rawValue)]
        let start = out.count
        out.append(
            UnsafeRawBufferPointer(
                start: text + message.offset + message.entry,
                count: message.count - message.entry
            )
        )
        precondition(!out.overflowed, "BybitEncoder: a batch fits")
        let base = buffer.baseAddress!.assumingMemoryBound(to: UInt8.self) + start
        OrderLinkID.write(command.child, session, to: base + message.link - message.entry)
        return instruments[index]
    }

    /// Appends what an order says beyond its symbol and its name.
    @inline(__always)
    static func append(
        _ command: OrderCommand,
        _ instrument: EncodedInstrument,
        _ out: inout ByteWriter
    ) {
        switch command {
        case .place(let place):
            terms(place, instrument, &out)
            amounts(place.price, place.quantity, instrument, &out)
        case .amend(let amend):
            amounts(amend.price, amend.quantity, instrument, &out)
        case .cancel:
            break
        }
    }

    @inline(__always)
    private static func terms(
        _ place: PlaceOrder,
        _ instrument: EncodedInstrument,
        _ out: inout ByteWriter
    ) {
        // Typed, for a literal chosen by `?:` would be a String and count references.
        let side: StaticString = place.side == .buy ? #","side":"Buy""# : #","side":"Sell""#
        out.append(side)
        switch place.timeInForce {
        case .goodTillCancel: out.append(#","orderType":"Limit","timeInForce":"GTC""#)
        case .postOnly: out.append(#","orderType":"Limit","timeInForce":"PostOnly""#)
        case .immediateOrCancel: out.append(#","orderType":"Limit","timeInForce":"IOC""#)
        case .fillOrKill: out.append(#","orderType":"Limit","timeInForce":"FOK""#)
        }
        // Spot knows neither positions nor their reduction.
        if instrument.category == .linear {
            let index: StaticString =
                switch BybitEncoder.positionIndex(place, isHedged: instrument.isHedged) {
                case 1: #","positionIdx":1"#
                case 2: #","positionIdx":2"#
                default: #","positionIdx":0"#
                }
            out.append(index)
            let reduceOnly: StaticString =
                place.reduceOnly ? #","reduceOnly":true"# : #","reduceOnly":false"#
            out.append(reduceOnly)
        }
    }

    /// Which position an order is for: 0 the only one, or in hedge mode 1 the long one, which a
    /// purchase opens and a reducing sale closes, and 2 the short one.
    @inline(__always)
    static func positionIndex(_ place: PlaceOrder, isHedged: Bool) -> Int {
        guard isHedged else { return 0 }
        return (place.side == .buy) != place.reduceOnly ? 1 : 2
    }

    @inline(__always)
    private static func amounts(
        _ price: Price,
        _ quantity: Quantity,
        _ instrument: EncodedInstrument,
        _ out: inout ByteWriter
    ) {
        out.append(#","price":""#)
        out.append(price.ticks, scale: instrument.tick)
        out.append(#"","qty":""#)
        out.append(quantity.lots, scale: instrument.lot)
        out.append(#"""#)
    }
}
