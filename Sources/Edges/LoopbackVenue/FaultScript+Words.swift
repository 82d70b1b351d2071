extension RequestFault {
    /// Its word in a script, without how long or which code.
    var word: String {
        switch self {
        case .lose: "lose"
        case .loseAnswer: "lose-answer"
        case .hush: "hush"
        case .delayAnswer: "delay"
        case .refuse: "refuse"
        case .misanswer: "misanswer"
        }
    }
}

extension VenueFault {
    /// Its words in a script, without how long or how much.
    var words: String {
        switch self {
        case .gap: "gap"
        case .cut(let kind): "cut \(kind.rawValue)"
        case .turnAway: "turn-away"
        case .revoke: "revoke"
        case .freeze: "freeze"
        case .mute: "mute"
        case .limit: "limit"
        case .deny: "deny"
        case .maintenance: "maintenance"
        case .ban: "ban"
        case .book(let what): "book \(what.rawValue)"
        case .silence: "silence"
        case .late(let kind, by: _): "late \(kind.rawValue)"
        case .repeatExecutions: "repeat-executions"
        case .funding: "funding"
        case .liquidate: "liquidate"
        case .withdraw: "withdraw"
        case .refuseTopic(let topic): "refuse-topic \(topic.rawValue)"
        case .close: "close"
        case .charge: "charge"
        case .announceTick: "tick"
        }
    }
}
