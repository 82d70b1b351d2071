import Book
import Units
import Venues

extension Rows {
    /// Binary decoding: the same fifty levels a side that `decode.json` reads as text.
    static func binaryDecode() -> [Row] {
        [
            Row(
                name: "decode.sbe.50",
                operation: "decode one SBE message of 50 + 50 levels, two decimals, tick 0.1",
                count: 5_000
            ) {
                let state = BinaryDecodeState()
                return .batch { state.run($0) }
            }
        ]
    }
}

private final class BinaryDecodeState {
    private var decoder = BybitBinaryDecoder(
        instruments: [FeedInput.bitcoin],
        session: SessionPrefix("benchrun")!
    )
    private let messages: [PaddedBytes]
    private var at = 0

    init() { messages = (0..<64).map { BinaryDecodeState.message(variant: $0) } }

    /// Template 20001 as the venue lays it out.
    private static func message(variant: Int64) -> PaddedBytes {
        var bytes: [UInt8] = []
        func append(_ value: some FixedWidthInteger) {
            withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
        }
        for field in [35, 20_001, 1, 1] as [UInt16] { append(field) }
        for field in [1_700_000_000_140_000, 7, 1_700_000_000_138_000, 1_000 + variant] as [Int64] {
            append(field)
        }
        for field in [2, 3, 1] as [UInt8] { append(field) }
        for (first, step) in [(6_000_010, 10), (6_000_000, -10)] as [(Int64, Int64)] {
            append(UInt16(16))
            append(UInt16(50))
            for i in 0..<50 as Range<Int64> {
                append(first + i * step)
                append(100 + variant + i * 37)
            }
        }
        append(UInt8(7))
        bytes.append(contentsOf: Array("BTCUSDT".utf8))
        return bytes.withUnsafeBytes { PaddedBytes($0) }
    }

    func run(_ count: Int) -> UInt64 {
        var hash: UInt64 = 1
        for _ in 0..<count {
            let message = messages[at].bytes
            at = (at &+ 1) & 63
            guard case .market(.depth(let update)) = decoder.decode(message) else { return 0 }
            let last = update.asks[update.asks.count &- 1]
            hash = fold(hash, UInt64(bitPattern: update.bids[0].lots ^ last.ticks))
        }
        return hash
    }
}
