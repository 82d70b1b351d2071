import Reports
import Runtime

/// What one life came to, for the count of all.
struct FaultOutcome: CampaignOutcome {
    let seed: UInt64
    /// What must never be; empty when all held.
    var violations: [String] = []
    /// What it takes to see them.
    var evidence = ""
    /// Why it did not begin, when it did not.
    var refusal: String?
    /// What kind of account and parent it is, and how its orders go.
    var kind = ""
    /// Faults that struck, by kind.
    var faults: [String: Int] = [:]
    /// How it ended: state and reason.
    var ending = ""
    /// Whether everything is known, the fault text empty.
    var isClean = false
    var counts = FaultCounts()

    init(seed: UInt64) { self.seed = seed }

    mutating func note(_ outcome: SessionOutcome) {
        let report = outcome.report
        ending = "\(outcome.state), \(report.parent.stopReason)"
        isClean = outcome.fault == nil
        counts.children = report.counts.children
        counts.fills = report.counts.fills
        counts.amends = report.counts.amends
        counts.cancels = report.counts.cancels
        counts.rejects = report.counts.rejects
        counts.postOnlyRejects = report.counts.postOnlyRejects
        counts.riskRefusals = report.counts.riskRefusals
        counts.unknownChildren = report.counts.unknown
        counts.bookLosses = report.feed?.bookLosses ?? 0
        counts.marketReconnects = report.feed?.lines.reduce(0) { $0 + $1.reconnects } ?? 0
        counts.linkReconnects = report.links.reduce(0) { $0 + $1.recoveries }
        counts.questions = report.reconciliation?.questions ?? 0
        counts.doubts = report.reconciliation?.doubts ?? 0
        counts.withdrawnByREST = report.reconciliation?.withdrawnOrders ?? 0
        counts.differences = report.reconciliation?.differences ?? [:]
        counts.absent = report.children.filter { $0.reason == "absent" }.count
    }
}

/// What lives were made of.
struct FaultCounts: Encodable, Sendable {
    var children = 0
    var fills = 0
    var amends = 0
    var cancels = 0
    var rejects = 0
    var postOnlyRejects = 0
    var riskRefusals = 0
    var unknownChildren = 0
    /// Children that the venue never had, by its own lists.
    var absent = 0
    var bookLosses = 0
    var marketReconnects = 0
    /// Times the account or order connection came back.
    var linkReconnects = 0
    var questions = 0
    var doubts = 0
    var withdrawnByREST = 0
    /// What only asking brought to light, by kind.
    var differences: [String: Int] = [:]
    /// Requests that the venue refused for the rate, of accounts that have the least.
    var tooMany = 0
    var journalRecords = 0
    var replayedCommands = 0

    mutating func add(_ other: FaultCounts) {
        children += other.children
        fills += other.fills
        amends += other.amends
        cancels += other.cancels
        rejects += other.rejects
        postOnlyRejects += other.postOnlyRejects
        riskRefusals += other.riskRefusals
        unknownChildren += other.unknownChildren
        absent += other.absent
        bookLosses += other.bookLosses
        marketReconnects += other.marketReconnects
        linkReconnects += other.linkReconnects
        questions += other.questions
        doubts += other.doubts
        withdrawnByREST += other.withdrawnByREST
        differences.merge(other.differences, uniquingKeysWith: +)
        tooMany += other.tooMany
        journalRecords += other.journalRecords
        replayedCommands += other.replayedCommands
    }
}
