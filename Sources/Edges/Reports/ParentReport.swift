public import Costs
public import Foundation
internal import Orders
public import Telemetry
public import Units

/// One parent order's proof: what was asked, what was done, what it cost and how fast, as one
/// document. The text report is a rendering of the same values.
///
/// Quantities and prices are exact decimals; costs in basis points, positive is bad; latencies in
/// nanoseconds.
public struct ParentReport: Codable, Sendable {
    /// What was asked for and how far it went.
    public var parent: ParentSection
    /// Every child in the order sent; their fills add up to the parent's.
    public var children: [ChildSection]
    /// Mid at arrival; nil when no trustworthy book was seen.
    public var arrivalMid: Double?
    /// Σ price × quantity / Σ quantity of the fills; nil without fills.
    public var averagePrice: Double?
    /// Average price against benchmarks, fees apart.
    public var slippage: SlippageSection
    /// All-in implementation shortfall in basis points of the parent at its arrival mid.
    public var shortfall: Double?
    /// The shortfall's parts.
    public var costs: CostSection
    /// The share of the fills that rested.
    public var makerRatio: Double?
    /// Our share of all that traded while the parent worked, our fills included.
    public var participation: Double?
    /// What the children went through.
    public var counts: CountSection
    /// Latency by stage.
    public var latency: [String: LatencySection]
    /// What the venue says, where it was asked.
    public var venue: VenueSection
    /// How the market data came; nil where it did not come over connections.
    public var feed: FeedSection?
    /// What the venue was asked meanwhile; nil where nobody asked.
    public var reconciliation: ReconciliationSection?
    /// What the account's stream stated of positions and coins; nil where there was none.
    public var statements: StatementSection?
    /// How the venue's request budget was kept to; nil where there was none.
    public var requests: RequestSection?
    /// What fills cost; nil where nobody asked.
    public var feeRates: FeeRateSection?
    /// The account and order connections; empty where there were none.
    public var links: [LinkSection]
    /// How often the hot thread stood still; nil when it never did.
    public var stalls: StallSection?

    /// The report of `facts`.
    public init(
        facts: ParentFacts,
        instrument: Instrument,
        refusals: [String: Int],
        latencies: [StageSummary],
        venue: VenueSection,
        feed: FeedSection? = nil,
        reconciliation: ReconciliationSection? = nil,
        statements: StatementSection? = nil,
        requests: RequestSection? = nil,
        feeRates: FeeRateSection? = nil,
        links: [LinkSection] = [],
        stalls: StallSection? = nil
    ) {
        let ledger = facts.ledger
        let side = facts.order.side
        let unfilled = facts.order.quantity - ledger.filled
        parent = ParentSection(facts, instrument)
        children = facts.children.map { ChildSection($0, instrument) }
        arrivalMid = ledger.arrivalHalfTicks.map { Double($0) / 2 * instrument.tick.step }
        averagePrice = ParentReport.average(ledger.notional, ledger.filled, instrument)
        slippage = SlippageSection(
            arrivalBps: ledger.arrivalHalfTicks.flatMap { arrival in
                Slippage.basisPoints(
                    side,
                    notional: ledger.notional,
                    quantity: ledger.filled,
                    benchmarkNotional: Notional(tickLots: Int128(arrival)),
                    benchmarkQuantity: Quantity(lots: 2)
                )
            },
            intervalVWAPBps: Slippage.basisPoints(
                side,
                notional: ledger.notional,
                quantity: ledger.filled,
                benchmarkNotional: facts.othersNotional,
                benchmarkQuantity: facts.othersVolume
            ),
            intervalVWAP: ParentReport.average(
                facts.othersNotional,
                facts.othersVolume,
                instrument
            ),
            othersVolume: exact(facts.othersVolume.lots, instrument.lot)
        )
        let cost = ledger.breakdown(unfilled: unfilled, endHalfTicks: facts.endMidHalfTicks)
        costs = CostSection(cost, facts, instrument)
        shortfall = costs.totalBps
        makerRatio =
            ledger.filled.lots > 0
            ? Double(ledger.makerFilled.lots) / Double(ledger.filled.lots) : nil
        participation = facts.participation
        counts = CountSection(facts, refusals)
        latency = Dictionary(
            uniqueKeysWithValues: latencies.map { ($0.stage.name, LatencySection($0)) }
        )
        self.venue = venue
        self.reconciliation = reconciliation
        self.statements = statements
        self.requests = requests
        self.feeRates = feeRates
        self.links = links
        self.stalls = stalls
        self.feed = feed
    }

    /// The report as one JSON document with sorted keys.
    public func json() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(self)
    }

    private static func average(
        _ notional: Notional,
        _ quantity: Quantity,
        _ instrument: Instrument
    ) -> Double? {
        guard quantity.lots > 0 else { return nil }
        return Double(notional.tickLots) / Double(quantity.lots) * instrument.tick.step
    }
}

/// `steps` of `scale` as an exact decimal number.
func exact(_ steps: Int64, _ scale: DecimalScale) -> Decimal {
    Decimal(string: scale.text(steps)) ?? 0
}
