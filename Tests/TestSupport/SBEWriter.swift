/// A plain SBE encoder for tests: appends fields as the published layouts list them, knowing
/// nothing of the decoder.
public struct SBEWriter {
    /// The message so far.
    public private(set) var bytes: [UInt8] = []

    /// A message with its header; `blockLength` as the layout states it.
    public init(blockLength: Int, template: UInt16, schema: UInt16 = 1, version: UInt16 = 1) {
        append(UInt16(blockLength))
        append(template)
        append(schema)
        append(version)
    }

    /// Appends one integer, lowest byte first.
    public mutating func append(_ value: some FixedWidthInteger) {
        for i in 0..<value.bitWidth / 8 {
            bytes.append(UInt8(truncatingIfNeeded: value >> (i * 8)))
        }
    }

    /// Appends integers of 64 bits.
    public mutating func append(longs: Int64...) { for value in longs { append(value) } }

    /// Appends a group's header.
    public mutating func group(blockLength: Int, count: Int) {
        append(UInt16(blockLength))
        append(UInt16(count))
    }

    /// Appends a text behind its length byte.
    public mutating func append(text: String) {
        append(UInt8(text.utf8.count))
        bytes.append(contentsOf: Array(text.utf8))
    }

    /// Appends `count` bytes that no known layout names.
    public mutating func fill(_ count: Int) {
        bytes.append(contentsOf: repeatElement(0xee, count: count))
    }
}

/// The venue's binary messages, by their published layouts.
public enum SBEMessages {
    /// Bytes that a later version appends to each block.
    public typealias Appended = Int

    /// Template 20001.
    public static func depth(
        _ symbol: String,
        isSnapshot: Bool,
        u: Int64,
        priceExponent: Int8,
        sizeExponent: Int8,
        asks: [(Int64, Int64)],
        bids: [(Int64, Int64)],
        appended: Appended = 0
    ) -> [UInt8] {
        var out = SBEWriter(blockLength: 35 + appended, template: 20_001)
        out.append(longs: 1_700_000_000_140_250, u * 3, 1_700_000_000_138_001, u)
        out.append(priceExponent)
        out.append(sizeExponent)
        out.append(UInt8(isSnapshot ? 0 : 1))
        out.fill(appended)
        for side in [asks, bids] {
            out.group(blockLength: 16 + appended, count: side.count)
            for (price, size) in side {
                out.append(longs: price, size)
                out.fill(appended)
            }
        }
        out.append(text: symbol)
        return out.bytes
    }

    /// Template 20000: the normal sizes and, apart from them, those with price improvement.
    public static func best(
        _ symbol: String,
        ask: (Int64, Int64),
        bid: (Int64, Int64),
        priceExponent: Int8,
        sizeExponent: Int8,
        appended: Appended = 0
    ) -> [UInt8] {
        var out = SBEWriter(blockLength: 98 + appended, template: 20_000)
        out.append(longs: 1_700_000_000_140_250, 900, 1_700_000_000_138_001, 77)
        out.append(longs: ask.0, ask.1, ask.0 - 1, 5, bid.0, bid.1, bid.0 + 1, 6)
        out.append(priceExponent)
        out.append(sizeExponent)
        out.fill(appended)
        out.append(text: symbol)
        return out.bytes
    }

    /// Template 20002; sides are the venue's codes, 1 buy, 2 sell.
    public static func trades(
        _ symbol: String,
        _ prints: [(
            price: Int64, size: Int64, side: UInt8, isBlock: Bool, isRPI: Bool, id: String
        )],
        priceExponent: Int8,
        sizeExponent: Int8,
        appended: Appended = 0
    ) -> [UInt8] {
        var out = SBEWriter(blockLength: 10 + appended, template: 20_002)
        out.append(longs: 1_700_000_000_125_000)
        out.append(priceExponent)
        out.append(sizeExponent)
        out.fill(appended)
        out.group(blockLength: 35 + appended, count: prints.count)
        for (i, print) in prints.enumerated() {
            out.append(longs: 1_700_000_000_123_456, print.price, print.size, 500 + Int64(i))
            out.append(print.side)
            out.append(UInt8(print.isBlock ? 1 : 0))
            out.append(UInt8(print.isRPI ? 1 : 0))
            out.fill(appended)
            out.append(text: print.id)
        }
        out.append(text: symbol)
        return out.bytes
    }

    /// Template 21000, version 2.
    public static func order(
        linkID: String,
        status: UInt8,
        rejectReason: UInt16 = 0,
        price: Int64,
        leaves: Int64,
        original: Int64,
        symbolID: Int32,
        priceExponent: Int8,
        sizeExponent: Int8,
        appended: Appended = 0
    ) -> [UInt8] {
        var out = SBEWriter(blockLength: 86 + appended, template: 21_000, schema: 1, version: 2)
        out.append(UInt8(2))
        out.append(UInt8(1))
        out.append(status)
        out.append(priceExponent)
        out.append(sizeExponent)
        out.append(Int8(4))
        out.append(rejectReason)
        out.append(longs: price, leaves, 0, 1_700_000_000_001_000, 1_700_000_000_002_500, 42)
        out.append(symbolID)
        out.append(Int8(1))
        out.append(Int8(0))
        out.append(longs: original - leaves, price, original)
        out.fill(appended)
        out.append(text: "9aac161b-8ed6-450d-9cab-c5cc67c21784")
        out.append(text: linkID)
        return out.bytes
    }
}
