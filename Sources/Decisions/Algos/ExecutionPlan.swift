/// How a parent is to be worked: when so much is due, and how that becomes children.
public struct ExecutionPlan: BitwiseCopyable, Sendable {
    /// What is due when.
    public var schedule: Schedule
    /// How it becomes orders.
    public var rules: SlicingRules

    /// Whether its numbers can be worked with: a rate below 100 %, shares within 0...100 %.
    public var isPossible: Bool {
        if case .pov(let rateBps) = schedule, !(1..<10_000).contains(rateBps) { return false }
        return (1...10_000).contains(rules.displayedShareBps)
            && (0...10_000).contains(rules.depthRangeBps)
            && (0...10_000).contains(rules.bandBps)
            && rules.maxChild >= .zero && rules.grace >= .zero
            && rules.participationLag >= .zero
    }

    /// A plan of `schedule` by `rules`.
    public init(schedule: Schedule, rules: SlicingRules = SlicingRules()) {
        self.schedule = schedule
        self.rules = rules
    }
}
