import Book
import Orders
import TestSupport
import Units
import Venues

@testable import LoopbackVenue

/// What one text says, copied out of the decoder.
enum Heard {
    case orders([OrderEvent])
    case account([AccountStatement])
    case trades([Trade])
    case depth(BookResult, DepthUpdate.Kind)
    case control(BybitControl)
    case foreign(Int)
    case ignored
    case malformed(DecodeFailure)
}

/// A decoder's complaint with the text it is about.
struct DecodeFailure {
    let text: String
    let why: String
}

/// The product's own decoder with a plain book behind it: what a client makes of the texts.
final class Listener {
    private(set) var book = NaiveOrderBook()
    private var decoder: BybitDecoder

    init(_ instrument: Instrument) {
        decoder = BybitDecoder(instruments: [instrument], session: FloorFixture.session)
    }

    func hear(_ outgoing: Outgoing) -> Heard { hear(outgoing.string) }

    func hear(_ text: String) -> Heard {
        let padded = PaddedBytes(text)
        return withExtendedLifetime(padded) {
            switch decoder.decode(padded.payload) {
            case .market(.depth(let update)): .depth(book.apply(update), update.kind)
            case .market(.trades(let batch)): .trades(Array(batch.trades))
            case .market, .bounds: .ignored
            case .orders(let events): .orders(Array(events))
            case .foreign(let count): .foreign(count)
            case .control(let control): .control(control)
            case .ignored: .ignored
            case .account(let statements): .account(Array(statements))
            case .malformed(let error), .unreadable(_, let error):
                .malformed(DecodeFailure(text: text, why: "\(error)"))
            }
        }
    }

    /// The order events in `texts`, in order.
    func orderEvents(_ texts: [Outgoing]) -> [OrderEvent] {
        texts.flatMap { text -> [OrderEvent] in
            if case .orders(let events) = hear(text) { events } else { [] }
        }
    }
}
