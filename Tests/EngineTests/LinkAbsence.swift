import Engine
import Orders
import TestSupport
import Units

/// What a connection that is away does to a venue's messages: answers on a lost order connection
/// never come, and what the account's stream would have told is told, all at once, before it
/// counts as back.
struct LinkAbsence {
    private var link: LinkEvent?
    private var endsAt = Nanoseconds.zero
    private var missed: [OrderEvent] = []
    private var backlog: [EngineEvent] = []

    mutating func begin(_ interruption: Drive.Interruption, _ now: Nanoseconds) {
        guard case .link(let event) = interruption.kind,
            let span = interruption.backAfterMilliseconds
        else { return }
        link = event
        endsAt = now + .milliseconds(span)
    }

    private var isPrivateAway: Bool { link == .privateDown || link == .restarted }
    private var isTradeAway: Bool { link == .tradeDown || link == .restarted }

    /// Whether the engine gets to hear a message now.
    mutating func passes(_ message: RandomVenue.Message, _ now: Nanoseconds) -> Bool {
        if link != nil, now >= endsAt { end() }
        guard case .order(let event) = message else { return true }
        if case .reply = event { return !isTradeAway }
        if isPrivateAway { missed.append(event) }
        return !isPrivateAway
    }

    private mutating func end() {
        // Order entry may be used at once; fills are known before anything new may leave.
        if isTradeAway { backlog.append(.link(.tradeUp)) }
        backlog += missed.map { .order($0) }
        if isPrivateAway { backlog.append(.link(.privateUp)) }
        missed = []
        link = nil
    }

    /// What is told before the next message.
    mutating func nextOfBacklog() -> EngineEvent? {
        backlog.isEmpty ? nil : backlog.removeFirst()
    }
}
