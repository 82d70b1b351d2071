import Book
import Units
import Venues

/// Messages of 3 + 3 levels for many books in turns, all through one decoder.
final class StreamState {
    private var decoder: BybitDecoder
    private let books: UnsafeMutablePointer<OrderBook>
    private let instruments: Int
    /// For each book a snapshot, then deltas: message by message, book by book.
    private var messages: [PaddedBytes] = []
    private var at = 0
    private let cold = UnsafeMutableRawBufferPointer.allocate(byteCount: 8 << 20, alignment: 64)

    /// - Parameter variants: messages a book until a snapshot starts it anew.
    init(instruments: Int, variants: Int = 64) {
        self.instruments = instruments
        let all = (0..<instruments).map { FeedInput.perpetual($0, "C\($0)") }
        decoder = BybitDecoder(instruments: all, session: SessionPrefix("benchrun")!)
        books = .allocate(capacity: instruments)
        for i in 0..<instruments {
            (books + i).initialize(to: OrderBook(instrument: InstrumentID(UInt16(i))))
        }
        cold.initializeMemory(as: UInt8.self, repeating: 1)
        for variant in 0..<variants {
            for instrument in all {
                let levels = variant == 0 ? 50 : 3
                let lots = Int64(100 + variant % 800)
                messages.append(
                    FeedInput.message(
                        variant == 0 ? .snapshot : .delta,
                        (0..<levels).map {
                            LevelChange(ticks: 600_000 - Int64($0), lots: lots + Int64($0) * 37)
                        },
                        (0..<levels).map {
                            LevelChange(ticks: 600_001 + Int64($0), lots: lots + Int64($0) * 41)
                        },
                        sequence: Int64(variant) + 1_000,
                        symbol: instrument.symbol
                    )
                )
            }
        }
        for i in 0..<instruments { _ = take(messages[i].bytes) }
        at = instruments
    }

    deinit {
        books.deinitialize(count: instruments)
        books.deallocate()
        cold.deallocate()
    }

    @inline(__always)
    private func take(_ message: UnsafeRawBufferPointer) -> UInt64 {
        guard case .market(.depth(let update)) = decoder.decode(message) else { return 0 }
        let book = books + Int(update.instrument.index)
        _ = book.pointee.apply(update)
        let quote = book.pointee.bbo
        return UInt64(bitPattern: quote.bid.ticks ^ quote.askQuantity.lots)
    }

    @inline(__always)
    private func next() -> UnsafeRawBufferPointer {
        let message = messages[at].bytes
        at = at &+ 1 == messages.count ? 0 : at &+ 1
        return message
    }

    func run(_ count: Int) -> UInt64 {
        var hash: UInt64 = 1
        for _ in 0..<count { hash = fold(hash, take(next())) }
        return hash
    }

    func runCold(_ count: Int, _ watch: Stopwatch) -> UInt64 {
        var hash: UInt64 = 1
        for _ in 0..<count {
            let message = next()
            var walked: UInt8 = 0
            for i in stride(from: 0, to: cold.count, by: 64) { walked &+= cold[i] }
            watch.start()
            let value = take(message)
            watch.stop()
            hash = fold(hash, value &+ UInt64(walked))
        }
        return hash
    }
}
