import Book
public import Units
import Venues

/// Runs recordings through the decoder and the book that trade live, and says what they hold.
///
/// One symbol and one depth a run; several files are one stream, in the order given.
public final class FeedInspection {
    /// What was read so far.
    public internal(set) var summary = FeedSummary()
    /// The only one whose messages are taken in; nil for the first that is met.
    let symbol: String?
    let onDigest: ((String) -> Void)?
    private let tick: DecimalScale
    private let lot: DecimalScale
    private var decoder: BybitDecoder?
    private var book: OrderBook
    /// Where the message under way stands.
    private(set) var place = FeedSummary.Place(file: "", line: 0)
    /// Where the last file with book messages, and with prints, began.
    var bookStart: FileStart?
    private var printStart: FileStart?
    private var firstPrint: Nanoseconds?
    private var lastPrint: Nanoseconds?
    /// When the last print was made.
    var lastMatch: Nanoseconds?

    /// The first message of a kind in a file.
    struct FileStart {
        let file: String
        let at: Nanoseconds
    }

    /// Ticks a side of the ladder, wide enough that few levels of any recording lie past it.
    private static let window = 1 << 14

    /// An inspection in steps of `tick` and `lot`; `onDigest` gets a line for each book message.
    ///
    /// - Parameter symbol: whose messages are taken in. Where it is nil no others may be there.
    public init(
        tick: DecimalScale,
        lot: DecimalScale,
        symbol: String? = nil,
        onDigest: ((String) -> Void)? = nil
    ) {
        self.tick = tick
        self.lot = lot
        self.symbol = symbol
        self.onDigest = onDigest
        book = OrderBook(
            instrument: InstrumentID(0),
            window: FeedInspection.window,
            overflowCapacity: 4_096
        )
    }

    /// Reads one file to its end.
    ///
    /// - Throws: `RecordingError` with file, line and reason at the first thing that is wrong.
    public func read(_ name: String) throws {
        let file = try MessageFile(name)
        var lines = 0
        while let payload = try file.next() {
            lines += 1
            place = FeedSummary.Place(file: name, line: file.line)
            if let reason = take(payload) {
                throw RecordingError(file: name, line: file.line, reason: reason)
            }
        }
        guard lines > 0 else { throw RecordingError(file: name, reason: "is empty") }
    }

    /// Ends the run and states its last book.
    ///
    /// - Throws: `RecordingError` when no file held a message of a book or a print.
    public func finish() throws -> FeedSummary {
        guard summary.messages > 0 || summary.trades > 0 else {
            throw RecordingError(
                file: "",
                reason: "no file holds an order book message or a trade of "
                    + "\(symbol ?? "Bybit's"): "
                    + summary.otherMessages.counted("line holds", "lines hold") + " something else"
            )
        }
        if summary.messages == 0 {
            summary.first = firstPrint
            summary.last = lastPrint
        }
        summary.bids = FeedDigest.top(book, .buy, 5)
        summary.asks = FeedDigest.top(book, .sell, 5)
        return summary
    }

    /// Fixes the run's symbol; false when no instrument can have that name.
    func begin(_ symbol: String) -> Bool {
        guard (1...32).contains(symbol.utf8.count) else { return false }
        summary.symbol = symbol
        let instrument = Instrument(
            id: InstrumentID(0),
            category: .linear,
            symbol: symbol,
            baseCoin: "",
            quoteCoin: "",
            tick: tick,
            lot: lot,
            priceRange: Price(ticks: 1)...Price(ticks: 1 << 59),
            quantityRange: Quantity(lots: 1)...Quantity(lots: 1 << 59),
            minimumNotional: .zero
        )
        // A recording holds no orders, so that any session will do.
        decoder = BybitDecoder(
            instruments: [instrument],
            session: SessionPrefix("00000000")!
        )
        return true
    }

    /// Decodes one line and takes it in; what is wrong with it, or nil.
    func decode(_ payload: UnsafeRawBufferPointer) -> String? {
        switch decoder!.decode(payload) {
        case .malformed(let error):
            return error.description
        case .unreadable(.prints, let error):
            noteUnreadable(error.description)
        case .market(.depth(let update)):
            return take(update, &book)
        case .market(.trades(let batch)):
            if let fault = note(start: batch.publishedAt, of: &printStart) { return fault }
            summary.trades += batch.trades.count
            for trade in batch.trades {
                summary.volume += Int128(trade.quantity.lots)
                note(printAt: trade.matchedAt)
            }
            firstPrint = firstPrint ?? batch.publishedAt
            lastPrint = batch.publishedAt
        case .unreadable, .market(.ticker), .bounds, .orders, .account, .foreign, .control,
            .ignored:
            summary.otherMessages += 1
        }
        return nil
    }
}
