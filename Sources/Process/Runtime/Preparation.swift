internal import Algos
internal import Journal
internal import Orders
internal import Risk
internal import Units
internal import Wire

/// A request in words turned into ticks and lots of the instrument it is for.
struct Preparation {
    /// The width of the bars a volume profile is made of: a thousand of them are ten days.
    static let historyMinutes = 15

    let side: Side
    /// What was asked for, and what is worked of it: no more than is held, where it only reduces.
    let asked: Quantity
    let quantity: Quantity
    let limit: Price?
    let reduceOnly: Bool
    let duration: Nanoseconds
    let algorithm: ParentRequest.Algorithm
    let rules: SlicingRules
    let limits: RiskLimits
    private let instrument: InstrumentID

    init(
        _ configuration: SessionConfiguration,
        _ facts: VenueFacts
    ) throws(SessionError) {
        let request = configuration.request
        let instrument = facts.instrument
        self.instrument = instrument.id
        let decimals = instrument.tick.decimals + instrument.lot.decimals
        if decimals > JournalSession.mostDecimals {
            throw .usage(
                "tick and lot of \(instrument.symbol) have \(decimals) decimals together, more than "
                    + "the \(JournalSession.mostDecimals) that amounts are reckoned in here"
            )
        }
        side = request.side
        duration = request.duration
        reduceOnly = request.reduceOnly
        if reduceOnly && instrument.category == .spot {
            throw .usage("spot has no position that an order could reduce: leave out --reduce-only")
        }
        algorithm = request.algorithm
        var rules = request.rules
        // A lag of seconds is much of a short parent and nothing of a long one.
        let share = Nanoseconds(request.duration.count / 30)
        rules.participationLag = min(rules.participationLag, share)
        self.rules = rules
        asked = Quantity(
            lots: try Preparation.steps(request.quantity, instrument.lot, "quantity", "lot")
        )
        quantity = reduceOnly ? min(asked, try Preparation.reducible(side, facts)) : asked
        if let text = request.limit {
            limit = Price(ticks: try Preparation.steps(text, instrument.tick, "limit", "tick"))
        } else {
            limit = nil
        }
        var wanted = configuration.limits
        // The courier takes orders one by one.
        if configuration.venue.ordersByREST { wanted.takesBatches = false }
        var limits = try wanted.limits(instrument)
        // Two nets: the lines and links act on age themselves, and the gate refuses what is left.
        limits.maxBookAge = min(limits.maxBookAge, configuration.lineTimes.bookAge)
        limits.maxPrivateAge = min(limits.maxPrivateAge, configuration.linkTimes.silence)
        if let largest = facts.largestPosition {
            limits.maxGrossExposure = min(limits.maxGrossExposure, largest)
        }
        self.limits = limits
        let feasibility = Feasibility(
            side: side,
            quantity: quantity,
            limit: limit,
            duration: duration,
            completesByEnd: algorithm.completesByEnd,
            rules: rules,
            limits: limits,
            instrument: instrument
        )
        if let objection = feasibility.objection {
            throw clipping(instrument).map { objection.after($0) } ?? objection
        }
    }

    /// That less is worked than was asked for; nil when it is not.
    func clipping(_ instrument: Instrument) -> String? {
        if quantity == asked { return nil }
        return "\(instrument.words(asked)) asked, \(instrument.words(quantity)) held: "
            + "\(instrument.words(quantity)) is worked"
    }

    func parent(_ id: ParentID, from start: Nanoseconds) -> ParentOrder {
        ParentOrder(
            id: id,
            instrument: instrument,
            side: side,
            quantity: quantity,
            limit: limit,
            reduceOnly: reduceOnly,
            startsAt: start,
            endsAt: start + duration
        )
    }

    func plan(
        from start: Nanoseconds,
        history: [VolumeBar]?
    ) throws(SessionError) -> ExecutionPlan {
        switch algorithm {
        case .twap:
            return ExecutionPlan(schedule: .twap, rules: rules)
        case .pov(let rateBps):
            return ExecutionPlan(schedule: .pov(rateBps: rateBps), rules: rules)
        case .vwap(let given):
            let bars = given ?? history ?? []
            guard
                let width = Preparation.width(bars),
                let profile = VolumeProfile(
                    bars: bars,
                    width: width,
                    from: start,
                    to: start + duration - rules.lead(of: duration)
                )
            else {
                throw .usage(
                    "the volume history makes no profile: it needs at least two bars of one width "
                        + "that divides a day, and some volume"
                )
            }
            return ExecutionPlan(schedule: .vwap(profile), rules: rules)
        }
    }

    /// What a parent that only reduces could reduce. Where that is nothing it is refused: it would
    /// wait in vain until its time is over.
    private static func reducible(
        _ side: Side,
        _ facts: VenueFacts
    ) throws(SessionError) -> Quantity {
        let leg = facts.position.leg(of: side, reduceOnly: true)
        let held = facts.position[leg] ?? .zero
        let reducible = -side.sign * held.lots
        if reducible > 0 { return Quantity(lots: reducible) }
        let other: Side = side == .buy ? .sell : .buy
        let opposite = facts.position[facts.position.leg(of: other, reduceOnly: true)] ?? .zero
        let hasOther = -other.sign * opposite.lots > 0
        throw .refused(
            "the account holds no \(side == .sell ? "long" : "short") position in "
                + "\(facts.instrument.symbol) that a \(side) could reduce: "
                + (hasOther
                    ? "turn the side, or trade without --reduce-only" : "there is nothing to close")
        )
    }

    /// The width of bars: the smallest distance between two that follow each other.
    private static func width(_ bars: [VolumeBar]) -> Nanoseconds? {
        zip(bars, bars.dropFirst()).map { $1.start - $0.start }.filter { $0.count > 0 }.min()
    }

    /// A positive decimal in whole steps, or an error that says what step it must have.
    static func steps(
        _ text: String,
        _ scale: DecimalScale,
        _ what: String,
        _ step: String
    ) throws(SessionError) -> Int64 {
        guard let value = DecimalScale(step: text) else {
            throw .usage("the \(what) \(text) is no positive decimal")
        }
        // value = m × 10^−d must be a whole number of steps M × 10^−D.
        var numerator = Int128(value.multiplier)
        var denominator = Int128(scale.multiplier)
        for _ in 0..<max(0, scale.decimals - value.decimals) { numerator *= 10 }
        for _ in 0..<max(0, value.decimals - scale.decimals) { denominator *= 10 }
        guard numerator % denominator == 0, let steps = Int64(exactly: numerator / denominator)
        else {
            let below = Int64(clamping: numerator / denominator)
            let above = scale.text(below.addingReportingOverflow(1).partialValue)
            throw .usage(
                "the \(what) \(text) is no multiple of the \(step) \(scale.text(1)): "
                    + (below > 0 ? "\(scale.text(below)) or \(above)?" : "\(above)?")
            )
        }
        return steps
    }
}
