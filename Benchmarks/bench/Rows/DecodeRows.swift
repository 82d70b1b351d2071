import Book
import CTwins
import Units
import Venues
import Wire

extension Rows {
    /// Decoding alone: a message's text to ticks and lots, fully validated.
    static func decode(_ feed: FeedInput) -> [Row] {
        [(3, 20_000), (20, 5_000), (200, 500)].map { levels, count in
            Row(
                name: "decode.json.\(levels)",
                operation: "decode one message of \(levels) + \(levels) levels",
                count: count
            ) {
                let state = DecodeState(levels)
                return .batch { state.run($0) }
            }
        } + [
            Row(name: "twin.decode.json.3", operation: "the same in C", count: 20_000) {
                let state = TwinDecodeState(3)
                return .batch { state.run($0) }
            },
            Row(
                name: "frame.parse",
                operation: "find one WebSocket frame of 300 B in a stream",
                count: 20_000
            ) {
                let state = FrameState()
                return .batch { state.run($0) }
            },
        ]
    }

    /// A delta of `levels` a side around 60,000.0, other quantities for each variant.
    static func delta(levels: Int, variant: Int64, sequence: Int64) -> PaddedBytes {
        let bids = (0..<levels).map {
            LevelChange(ticks: 600_000 - Int64($0), lots: 100 + variant + Int64($0) * 37)
        }
        let asks = (0..<levels).map {
            LevelChange(ticks: 600_001 + Int64($0), lots: 200 + variant + Int64($0) * 41)
        }
        return FeedInput.message(
            levels > 100 ? .snapshot : .delta,
            bids,
            asks,
            sequence: sequence
        )
    }
}

private final class DecodeState {
    private var decoder: BybitDecoder
    private let messages: [PaddedBytes]
    private var at = 0

    init(_ levels: Int) {
        decoder = BybitDecoder(
            instruments: [FeedInput.bitcoin],
            session: SessionPrefix("benchrun")!
        )
        messages = (0..<64).map { Rows.delta(levels: levels, variant: $0, sequence: $0 + 1_000) }
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

/// The messages of `DecodeState` through the C decoder.
private final class TwinDecodeState {
    private let messages: [PaddedBytes]
    private let texts: UnsafeMutablePointer<UnsafePointer<UInt8>?>
    private let lengths: UnsafeMutablePointer<Int64>
    private let twin = twin_decoder_make(
        #"{"topic":"orderbook.50.BTCUSDT","#,
        #","data":{"s":"BTCUSDT","b":["#,
        1,
        3
    )
    private var at: Int32 = 0

    init(_ levels: Int) {
        messages = (0..<64).map { Rows.delta(levels: levels, variant: $0, sequence: $0 + 1_000) }
        texts = .allocate(capacity: 64)
        lengths = .allocate(capacity: 64)
        for (i, message) in messages.enumerated() {
            texts[i] = message.bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
            lengths[i] = Int64(message.bytes.count)
        }
    }

    deinit {
        twin_decoder_free(twin)
        texts.deallocate()
        lengths.deallocate()
    }

    func run(_ count: Int) -> UInt64 {
        twin_decoder_run(twin, texts, lengths, 64, &at, Int32(count))
    }
}
