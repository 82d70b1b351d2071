import Book
import Orders
public import Units
import Wire

/// Turns binary (SBE) frames of the venue's market maker hosts into the events that `BybitDecoder`
/// makes of text: ticks, lots, child ids, nanoseconds.
///
///     20000 best bid and offer   20001 fifty levels   20002 trades   21000 fast order response
///
/// Lengths come from the message, so fields appended by later versions are passed over; templates
/// that are not of this list are `.ignored`. Subscriptions, pings and auth of the same sockets stay
/// text, for `BybitDecoder`.
///
/// All memory is taken at the start: 2,048 levels a side and 1,024 trades, about 170 KiB a decoder.
///
/// - Complexity: O(bytes of the message); never allocates. Bench `decode.sbe.50`.
/// - SeeAlso: Bybit API v5, SBE (read 2026-11-21). Exponents count decimals: value =
///   mantissa ÷ 10^exponent, as the page's sample frame proves.
public struct BybitBinaryDecoder: ~Copyable {
    /// The venue's number for an instrument in order responses.
    public struct SymbolID: Hashable, Sendable, BitwiseCopyable {
        /// The venue's number.
        public var number: Int32
        /// The instrument it stands for.
        public var instrument: InstrumentID

        /// `number` stands for `instrument`.
        public init(_ number: Int32, _ instrument: InstrumentID) {
            self.number = number
            self.instrument = instrument
        }
    }

    let instruments: InstrumentTable
    let session: SessionPrefix
    let symbolIDs: [SymbolID]
    let bids: UnsafeMutablePointer<LevelChange>
    let asks: UnsafeMutablePointer<LevelChange>
    let trades: UnsafeMutablePointer<Trade>
    let order: UnsafeMutablePointer<OrderEvent>
    /// Orders of others since the start.
    public internal(set) var foreignCount: Int64 = 0

    /// A decoder for one connection.
    ///
    /// - Parameters:
    ///   - instruments: what the connection may name; of one category, for symbols do not say
    ///     which.
    ///   - symbolIDs: the venue's numbers of those, where order responses are to be read.
    ///   - session: tells our orders from others'.
    public init(
        instruments: [Instrument],
        symbolIDs: [SymbolID] = [],
        session: SessionPrefix
    ) {
        self.instruments = InstrumentTable(instruments)
        self.symbolIDs = symbolIDs
        self.session = session
        bids = .allocate(capacity: BybitDecoder.levelCapacity)
        asks = .allocate(capacity: BybitDecoder.levelCapacity)
        trades = .allocate(capacity: BybitDecoder.tradeCapacity)
        order = .allocate(capacity: 1)
    }

    deinit {
        bids.deallocate()
        asks.deallocate()
        trades.deallocate()
        order.deallocate()
    }

    /// What the binary frame `payload` says. Views inside are good until the next message.
    public mutating func decode(_ payload: UnsafeRawBufferPointer) -> BybitMessage {
        var subject: BybitSubject?
        do throws(DecodeError) {
            var sbe = SBEReader(payload)
            let header = try sbe.header()
            switch (header.schema, header.template) {
            case (1, 20_000): return .market(.depth(try decodeBest(header, &sbe)))
            case (1, 20_001): return .market(.depth(try decodeDepth(header, &sbe)))
            case (1, 20_002):
                subject = .prints
                return .market(.trades(try decodeTrades(header, &sbe)))
            // The pages do not say which of the two schemas the order response belongs to.
            case (1...2, 21_000): return try decodeOrder(header, &sbe)
            case (1...2, _): return .ignored
            default: throw DecodeError(.wrongSchema, at: 4)
            }
        } catch {
            return subject.map { .unreadable($0, error) } ?? .malformed(error)
        }
    }

    /// The instrument that `symbol` names.
    func entry(
        _ symbol: UnsafeRawBufferPointer,
        _ sbe: SBEReader
    ) throws(DecodeError) -> InstrumentTable.Entry {
        guard let index = instruments.index(symbol) else { throw sbe.error(.unknownSymbol) }
        return instruments[index]
    }
}

extension SBEReader {
    /// A time in microseconds, as nanoseconds.
    func time(_ microseconds: Int64) throws(DecodeError) -> Nanoseconds {
        let (count, overflows) = microseconds.multipliedReportingOverflow(by: 1_000)
        guard !overflows, (0...BybitDecoder.timeLimit).contains(count) else {
            throw error(.overflow)
        }
        return Nanoseconds(count)
    }

    /// How mantissas of `decimals` decimals read in `steps`.
    func scale(_ decimals: Int, _ steps: DecimalSteps) throws(DecodeError) -> MantissaSteps {
        guard let scale = MantissaSteps(decimals: decimals, steps) else { throw error(.outOfRange) }
        return scale
    }

    /// A price in ticks, at least one tick.
    @inline(__always)
    func price(_ mantissa: Int64, _ scale: MantissaSteps) throws(DecodeError) -> Int64 {
        let ticks = try quantity(mantissa, scale)
        guard ticks > 0 else { throw error(.outOfRange) }
        return ticks
    }

    /// A quantity in lots, at least zero.
    @inline(__always)
    func quantity(_ mantissa: Int64, _ scale: MantissaSteps) throws(DecodeError) -> Int64 {
        guard mantissa >= 0 else { throw error(.outOfRange) }
        let steps: Int64
        do throws(DecimalSteps.Failure) {
            steps = try scale.steps(mantissa)
        } catch {
            throw self.error(error == .offStep ? .offStep : .overflow)
        }
        guard steps < BybitDecoder.levelLimit else { throw error(.outOfRange) }
        return steps
    }
}
