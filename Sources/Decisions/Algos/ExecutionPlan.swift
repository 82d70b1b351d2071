/// How a parent is to be worked: when so much is due, and how that becomes children.
public struct ExecutionPlan: BitwiseCopyable, Sendable {
    /// What is due when.
    public var schedule: Schedule
    /// How it becomes orders.
    public var rules: SlicingRules

    /// A plan of `schedule` by `rules`.
    public init(schedule: Schedule, rules: SlicingRules = SlicingRules()) {
        self.schedule = schedule
        self.rules = rules
    }
}
