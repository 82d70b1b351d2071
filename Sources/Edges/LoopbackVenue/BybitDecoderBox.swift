internal import Book
internal import Simulation
internal import Units
internal import Venues
internal import Wire

/// One message of a recording, copied out of the decoder's buffers.
enum RecordedMessage {
    /// A depth message.
    struct Depth {
        var kind: DepthUpdate.Kind
        var depth: Int
        var sequence: Int64
        var publishedAt: Nanoseconds
        var bids: [LevelChange]
        var asks: [LevelChange]

        var action: FeedAction.Kind { .depth(kind, bids: bids, asks: asks) }
    }

    case book(Depth)
    case trades(Nanoseconds, [Trade])
    case other
    /// Prints that cannot be read, which cost themselves alone.
    case unreadable(String)
    case malformed(String)
}

/// Bybit's decoder, held by reference: several steps of one recording share it.
final class BybitDecoderBox {
    private var decoder: BybitDecoder
    private let steps: String

    init(_ instrument: Instrument) {
        // Recordings hold no orders of ours: any prefix will do.
        decoder = BybitDecoder(
            instruments: [instrument],
            session: SessionPrefix("loopback")!
        )
        steps = "tick \(instrument.tick.text(1)), lot \(instrument.lot.text(1))"
    }

    func decode(_ line: UnsafeRawBufferPointer) -> RecordedMessage {
        switch decoder.decode(line) {
        case .market(.depth(let update)):
            return .book(
                RecordedMessage.Depth(
                    kind: update.kind,
                    depth: Int(update.depth),
                    sequence: update.sequence,
                    publishedAt: update.publishedAt,
                    bids: Array(update.bids),
                    asks: Array(update.asks)
                )
            )
        case .market(.trades(let batch)):
            return .trades(batch.publishedAt, Array(batch.trades))
        case .malformed(let error) where error.reason == .offStep:
            return .malformed(
                "\(error) (\(steps)): give --tick and --lot of `sluice venue` as `sluice inspect` "
                    + "finds them in the file"
            )
        case .malformed(let error): return .malformed("\(error)")
        case .unreadable(.prints, let error): return .unreadable("\(error)")
        default: return .other
        }
    }
}
