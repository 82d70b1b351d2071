import Algos
import ArgumentParser
import Orders
import Recordings
import Runtime
import Units

/// The terms of a parent order, the same wherever one is given.
struct ParentOptions: ParsableArguments {
    enum Algorithm: String, ExpressibleByArgument, CaseIterable {
        case twap
        case vwap
        case pov
    }

    @Option(help: "Which way.")
    var side = SideArgument.buy

    @Option(help: "How much, in the instrument's base coin: 0.5.")
    var quantity: DecimalArgument

    @Option(help: "The schedule.")
    var algo: Algorithm = .twap

    @Option(
        name: [.customLong("over"), .customLong("duration")],
        help: "How long: 30m, 90s, 1h30m; 100ms to 168h."
    )
    var over: DurationArgument

    @Flag(help: "Only bring the position nearer to flat. In hedge mode: close the other side's.")
    var reduceOnly = false

    @Option(help: "The worst price of any child.")
    var limit: DecimalArgument?

    @Option(
        name: [.customLong("rate"), .customLong("participation")],
        help: "POV: our share of all volume, 10% or 0.10; 0.01% to 89.99%. Default: 10%."
    )
    var rate: RateArgument?

    @Option(help: "VWAP: past bars (CSV with a time and a volume column). Default: the venue's.")
    var profile: String?

    @Option(
        help: """
            Largest share of the displayed depth that one child may be, 10% or 0.10; 0.01% to 100%. \
            Default: \(Stated.percent(SlicingRules().displayedShareBps)).
            """
    )
    var displayShare: RateArgument?

    @Option(
        help: """
            TWAP and VWAP: how long after the end what is still missing may be worked off, by \
            crossing; at most 1h. Default: 0s, which ends on time: all is due a little before the \
            end, and what is missing then is crossed for.
            """
    )
    var grace: GraceArgument?

    @Option(help: "Largest child, in the base coin. Default: the venue's maximum.")
    var maxChild: DecimalArgument?

    @Option(
        help: """
            Largest distance of a price from the mid, 1% or 0.01; 0.01% to 100%. Default: \
            \(Stated.percent(LimitRequest().priceBandBps)).
            """
    )
    var priceBand: RateArgument?

    @Option(
        help: """
            Requests a second, for each of place, amend and cancel, 1 to 10000. Default: as many as \
            the venue takes.
            """
    )
    var requestRate: WholeArgument?

    @Option(
        help: "The account's tier, by which the venue counts requests: none, vip1…3, pro1…6, mm1…3."
    )
    var tier: AccountTier?

    /// Notes what is wrong with these options together.
    func check(_ faults: inout OptionFaults) {
        faults.participation("--rate", rate)
        faults.meaningless("--rate", if: algo != .pov && rate != nil, "belongs to --algo pov")
        faults.meaningless(
            "--grace",
            if: algo == .pov && grace != nil,
            "belongs to --algo twap and vwap: pov stops at its end, whatever it has filled"
        )
        faults.expect(algo == .vwap || profile == nil, "--profile belongs to --algo vwap")
        faults.range("--request-rate", requestRate, 1...10_000)
    }

    func request() throws -> ParentRequest {
        let algorithm: ParentRequest.Algorithm
        switch algo {
        case .twap:
            algorithm = .twap
        case .vwap:
            let bars = try profile.map { path in
                try KlineFile.bars(path).map {
                    VolumeBar(start: $0.start, volume: $0.volume)
                }
            }
            algorithm = .vwap(history: bars)
        case .pov:
            algorithm = .pov(rateBps: rate?.bps ?? 1_000)
        }
        var rules = SlicingRules()
        if let grace { rules.grace = grace.value }
        if let displayShare { rules.displayedShareBps = displayShare.bps }
        var request = ParentRequest(
            side: side.side,
            quantity: quantity.text,
            limit: limit?.text,
            duration: over.value,
            algorithm: algorithm,
            rules: rules
        )
        request.reduceOnly = reduceOnly
        return request
    }

    /// `limits` with those stated here in their place.
    func limits(over limits: LimitRequest) -> LimitRequest {
        var limits = limits
        if let maxChild { limits.maxChild = maxChild.text }
        if let requestRate { limits.requestsPerSecond = Int64(requestRate.int) }
        if let tier { limits.tier = tier }
        if let priceBand { limits.priceBandBps = priceBand.bps }
        return limits
    }
}

extension AccountTier: ExpressibleByArgument {}

extension OptionFaults {
    /// Notes a share of all volume that leaves too little to the others.
    mutating func participation(_ option: String, _ rate: RateArgument?) {
        check(option, rate) { (rate) throws(StatedError) in
            guard rate.bps >= 9_000 else { return }
            throw StatedError("must be below 90%: the rest of the market has to trade")
        }
    }
}
