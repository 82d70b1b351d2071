import Book
import TestSupport
import Units

extension FuzzEntry {
    /// The book: streams of messages spelled by the input's bytes, against the plain book.
    static let book = FuzzEntry(
        name: "book",
        corpus: {
            (0..<24).map { stream in
                var random = SplitMix64(seed: UInt64(stream))
                let count = 24 + Int(random.next() % 120)
                return [0, 60] + (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            }
        },
        prepare: {
            let check = BookCheck()
            return { input, random in check.fault(input.bytes, &random) }
        }
    )
}

private final class BookCheck {
    /// A small window, so that levels slide in and out of it and the ladder's seam is met.
    private var book = OrderBook(instrument: InstrumentID(0), window: 16, overflowCapacity: 256)
    private let bids = UnsafeMutablePointer<LevelChange>.allocate(capacity: 64)
    private let asks = UnsafeMutablePointer<LevelChange>.allocate(capacity: 64)

    deinit {
        bids.deallocate()
        asks.deallocate()
    }

    /// Runs the messages that `bytes` spell; what the two books disagree about.
    func fault(_ bytes: [UInt8], _ random: inout SplitMix64) -> String? {
        var at = 0
        func byte() -> Int {
            defer { at += 1 }
            return at < bytes.count ? Int(bytes[at]) : 0
        }
        book.invalidate()
        var plain = NaiveOrderBook()
        var sequence: Int64 = 10
        var middle: Int64 = 500
        var message = 0
        while at < bytes.count && message < 24 {
            let head = byte()
            let counts = byte()
            sequence += head & 0x3c == 0x3c ? 2 : 1
            if head & 0xc0 == 0xc0 { middle = max(40, middle + Int64(byte()) - 128) }
            let bidCount = counts & 15
            let askCount = counts >> 4
            for i in 0..<bidCount {
                bids[i] = LevelChange(
                    ticks: max(1, middle - Int64(byte() % 48)),
                    lots: lots(byte())
                )
            }
            for i in 0..<askCount {
                asks[i] = LevelChange(ticks: middle + 1 + Int64(byte() % 48), lots: lots(byte()))
            }
            let update = DepthUpdate(
                instrument: InstrumentID(0),
                kind: message == 0 || head & 0x1f == 0x1f ? .snapshot : .delta,
                depth: 50,
                sequence: head == 0x41 ? 1 : sequence,
                crossSequence: sequence,
                publishedAt: .zero,
                matchedAt: .zero,
                bids: UnsafeBufferPointer(start: bids, count: bidCount),
                asks: UnsafeBufferPointer(start: asks, count: askCount)
            )
            if book.apply(update) != plain.apply(update) {
                return "judges message \(message) otherwise"
            }
            if let fault = difference(plain, &random) { return "\(fault) after message \(message)" }
            message += 1
        }
        book.checkInvariants()
        return nil
    }

    private func lots(_ byte: Int) -> Int64 {
        byte < 80 ? 0 : byte == 255 ? (1 << 60) - 1 : Int64(byte)
    }

    private func difference(_ plain: NaiveOrderBook, _ random: inout SplitMix64) -> String? {
        if book.bestBid?.ticks != plain.bids.first?.ticks { return "another best bid" }
        if book.bestAsk?.ticks != plain.asks.first?.ticks { return "another best ask" }
        if book.levelCount(.buy) != plain.bids.count { return "another count of bids" }
        if book.levelCount(.sell) != plain.asks.count { return "another count of asks" }
        let asked = Int64(random.next() % 2_000)
        for (taker, levels) in [(Side.sell, plain.bids), (.buy, plain.asks)] {
            var left = asked
            var notional: Int128 = 0
            for level in levels where left > 0 {
                let taken = min(level.lots, left)
                notional += Int128(level.ticks) * Int128(taken)
                left -= taken
            }
            let sweep = book.sweep(taker, Quantity(lots: asked))
            if sweep.filled.lots != asked - left || sweep.notional.tickLots != notional {
                return "another price of \(asked) lots"
            }
        }
        return nil
    }
}
