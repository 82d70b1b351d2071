public import Costs
public import Foundation
public import Orders
public import Telemetry
public import Units

/// One parent order's proof: what was asked, what was done, what it cost and how fast, as one
/// document. The text report is a rendering of the same values.
///
/// Quantities, prices and amounts are exact decimals; costs are positive. `docs/json.md` describes
/// every member of the document.
public struct ParentReport: Encodable, Sendable {
    /// The name and version of what the document holds. The number grows when a member changes its
    /// meaning or goes; new ones may come at any time.
    public var schema = "sluice.report/1"
    /// The version of the build that wrote it.
    public var build: String
    /// The session's name, with which its orders' names begin.
    public var session: String
    /// What the process leaves with; nil where another process decides it.
    public var exitCode: Int32?
    /// What went wrong, in words; nil when nothing did.
    public var fault: String?
    /// What is worth knowing though nothing is at fault: what was away at the end, figures that are
    /// not complete.
    public var warnings: [String] = []
    /// What was traded.
    public var instrument: InstrumentSection
    /// What was asked for and how far it went.
    public var parent: ParentSection
    /// Every child in the order sent; their fills add up to the parent's.
    public var children: [ChildSection]
    /// Every fill in the order taken in.
    public var fills: [FillSection]
    /// Mid at arrival; nil when no trustworthy book was seen.
    public var arrivalMid: Decimal?
    /// The spread then.
    public var arrivalSpread: Decimal?
    /// Σ price × quantity / Σ quantity of the fills, rounded six decimals past the tick's; nil
    /// without fills.
    public var averagePrice: Decimal?
    /// Σ price × quantity of the fills, in the quote coin.
    public var notional: Decimal
    /// The best price of a fill; nil without fills.
    public var bestPrice: Decimal?
    /// The worst price of a fill; nil without fills.
    public var worstPrice: Decimal?
    /// Average price against benchmarks, fees apart.
    public var slippage: SlippageSection
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
    ///
    /// - Parameter sentAt: when a child left, where that is known.
    public init(
        build: String,
        session: String,
        facts: ParentFacts,
        instrument: Instrument,
        refusals: [String: Int],
        latencies: [StageSummary],
        venue: VenueSection,
        sentAt: (ChildID) -> Nanoseconds? = { _ in nil },
        feed: FeedSection? = nil,
        reconciliation: ReconciliationSection? = nil,
        statements: StatementSection? = nil,
        requests: RequestSection? = nil,
        feeRates: FeeRateSection? = nil,
        links: [LinkSection] = [],
        stalls: StallSection? = nil
    ) {
        let ledger = facts.ledger
        self.build = build
        self.session = session
        self.instrument = InstrumentSection(instrument)
        parent = ParentSection(facts, instrument)
        children = facts.children.map { ChildSection($0, instrument, sentAt: sentAt($0.id)) }
        fills = facts.fillLog.map { FillSection($0, instrument) }
        arrivalMid = ledger.arrivalHalfTicks.map { instrument.mid($0) }
        arrivalSpread = facts.arrivalSpreadTicks.map { exact($0, instrument.tick) }
        averagePrice = instrument.average(ledger.notional, ledger.filled)
        notional = instrument.value(ledger.notional.tickLots)
        let prices = facts.fillLog.map(\.execution.price.ticks)
        let (lowest, highest) = (prices.min(), prices.max())
        let isBuy = facts.order.side == .buy
        bestPrice = (isBuy ? lowest : highest).map { exact($0, instrument.tick) }
        worstPrice = (isBuy ? highest : lowest).map { exact($0, instrument.tick) }
        slippage = SlippageSection(facts, instrument)
        costs = CostSection(facts, instrument)
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

    /// The shortfall in basis points of the parent at its arrival mid; nil without an arrival.
    public var shortfall: Double? { costs.totalBps }

    /// The report as one JSON document.
    public func json() throws -> Data { Data(try JSONTree(self).document.utf8) }
}
