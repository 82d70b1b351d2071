import Book
internal import CScan
import Units
import Wire

/// Depth messages in the shapes the venue sends them in: the path of almost every message.
///
///     {"topic":"orderbook.50.BTCUSDT","type":"delta","ts":…,"data":{"s":"BTCUSDT",
///      "b":[["61800.20","2.9"],…],"a":[…],"u":…,"seq":…},"cts":…}
///
/// with `ts` before or after `type`. Each byte is matched or read as a digit, so nothing invalid
/// gets through; the least deviation (a space, another field, a time of other than 13 digits)
/// leaves the message to the general path, which judges it. Levels are read in C (`CScan`), for
/// vector instructions.
extension BybitDecoder {
    /// The message, or nil when it has another shape.
    @inline(__always)
    mutating func decodeFastDepth(_ payload: UnsafeRawBufferPointer) -> BybitMessage? {
        // No depth message is shorter; it also keeps the matching of the head inside the padding.
        guard payload.count >= 112, let base = payload.baseAddress else { return nil }
        var text = FastText(
            start: base.assumingMemoryBound(to: UInt8.self),
            count: payload.count
        )
        guard text.take(#"{"topic":"orderbook."#), let topic = depthTopics.take(&text),
            let (kind, ts) = BybitDecoder.takeTypeAndTime(&text),
            BybitDecoder.takeSymbol(&text, topic), text.isInside,
            let bidCount = takeLevels(&text, bids, topic), text.take(#","a":["#), text.isInside,
            let askCount = takeLevels(&text, asks, topic),
            text.take(#","u":"#), let u = text.integer(), text.isInside,
            text.take(#","seq":"#), let seq = text.integer(), text.isInside,
            text.take(#"},"cts":"#), let cts = text.milliseconds(),
            text.take(byte: UInt8(ascii: "}")), text.isAtEnd,
            ts <= BybitDecoder.millisecondLimit, cts <= BybitDecoder.millisecondLimit
        else { return nil }
        return .market(
            .depth(
                DepthUpdate(
                    instrument: topic.pointee.instrument,
                    kind: kind,
                    depth: Int32(topic.pointee.depth),
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
    private static var millisecondLimit: Int64 { timeLimit / 1_000_000 }

    /// `,"type":"delta","ts":1700000000140` in either order.
    @inline(__always)
    private static func takeTypeAndTime(
        _ text: inout FastText
    ) -> (kind: DepthUpdate.Kind, ts: Int64)? {
        var kind: DepthUpdate.Kind?
        if text.take(#","type":"delta","ts":"#) {
            kind = .delta
        } else if text.take(#","type":"snapshot","ts":"#) {
            kind = .snapshot
        } else if !text.take(#","ts":"#) {
            return nil
        }
        guard let ts = text.milliseconds() else { return nil }
        if let kind { return (kind, ts) }
        if text.take(#","type":"delta""#) { return (.delta, ts) }
        return text.take(#","type":"snapshot""#) ? (.snapshot, ts) : nil
    }

    /// `,"data":{"s":"BTCUSDT","b":[` with the topic's symbol.
    @inline(__always)
    private static func takeSymbol(
        _ text: inout FastText,
        _ topic: UnsafePointer<DepthTopics.Entry>
    ) -> Bool {
        let symbolAt = Int(topic.pointee.symbolAt)
        return text.take(#","data":{"s":""#)
            && text.take(DepthTopics.bytes(topic) + symbolAt, Int(topic.pointee.count) &- symbolAt)
            && text.take(#"","b":["#)
    }

    /// `["61800.20","2.862"],…]` after the opening bracket; how many levels.
    @inline(__always)
    private func takeLevels(
        _ text: inout FastText,
        _ levels: UnsafeMutablePointer<LevelChange>,
        _ topic: UnsafePointer<DepthTopics.Entry>
    ) -> Int? {
        if text.take(byte: UInt8(ascii: "]")) { return 0 }
        var next: UnsafePointer<UInt8>? = text.next
        let count = sluice_scan_levels(
            OpaquePointer(levelShapes),
            sluice_level_scale(
                price_decimals: UInt32(topic.pointee.tickDecimals),
                size_decimals: UInt32(topic.pointee.lotDecimals)
            ),
            &next,
            text.end,
            UnsafeMutableRawPointer(levels).assumingMemoryBound(to: sluice_level.self),
            Int64(BybitDecoder.levelCapacity)
        )
        guard count > 0, let next else { return nil }
        text.next = next
        let found = UnsafeMutableBufferPointer(start: levels, count: Int(count))
        return BybitDecoder.divide(found, topic.pointee) ? found.count : nil
    }

    /// Turns units of the last decimal into steps; false when one is no multiple.
    @inline(__always)
    private static func divide(
        _ levels: UnsafeMutableBufferPointer<LevelChange>,
        _ topic: DepthTopics.Entry
    ) -> Bool {
        let tick = topic.tickMultiplier
        let lot = topic.lotMultiplier
        if tick == 1 && lot == 1 { return true }
        for i in levels.indices {
            let (ticks, tickRest) = levels[i].ticks.quotientAndRemainder(dividingBy: tick)
            let (lots, lotRest) = levels[i].lots.quotientAndRemainder(dividingBy: lot)
            if tickRest != 0 || lotRest != 0 { return false }
            levels[i] = LevelChange(ticks: ticks, lots: lots)
        }
        return true
    }

    /// Memory for the shapes of levels, none learned yet.
    static func makeLevelShapes() -> UnsafeMutableRawPointer {
        precondition(
            MemoryLayout<LevelChange>.stride == MemoryLayout<sluice_level>.stride,
            "BybitDecoder: a level change is a level of the scanner"
        )
        let count = Int(SLUICE_LEVEL_SHAPES_BYTES)
        let memory = UnsafeMutableRawPointer.allocate(byteCount: count, alignment: 64)
        memory.initializeMemory(as: UInt64.self, repeating: 0, count: count / 8)
        return memory
    }
}
