import Book
import Orders
import Venues

/// A hash of all a message says, views included: two decoders agree when their digests do.
struct Digest: Equatable {
    private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

    mutating func add(_ word: UInt64) {
        value = (value ^ word) &* 0x100_0000_01b3
        value ^= value >> 29
    }

    mutating func add(_ number: some FixedWidthInteger) { add(UInt64(truncatingIfNeeded: number)) }

    mutating func add(_ bytes: UnsafeRawBufferPointer) {
        add(bytes.count)
        for byte in bytes { add(byte) }
    }

    mutating func add(_ levels: UnsafeBufferPointer<LevelChange>) {
        add(levels.count)
        for level in levels {
            add(level.ticks)
            add(level.lots)
        }
    }

    init() {}

    init(_ message: BybitMessage) {
        switch message {
        case .market(.depth(let depth)):
            add(1)
            add(depth.instrument.index)
            add(depth.kind.rawValue)
            add(depth.depth)
            for field in [
                depth.sequence, depth.crossSequence, depth.publishedAt.count, depth.matchedAt.count,
            ] { add(field) }
            add(depth.bids)
            add(depth.asks)
        case .market(.trades(let batch)):
            add(2)
            add(batch.publishedAt.count)
            for trade in batch.trades { add(trade.hashable) }
        case .market(.ticker(let ticker)):
            add(3)
            add(ticker.publishedAt.count)
            for field in [
                ticker.markPrice?.billionths, ticker.indexPrice?.billionths,
                ticker.lastPrice?.billionths, ticker.fundingRateE9, ticker.nextFundingAt?.count,
            ] { add(field ?? .min) }
        case .bounds(let bounds):
            add(11)
            add(UInt64(bitPattern: Int64(bounds.hashValue)))
        case .orders(let events):
            add(4)
            for event in events { add(UInt64(bitPattern: Int64(event.hashValue))) }
        case .foreign(let count):
            add(5)
            add(count)
        case .control(let control):
            add(6)
            add(UInt64(bitPattern: Int64(control.hashValue)))
        case .ignored: add(7)
        case .account(let statements):
            add(9)
            for statement in statements { add(UInt64(bitPattern: Int64(statement.hashValue))) }
        case .unreadable(let subject, let error):
            add(10)
            add(subject.rawValue)
            add(error.reason.rawValue)
            add(error.offset)
        case .malformed(let error):
            add(8)
            add(error.reason.rawValue)
            add(error.offset)
        }
    }
}

extension Trade {
    /// Equal for equal prints, within one process.
    fileprivate var hashable: UInt64 { UInt64(bitPattern: Int64(hashValue)) }
}
