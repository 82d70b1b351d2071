internal import Algos
internal import Orders
internal import Risk
internal import Units

/// Whether a parent could ever be done, by what is known before its first order: arithmetic alone,
/// told in words with its numbers.
struct Feasibility {
    /// The shortest time a parent may be given.
    static let shortest = Nanoseconds.milliseconds(100)

    let side: Side
    let quantity: Quantity
    let limit: Price?
    let duration: Nanoseconds
    /// Whether its schedule wants all of it done by the end.
    let completesByEnd: Bool
    let rules: SlicingRules
    let limits: RiskLimits
    let instrument: Instrument

    /// The first thing that stands in its way; nil when nothing does.
    var objection: SessionError? {
        lengthObjection ?? sizeObjection ?? limitObjection ?? childObjection ?? paceObjection
    }

    private var lengthObjection: SessionError? {
        if duration >= Feasibility.shortest { return nil }
        return .usage(
            "\(duration.inSeconds) s is too short for a parent: the shortest is "
                + "\(Feasibility.shortest.inSeconds) s"
        )
    }

    private var sizeObjection: SessionError? {
        let smallest = instrument.quantityRange.lowerBound
        if quantity < smallest {
            return .usage(
                "\(instrument.words(quantity)) is less than the venue's smallest order, "
                    + "\(instrument.words(smallest)): ask for more"
            )
        }
        if quantity > limits.maxParent {
            return .refused(
                "\(instrument.words(quantity)) is more than a parent may have (max_parent), "
                    + "\(instrument.words(limits.maxParent)): ask for less"
            )
        }
        return nil
    }

    private var limitObjection: SessionError? {
        guard let limit else { return nil }
        let range = instrument.priceRange
        if side == .buy ? limit < range.lowerBound : limit > range.upperBound {
            let (word, bound) =
                side == .buy ? ("lowest", range.lowerBound) : ("highest", range.upperBound)
            return .usage(
                "no order could be within the limit \(instrument.words(limit)): the venue's "
                    + "\(word) price is \(instrument.words(bound))"
            )
        }
        // A sale may bring more than its limit; a purchase is never worth more than at its own.
        let worth = instrument.amount(Notional(limit, quantity))
        if side == .sell || worth >= instrument.minimumNotional { return nil }
        return .usage(
            "\(instrument.words(quantity)) at your limit \(instrument.words(limit)) is "
                + "\(instrument.words(worth)); the venue's smallest order is "
                + "\(instrument.words(instrument.minimumNotional)): ask for more, or raise the "
                + "limit"
        )
    }

    /// The largest child, whatever it is worth.
    private var largestChild: Quantity {
        let largest = min(limits.maxChild, instrument.quantityRange.upperBound)
        return rules.maxChild > .zero ? min(largest, rules.maxChild) : largest
    }

    private var childObjection: SessionError? {
        let smallest = instrument.quantityRange.lowerBound
        if largestChild < smallest {
            return .usage(
                "the largest child, \(instrument.words(largestChild)), is less than the venue's "
                    + "smallest order, \(instrument.words(smallest)): raise --max-child"
            )
        }
        if limits.maxChildNotional < instrument.minimumNotional {
            return .usage(
                "the largest child, \(instrument.words(limits.maxChildNotional)), is worth less "
                    + "than the venue's smallest order, "
                    + "\(instrument.words(instrument.minimumNotional)): raise max_child_notional"
            )
        }
        return nil
    }

    /// Children of the largest size, as fast as requests may leave, for all of its time.
    private var paceObjection: SessionError? {
        guard completesByEnd else { return nil }
        let venue =
            instrument.category == .linear
            ? limits.venueRates.linear : limits.venueRates.spot
        let perSecond = min(limits.requestsPerSecond, venue)
        // A second that has begun has its requests.
        let second = Nanoseconds.seconds(1).count
        let seconds = (duration.count + second - 1) / second
        let most = Int128(largestChild.lots) * Int128(perSecond) * Int128(seconds)
        if most >= Int128(quantity.lots) { return nil }
        return .usage(
            "\(instrument.words(largestChild)) a child x \(perSecond) a second x \(seconds) s = "
                + "\(instrument.words(Quantity(lots: Int64(clamping: most)))) of "
                + "\(instrument.words(quantity)): ask for less, or allow "
                + paceRemedies(venue).joined(separator: " or ")
        )
    }

    /// What would let it be done in time: what is the venue's own cannot be raised.
    private func paceRemedies(_ venue: Int64) -> [String] {
        var remedies = ["more time"]
        if largestChild < instrument.quantityRange.upperBound {
            remedies.append("larger children (--max-child)")
        }
        if limits.requestsPerSecond < venue { remedies.append("more requests (--request-rate)") }
        return remedies
    }
}
