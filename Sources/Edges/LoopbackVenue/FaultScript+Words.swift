internal import Units

extension FaultScript: CustomStringConvertible {
    /// Its rules in one line.
    public var description: String { lines.joined(separator: "; ") }

    /// Its rules in the words of a script, which read back as the same.
    public var lines: [String] { requests.map(\.description) + events.map(\.description) }

    /// Where its faults come from, in words; nil for none.
    var origin: String? {
        if requests.isEmpty && events.isEmpty { return nil }
        return drawnBy.map { "drawn by seed \($0)" } ?? "by a script"
    }
}

extension RequestRule: CustomStringConvertible {
    /// The rule as a line of a script.
    public var description: String {
        let (first, last) = (numbers.lowerBound, numbers.upperBound)
        let which = first == last ? "\(first)" : last == .max ? "*" : "\(first)..\(last)"
        let chance = perMille >= 1_000 ? "" : " \(perMille / 10)%"
        return "\(kind.rawValue) \(which)\(chance) \(fault.text)"
    }
}

extension TimedFault: CustomStringConvertible {
    /// The rule as a line of a script.
    public var description: String { "at \(at.scriptText) \(fault)" }
}

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

    /// All of its words in a script.
    var text: String {
        switch self {
        case .lose, .loseAnswer, .hush: word
        case .delayAnswer(let time): "\(word) \(time.scriptText)"
        case .refuse(let code), .misanswer(let code): "\(word) \(code)"
        }
    }
}

extension VenueFault: CustomStringConvertible {
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
        case .others: "others"
        case .withdraw: "withdraw"
        case .refuseTopic(let topic): "refuse-topic \(topic.rawValue)"
        case .close: "close"
        case .charge: "charge"
        case .announceTick: "tick"
        case .misstateTime: "time"
        }
    }

    /// All of its words in a script.
    public var description: String {
        switch self {
        case .cut, .revoke, .book, .repeatExecutions, .liquidate, .refuseTopic: words
        case .gap(let time), .turnAway(let time), .freeze(let time), .mute(let time),
            .limit(let time), .maintenance(let time), .ban(let time), .silence(let time),
            .close(let time), .late(_, by: let time), .misstateTime(let time):
            "\(words) \(time.scriptText)"
        case .deny(let code): "\(words) \(code)"
        case .funding(let rateE8): "\(words) \(VenueFault.rate(rateE8))"
        case .others(let percent): "\(words) \(percent)%"
        case .withdraw(let amount): "\(words) \(amount.billionths / 1_000_000_000)"
        case .charge(let fees):
            "\(words) \(VenueFault.rate(fees.makerRateE8)) \(VenueFault.rate(fees.takerRateE8))"
        case .announceTick(let tick): "\(words) \(tick.text(1))"
        }
    }

    private static func rate(_ rateE8: Int64) -> String {
        DecimalScale.plain(DecimalScale(multiplier: 1, decimals: 8).text(rateE8))
    }
}

extension Nanoseconds {
    /// As a script says a time: "300ms", "2s".
    fileprivate var scriptText: String {
        count % 1_000_000_000 == 0 ? "\(count / 1_000_000_000)s" : "\(count / 1_000_000)ms"
    }
}
