import Book
import Units
import Wire

extension BybitBinaryDecoder {
    /// Template 20000: the best level of each side, as a snapshot of depth 1.
    ///
    /// The book without retail price improvement, as everywhere: those orders fill only some.
    mutating func decodeBest(
        _ header: SBEHeader,
        _ sbe: inout SBEReader
    ) throws(DecodeError) -> DepthUpdate {
        let root = try sbe.block(header.blockLength, known: 98)
        let entry = try entry(try sbe.text(), sbe)
        let prices = try sbe.scale(root.int8(96), entry.tick)
        let sizes = try sbe.scale(root.int8(97), entry.lot)
        let askCount = try level(root.int64(32), root.int64(40), prices, sizes, asks, sbe)
        let bidCount = try level(root.int64(64), root.int64(72), prices, sizes, bids, sbe)
        return DepthUpdate(
            instrument: entry.id,
            kind: .snapshot,
            depth: 1,
            sequence: root.int64(24),
            crossSequence: root.int64(8),
            publishedAt: try sbe.time(root.int64(0)),
            matchedAt: try sbe.time(root.int64(16)),
            bids: UnsafeBufferPointer(start: bids, count: bidCount),
            asks: UnsafeBufferPointer(start: asks, count: askCount)
        )
    }

    /// The one level of a side; none when its size is zero.
    private func level(
        _ price: Int64,
        _ size: Int64,
        _ prices: MantissaSteps,
        _ sizes: MantissaSteps,
        _ levels: UnsafeMutablePointer<LevelChange>,
        _ sbe: SBEReader
    ) throws(DecodeError) -> Int {
        if size == 0 { return 0 }
        levels[0] = LevelChange(
            ticks: try sbe.price(price, prices),
            lots: try sbe.quantity(size, sizes)
        )
        return 1
    }

    /// Template 20001: fifty levels, whole or changed; asks come first, the symbol last.
    mutating func decodeDepth(
        _ header: SBEHeader,
        _ sbe: inout SBEReader
    ) throws(DecodeError) -> DepthUpdate {
        let root = try sbe.block(header.blockLength, known: 35)
        let askGroup = try sbe.group(known: 16)
        let askBlock = try sbe.block(askGroup.entryLength &* askGroup.count, known: 0)
        let bidGroup = try sbe.group(known: 16)
        let bidBlock = try sbe.block(bidGroup.entryLength &* bidGroup.count, known: 0)
        let entry = try entry(try sbe.text(), sbe)
        let kind: DepthUpdate.Kind
        switch root.uint8(34) {
        case 0: kind = .snapshot
        case 1: kind = .delta
        default: throw sbe.error(.badWord)
        }
        let prices = try sbe.scale(root.int8(32), entry.tick)
        let sizes = try sbe.scale(root.int8(33), entry.lot)
        try levels(askBlock, askGroup, prices, sizes, asks, sbe)
        try levels(bidBlock, bidGroup, prices, sizes, bids, sbe)
        return DepthUpdate(
            instrument: entry.id,
            kind: kind,
            depth: 50,
            sequence: root.int64(24),
            crossSequence: root.int64(8),
            publishedAt: try sbe.time(root.int64(0)),
            matchedAt: try sbe.time(root.int64(16)),
            bids: UnsafeBufferPointer(start: bids, count: bidGroup.count),
            asks: UnsafeBufferPointer(start: asks, count: askGroup.count)
        )
    }

    private func levels(
        _ block: SBEBlock,
        _ group: (entryLength: Int, count: Int),
        _ prices: MantissaSteps,
        _ sizes: MantissaSteps,
        _ levels: UnsafeMutablePointer<LevelChange>,
        _ sbe: SBEReader
    ) throws(DecodeError) {
        guard group.count <= BybitDecoder.levelCapacity else { throw sbe.error(.tooMany) }
        var at = 0
        for i in 0..<group.count {
            levels[i] = LevelChange(
                ticks: try sbe.price(block.int64(at), prices),
                lots: try sbe.quantity(block.int64(at &+ 8), sizes)
            )
            at &+= group.entryLength
        }
    }

    /// Template 20002: prints, each with the text of its id; the symbol comes last.
    mutating func decodeTrades(
        _ header: SBEHeader,
        _ sbe: inout SBEReader
    ) throws(DecodeError) -> TradeBatch {
        let root = try sbe.block(header.blockLength, known: 10)
        let group = try sbe.group(known: 35)
        guard group.count <= BybitDecoder.tradeCapacity else { throw sbe.error(.tooMany) }
        // The steps are the symbol's, which stands behind the prints: pass over them first.
        var entries = sbe
        for _ in 0..<group.count {
            _ = try sbe.block(group.entryLength, known: 35)
            _ = try sbe.text()
        }
        let entry = try entry(try sbe.text(), sbe)
        let prices = try sbe.scale(root.int8(8), entry.tick)
        let sizes = try sbe.scale(root.int8(9), entry.lot)
        for i in 0..<group.count {
            let fields = try entries.block(group.entryLength, known: 35)
            guard let id = ExternalID(try entries.text()) else { throw entries.error(.overflow) }
            let side: Side
            switch fields.uint8(32) {
            case 1: side = .buy
            case 2: side = .sell
            default: throw entries.error(.badWord)
            }
            trades[i] = Trade(
                price: Price(ticks: try entries.price(fields.int64(8), prices)),
                quantity: Quantity(lots: try entries.quantity(fields.int64(16), sizes)),
                aggressor: side,
                isBlock: fields.uint8(33) != 0,
                isRPI: fields.uint8(34) != 0,
                matchedAt: try entries.time(fields.int64(0)),
                crossSequence: fields.int64(24),
                id: id
            )
        }
        return TradeBatch(
            instrument: entry.id,
            publishedAt: try sbe.time(root.int64(0)),
            trades: UnsafeBufferPointer(start: trades, count: group.count)
        )
    }
}
