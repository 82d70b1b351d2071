internal import Costs
internal import Engine
internal import Orders
internal import Risk
internal import Units
internal import Venues

/// Why a parent ended before it was filled: a sentence with its numbers, and what to do about it.
struct Ending {
    let reason: StopReason
    let facts: ParentFacts
    let instrument: Instrument
    /// The limit of our own that held back most, and how often.
    let mainRefusal: (reason: RefusalReason, count: Int)?
    /// The code with which the venue last refused something; 0 for none.
    let lastCode: Int32
    /// What was away for long, and what the venue did not answer.
    let hindrances: [String]

    /// The largest share of all volume that may be asked for.
    private static let largestRateBps: Int64 = 8_999

    /// Whether the parent was refused at its first book.
    var isRefused: Bool { reason == .parentTooLarge || reason == .parentTooSmall }

    /// The sentence, and what kept the parent, a line each; nil for a parent that was filled, or
    /// was asked to stop.
    var text: String? {
        if facts.state == .completed && reason != .flat { return nil }
        switch reason {
        case .none, .operatorRequest:
            return nil
        case .timeUp:
            return (["its time was up with \(progress)" + advice] + obstacles).joinedText
        case .killSwitch:
            return "\(reason.words) with \(progress)"
        case .residueTooSmall:
            return "\(progress): the \(instrument.words(left)) left\(worth(left)) is less than the "
                + "venue's smallest order of \(smallest)"
        case .flat:
            return "the position is flat: \(instrument.words(facts.ledger.filled)) of the "
                + "\(instrument.words(facts.asked)) asked was closed here, and nothing is left"
        case .parentTooLarge:
            return "the parent is worth more than max_parent_notional: nothing was sent"
        case .parentTooSmall:
            return "nothing was sent: " + sizes
        case .capacityReached:
            return "the parent was stopped: the room for its orders and fills is used up "
                + "(\(facts.children.count) orders, \(facts.fills) fills); \(progress): start another "
                + "for the rest"
        case .venueRefuses:
            return "the venue refused the parent's orders: \(refusal); \(progress)"
        default:
            return "the parent was stopped: \(reason.words); \(progress)"
        }
    }

    /// What others have made of the position that the parent reduced; nil for nothing.
    func others(from before: VenuePosition, to opening: VenuePosition) -> String? {
        if before == opening { return nil }
        let moved = opening.net.lots &- before.net.lots
        return
            "others closed \(instrument.words(Quantity(lots: abs(moved)))) of the position while "
            + "this parent reduced it"
    }

    private var left: Quantity { facts.order.quantity - facts.ledger.filled }

    private var progress: String {
        "\(instrument.words(facts.ledger.filled)) of \(instrument.words(facts.order.quantity)) "
            + "filled"
    }

    private var smallest: String {
        let quantity = instrument.words(instrument.quantityRange.lowerBound)
        if instrument.minimumNotional == .zero { return quantity }
        return "\(quantity) and \(instrument.words(instrument.minimumNotional))"
    }

    private var hadBook: Bool { facts.ledger.arrivalHalfTicks != nil }

    /// What kept it, as far as is known.
    private var obstacles: [String] {
        guard hadBook else { return [] }
        var texts: [String] = []
        if let mainRefusal { texts.append("\(mainRefusal.reason.name) held its orders back") }
        if lastCode != 0 { texts.append("the venue refused: \(refusal)") }
        if facts.unsent > 0 {
            texts.append(
                "\(facts.unsent) of its orders never left: the journal's disk took too long, or no "
                    + "connection took them"
            )
        }
        return texts + hindrances
    }

    /// What to do about it, as the end of a sentence; nothing where nothing is known to help.
    private var advice: String {
        guard hadBook else {
            return ": no order book could be trusted in all that time, so nothing was sent"
        }
        if let remedy = mainRefusal?.reason.remedy { return ": \(remedy)" }
        // More time helps nobody whom the venue does not hear.
        if facts.order.limit == nil && !hindrances.isEmpty { return "" }
        var remedies: [String] = []
        let duration = facts.order.endsAt - facts.order.startsAt
        if duration < Stated.longestDuration { remedies.append("give it longer") }
        if facts.rateWaits > 0 {
            remedies.append("more requests a second (--request-rate, --tier)")
        }
        if let limit = facts.order.limit {
            remedies.append("a limit beyond \(instrument.words(limit))")
        } else if let rate = facts.povRateBps {
            if rate < Ending.largestRateBps { remedies.append("a higher --rate") }
        } else {
            if facts.displayedShareBps < 10_000 {
                remedies.append("a larger share of the book (--display-share)")
            }
            if facts.grace == .zero { remedies.append("a --grace after its end") }
        }
        return remedies.isEmpty ? "" : ": " + remedies.joined(separator: ", or ")
    }

    private var refusal: String {
        if lastCode == 0 { return "it gave no code" }
        let meaning = BybitReturnCode.meaning(Int64(lastCode)) ?? "for a reason of its own"
        return "\(meaning) (code \(lastCode))"
    }

    /// The price that the parent could at best have traded at; nil when there was no book.
    private var price: Price? {
        guard facts.endMidHalfTicks > 0 else { return nil }
        let mid = Price(ticks: facts.endMidHalfTicks / 2)
        guard let limit = facts.order.limit else { return mid }
        return facts.order.side.lessAggressive(mid, limit)
    }

    private func worth(_ quantity: Quantity) -> String {
        guard let price else { return "" }
        return ", worth \(instrument.words(instrument.amount(Notional(price, quantity)))) at "
            + "\(instrument.words(price)),"
    }

    private var sizes: String {
        let largest = instrument.quantityRange.upperBound
        let (minimum, whole) = (instrument.minimumNotional, facts.order.quantity)
        guard let price else { return reason.words }
        if instrument.amount(Notional(price, largest)) < minimum {
            return "the venue's largest order, \(instrument.words(largest))\(worth(largest)) is "
                + "less than its smallest by value, \(instrument.words(minimum))"
        }
        // Orders must be worth enough at any price that they may have by then.
        let most = instrument.amount(Notional(price, whole)).billionths
        if whole < instrument.quantityRange.lowerBound || most < minimum.billionths / 100 * 101 {
            return "\(instrument.words(whole))\(worth(whole)) is less than the venue's smallest "
                + "order of \(smallest): ask for more"
        }
        return "the largest child is less than the venue's smallest order of \(smallest): "
            + "raise --max-child or max_child_notional"
    }
}

extension [String] {
    /// All of them, a line each; nil for none.
    var joinedText: String? { isEmpty ? nil : joined(separator: "\n") }
}

extension RefusalReason {
    /// What lifts a limit of our own that time does not; nil where time may.
    fileprivate var remedy: String? {
        switch self {
        case .positionExceeded: "ask for less, or raise max_position"
        case .exposureExceeded: "ask for less, or raise max_gross_exposure"
        case .leverageExceeded: "ask for less, or raise max_leverage"
        case .nearLiquidation: "ask for less, or bring the account more margin"
        case .childTooLarge: "raise --max-child"
        case .notionalTooLarge: "raise max_child_notional"
        case .outsidePriceBand: "raise --price-band"
        case .outsideMarkBand: "raise mark_band"
        case .messageRatioExceeded: "raise max_messages_per_fill"
        default: nil
        }
    }
}

extension ParentRequest {
    /// The quantity asked for in lots of `instrument`; nil where it is no multiple of one.
    func lots(of instrument: Instrument) -> Quantity? {
        (try? Preparation.steps(quantity, instrument.lot, "quantity", "lot")).map(Quantity.init)
    }
}
