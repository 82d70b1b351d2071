internal import Units

/// A fault script at work: what has been counted, and what is due.
///
/// - Complexity: O(rules) a request.
struct FaultSchedule {
    private let script: FaultScript
    private var counts: [RequestKind: Int] = [:]
    private var dice: SplitMix64
    private var startedAt: Nanoseconds?
    private var eventIndex = 0
    /// How often each kind of fault was found due, by its words in a script.
    private(set) var fired: [String: Int] = [:]

    init(_ script: FaultScript) {
        self.script = script
        dice = SplitMix64(seed: script.seed)
    }

    /// Where its faults come from, in words; nil for none.
    var origin: String? { script.origin }

    /// Starts the clock, once.
    mutating func start(_ now: Nanoseconds) {
        if startedAt == nil { startedAt = now }
    }

    /// What befalls the next request of that kind.
    mutating func request(_ kind: RequestKind) -> RequestFault? {
        let number = counts[kind, default: 0] + 1
        counts[kind] = number
        var found: RequestFault?
        for rule in script.requests where rule.kind == kind && rule.numbers.contains(number) {
            // Each rule throws its own dice, whatever the others came to: rules stay independent.
            let isHit = rule.perMille >= 1_000 || Int(dice.next() % 1_000) < rule.perMille
            if isHit && found == nil { found = rule.fault }
        }
        if let found { fired["\(kind.rawValue) \(found.word)", default: 0] += 1 }
        return found
    }

    /// When the next fault of the venue is due; nil when none is.
    var nextDueAt: Nanoseconds? {
        guard let startedAt, eventIndex < script.events.count else { return nil }
        return startedAt + script.events[eventIndex].at
    }

    /// Takes the next fault of the venue, if it is due.
    mutating func take(_ now: Nanoseconds) -> VenueFault? {
        guard let due = nextDueAt, due <= now else { return nil }
        let fault = script.events[eventIndex].fault
        eventIndex += 1
        fired[fault.words, default: 0] += 1
        return fault
    }
}
