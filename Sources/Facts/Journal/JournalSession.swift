public import Units

/// What an engine was made with: the first record of a journal.
public struct JournalSession: Sendable {
    /// The session's name: what sets its orders apart from every other run's. ASCII, at most
    /// sixteen bytes.
    public var name: String
    /// The version of the engine's behaviour: another number may give other commands.
    public var behaviour: UInt32
    /// The build that recorded it, in words.
    public var build: String
    /// Where and as whom orders were sent, in words that tell one account from another and nothing
    /// secret: against another account every order would look absent.
    public var account: String
    /// Whether an order waited for its record: in `async` mode there may be orders beyond it.
    public var sync: JournalSync
    /// Commands a step may hold; it decides what waits for the next.
    public var commandCapacity: Int
    /// What is traded, by id.
    public var instruments: [Instrument]
    /// The engine's configuration, as its recorder wrote it.
    public var configuration: [UInt8]

    /// A session with every field stated.
    public init(
        name: String,
        behaviour: UInt32,
        build: String,
        account: String,
        sync: JournalSync,
        commandCapacity: Int,
        instruments: [Instrument],
        configuration: [UInt8]
    ) {
        self.name = name
        self.behaviour = behaviour
        self.build = build
        self.account = account
        self.sync = sync
        self.commandCapacity = commandCapacity
        self.instruments = instruments
        self.configuration = configuration
    }
}

extension JournalSession {
    /// The most decimals that the tick and the lot of an instrument may have together: no
    /// conversion of amounts overflows.
    public static let mostDecimals = 24

    /// The record's payload.
    ///
    ///     behaviour u32, command capacity u32, name, build, account, sync u8 (durable 0, async 1),
    ///     instrument count u32, then of each instrument: venue u8, category u8, trading u8,
    ///     symbol, base, quote, tick multiplier i64 and decimals u32, lot likewise, lowest and
    ///     highest price i64, smallest and largest quantity i64, minimum notional i64; last the
    ///     configuration. Texts and the configuration are a length u32 and their bytes.
    var payload: [UInt8] {
        var bytes = ByteList()
        bytes.append(behaviour)
        bytes.append(UInt32(clamping: commandCapacity))
        bytes.append(name)
        bytes.append(build)
        bytes.append(account)
        bytes.append(UInt8(sync == .durable ? 0 : 1))
        bytes.append(UInt32(clamping: instruments.count))
        for instrument in instruments {
            bytes.append(instrument.venue.rawValue)
            bytes.append(instrument.category.rawValue)
            bytes.append(UInt8(instrument.isTrading ? 1 : 0))
            bytes.append(instrument.symbol)
            bytes.append(instrument.baseCoin)
            bytes.append(instrument.quoteCoin)
            bytes.append(instrument.tick)
            bytes.append(instrument.lot)
            bytes.append(instrument.priceRange.lowerBound.ticks)
            bytes.append(instrument.priceRange.upperBound.ticks)
            bytes.append(instrument.quantityRange.lowerBound.lots)
            bytes.append(instrument.quantityRange.upperBound.lots)
            bytes.append(instrument.minimumNotional.billionths)
        }
        bytes.append(UInt32(clamping: configuration.count))
        bytes.bytes += configuration
        return bytes.bytes
    }

    /// Reads a payload; nil when it is none.
    init?(payload: UnsafeRawBufferPointer) {
        var reader = ByteCursor(payload)
        guard let behaviour: UInt32 = reader.integer(), let capacity: UInt32 = reader.integer(),
            (1...65_536).contains(capacity), let name = reader.text(), let build = reader.text(),
            let account = reader.text(), let sync: UInt8 = reader.integer(), sync <= 1,
            let count: UInt32 = reader.integer(), count <= 65_535
        else { return nil }
        var instruments: [Instrument] = []
        for index in 0..<count {
            guard let instrument = reader.instrument(InstrumentID(UInt16(index))) else {
                return nil
            }
            instruments.append(instrument)
        }
        guard let length: UInt32 = reader.integer(), let configuration = reader.bytes(Int(length))
        else { return nil }
        self.init(
            name: name,
            behaviour: behaviour,
            build: build,
            account: account,
            sync: sync == 0 ? .durable : .async,
            commandCapacity: Int(capacity),
            instruments: instruments,
            configuration: Array(configuration)
        )
    }
}

extension ByteList {
    fileprivate mutating func append(_ text: String) {
        append(UInt32(clamping: text.utf8.count))
        bytes += text.utf8
    }

    fileprivate mutating func append(_ scale: DecimalScale) {
        append(scale.multiplier)
        append(UInt32(clamping: scale.decimals))
    }
}

extension ByteCursor {
    fileprivate mutating func text() -> String? {
        guard let count: UInt32 = integer(), let bytes = bytes(Int(count)) else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// A step; of a coin at 10⁻¹⁰ a tick has fifteen decimals.
    private mutating func scale() -> DecimalScale? {
        guard let multiplier: Int64 = integer(), let decimals: UInt32 = integer(),
            (1...1_000_000_000).contains(multiplier), decimals <= 18
        else { return nil }
        return DecimalScale(multiplier: multiplier, decimals: Int(decimals))
    }

    private mutating func range() -> ClosedRange<Int64>? {
        guard let low: Int64 = integer(), let high: Int64 = integer(), low <= high,
            low >= -JournalFormat.stepLimit, high <= 1 << 60
        else { return nil }
        return low...high
    }

    fileprivate mutating func instrument(_ id: InstrumentID) -> Instrument? {
        guard let venue: UInt8 = integer(), let venue = VenueID(rawValue: venue),
            let category: UInt8 = integer(), let category = ProductCategory(rawValue: category),
            let trading: UInt8 = integer(),
            let symbol = text(), let base = text(), let quote = text(),
            let tick = scale(), let lot = scale(),
            tick.decimals + lot.decimals <= JournalSession.mostDecimals,
            let prices = range(), let lots = range(),
            let minimum: Int64 = integer(), minimum >= 0
        else { return nil }
        return Instrument(
            id: id,
            venue: venue,
            category: category,
            symbol: symbol,
            baseCoin: base,
            quoteCoin: quote,
            tick: tick,
            lot: lot,
            priceRange: Price(ticks: prices.lowerBound)...Price(ticks: prices.upperBound),
            quantityRange: Quantity(lots: lots.lowerBound)...Quantity(lots: lots.upperBound),
            minimumNotional: Amount(billionths: minimum),
            isTrading: trading != 0
        )
    }
}
