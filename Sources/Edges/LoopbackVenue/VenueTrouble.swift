internal import Units

/// What the faults that have begun do to the floor.
struct VenueTrouble {
    /// When the account's stream is heard again.
    var gapUntil = Nanoseconds.zero
    /// When WebSockets are opened again.
    var turnsAwayUntil = Nanoseconds.zero
    /// Whether the API key is good no more.
    var isRevoked = false
    /// When the venue works again; nil while it does not stand still.
    var frozenUntil: Nanoseconds?
    /// When connections are served again; nil while they are.
    var muteUntil: Nanoseconds?
    /// When signed requests and logins are not too many any more.
    var limitedUntil = Nanoseconds.zero
    /// What signed requests and logins are refused with; nil while they are not.
    var deniedCode: Int?
    /// When orders are taken again, and REST answers.
    var maintenanceUntil = Nanoseconds.zero
    /// When REST answers this address again.
    var bannedUntil = Nanoseconds.zero
    /// When books and trades are published again.
    var silentUntil: Nanoseconds?
    /// When the market takes new orders again.
    var closedUntil = Nanoseconds.zero
    /// The price step that the list of instruments states; nil for the book's own.
    var announcedTick: DecimalScale?
    /// By how much `market/time` is ahead of the venue's clock.
    var timeError = Nanoseconds.zero
    /// Whether every message with executions comes twice.
    var repeatsExecutions = false
    /// Orders of which the account's stream says nothing any more, by their names.
    var hushedLinks: Set<String> = []
    /// Topics of the account's stream to which nobody may subscribe.
    var refusedTopics: Set<StatementTopic> = []
    /// What happens to the next message of a book.
    var bookFaults: [VenueTopic: BookFault] = [:]
    private var latenesses: [StreamKind: Nanoseconds] = [:]

    /// Lets messages of `kind` come that much later.
    mutating func slow(_ kind: StreamKind, by time: Nanoseconds) { latenesses[kind] = time }

    /// How much later messages of `kind` come.
    func lateness(_ kind: StreamKind) -> Nanoseconds { latenesses[kind] ?? .zero }

    /// When a message of the account's stream leaves; nil for at once.
    func delay(of topic: VenueTopic, _ now: Nanoseconds) -> Nanoseconds? {
        guard let kind = topic.stream else { return nil }
        var late = lateness(kind)
        if case .executions = topic { late = max(late, lateness(.fees)) }
        return late > .zero ? now + late : nil
    }

    /// How often a message of the account's stream is sent.
    func copies(of topic: VenueTopic) -> Int {
        topic.stream == .executions && repeatsExecutions ? 2 : 1
    }

    /// Whether nobody may subscribe to `topic`.
    func refuses(_ topic: VenueTopic) -> Bool {
        switch topic {
        case .positions: refusedTopics.contains(.position)
        case .wallet: refusedTopics.contains(.wallet)
        case .bounds: refusedTopics.contains(.priceLimit)
        default: false
        }
    }

    /// Whether what the account's stream says now is lost.
    func losesAccount(_ now: Nanoseconds) -> Bool { now < gapUntil }

    /// Why nobody is let in; nil while the account's owner is.
    func refusal(_ now: Nanoseconds) -> VenueRefusal? {
        if let deniedCode { return VenueRefusal(deniedCode, "on demand") }
        return now < limitedUntil
            ? VenueRefusal(10_006, "Too many visits. Exceeded the API Rate Limit.") : nil
    }

    /// The bare HTTP status that REST answers everything with; nil while it works.
    func httpStatus(_ now: Nanoseconds) -> Int? {
        if now < bannedUntil { return 403 }
        return now < maintenanceUntil ? 503 : nil
    }
}

extension VenueTopic {
    fileprivate var stream: StreamKind? {
        switch self {
        case .orders: .orders
        case .executions, .fastExecutions: .executions
        case .positions, .wallet: .statements
        default: nil
        }
    }
}
