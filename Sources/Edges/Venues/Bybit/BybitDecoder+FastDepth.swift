import Book
import Units
import Wire

/// Depth messages in the shapes the venue sends them in: the path of almost every message.
///
///     {"topic":"orderbook.50.BTCUSDT","type":"delta","ts":…,"data":{"s":"BTCUSDT",
///      "b":[["61800.20","2.9"],…],"a":[…],"u":…,"seq":…},"cts":…}
///
/// with `ts` before or after `type`. Each byte is matched or read as a digit, so nothing invalid
/// gets through; the least deviation (a space, another field, a number of more than eight digits)
/// leaves the message to the general path, which judges it.
extension BybitDecoder {
    /// The message, or nil when it has another shape.
    @inline(__always)
    mutating func decodeFastDepth(_ payload: UnsafeRawBufferPointer) -> BybitMessage? {
        // No depth message is shorter; it also keeps the matching of the head inside the padding.
        guard payload.count >= 112, depthShapes.count > 0, let base = payload.baseAddress else {
            return nil
        }
        var text = FastText(
            start: base.assumingMemoryBound(to: UInt8.self),
            count: payload.count
        )
        guard let index = takeTopic(&text) else { return nil }
        let shapes = depthShapes.shapes
        let entry = instruments[shapes[index].instrument]
        guard let (kind, ts) = BybitDecoder.takeTypeAndTime(&text),
            text.take(depthShapes.body(index), shapes[index].bodyCount), text.isInside
        else { return nil }
        guard let bidCount = takeLevels(&text, bids, entry, &shapes[index].price),
            text.take(#","a":["#),
            let askCount = takeLevels(&text, asks, entry, &shapes[index].price),
            text.take(#","u":"#), let u = text.integer(), text.isInside,
            text.take(#","seq":"#), let seq = text.integer(), text.isInside,
            text.take(#"},"cts":"#), let cts = text.integer(),
            text.take(byte: UInt8(ascii: "}")), text.isAtEnd,
            ts < BybitDecoder.millisecondLimit, cts < BybitDecoder.millisecondLimit
        else { return nil }
        return .market(
            .depth(
                DepthUpdate(
                    instrument: entry.id,
                    kind: kind,
                    depth: shapes[index].depth,
                    sequence: u,
                    crossSequence: seq,
                    publishedAt: Nanoseconds(ts &* 1_000_000),
                    matchedAt: Nanoseconds(cts &* 1_000_000),
                    bids: UnsafeBufferPointer(start: bids, count: bidCount),
                    asks: UnsafeBufferPointer(start: asks, count: askCount)
                )
            )
        )
    }

    /// Times past this would not fit in 64 bits of nanoseconds: the general path refuses them.
    private static var millisecondLimit: Int64 { .max / 1_000_000 }

    /// Index of the known topic that the message opens with.
    @inline(__always)
    private mutating func takeTopic(_ text: inout FastText) -> Int? {
        let last = depthShapes.last
        if text.take(depthShapes.head(last), depthShapes.shapes[last].headCount) { return last }
        for i in 0..<depthShapes.count
        where text.take(depthShapes.head(i), depthShapes.shapes[i].headCount) {
            depthShapes.last = i
            return i
        }
        return nil
    }

    /// `"type":"delta","ts":1700000000140` in either order.
    @inline(__always)
    private static func takeTypeAndTime(
        _ text: inout FastText
    ) -> (kind: DepthUpdate.Kind, ts: Int64)? {
        if text.take(#""type":"delta","ts":"#) {
            guard let ts = text.integer() else { return nil }
            return (.delta, ts)
        }
        if text.take(#""type":"snapshot","ts":"#) {
            guard let ts = text.integer() else { return nil }
            return (.snapshot, ts)
        }
        guard text.take(#""ts":"#), let ts = text.integer() else { return nil }
        if text.take(#","type":"delta""#) { return (.delta, ts) }
        return text.take(#","type":"snapshot""#) ? (.snapshot, ts) : nil
    }

    /// `["61800.20","2.862"],…]` after the opening bracket; how many levels.
    @inline(__always)
    private func takeLevels(
        _ text: inout FastText,
        _ levels: UnsafeMutablePointer<LevelChange>,
        _ entry: InstrumentTable.Entry,
        _ shape: inout FastText.DecimalShape
    ) -> Int? {
        if text.take(byte: UInt8(ascii: "]")) { return 0 }
        // Locals, so that they live in registers.
        var reader = text
        var price = shape
        var count = 0
        while true {
            guard count < BybitDecoder.levelCapacity, reader.isInside,
                reader.take(byte: UInt8(ascii: "[")), reader.take(byte: UInt8(ascii: "\"")),
                let scaledPrice = reader.quotedDecimal(entry.tick.decimals, like: &price),
                reader.take(byte: UInt8(ascii: ",")), reader.take(byte: UInt8(ascii: "\"")),
                let scaledSize = reader.quotedDecimal(entry.lot.decimals),
                reader.take(byte: UInt8(ascii: "]")),
                let ticks = BybitDecoder.steps(scaledPrice, entry.tick), ticks > 0,
                let lots = BybitDecoder.steps(scaledSize, entry.lot)
            else { return nil }
            levels[count] = LevelChange(ticks: ticks, lots: lots)
            count &+= 1
            if reader.take(byte: UInt8(ascii: ",")) { continue }
            guard reader.take(byte: UInt8(ascii: "]")), reader.isInside else { return nil }
            text = reader
            shape = price
            return count
        }
    }

    /// `scaled` decimals in steps; nil when it is no multiple.
    @inline(__always)
    private static func steps(_ scaled: UInt64, _ scale: DecimalSteps) -> Int64? {
        let value = Int64(bitPattern: scaled)
        if scale.multiplier == 1 { return value }
        let (quotient, remainder) = value.quotientAndRemainder(dividingBy: scale.multiplier)
        return remainder == 0 ? quotient : nil
    }
}
