internal import Units

extension FaultScript {
    /// Reads a script: one rule a line, `#` starts a remark.
    ///
    ///     create 3 lose                  amend 1..2 lose-answer       cancel * 25% delay 300ms
    ///     create 2 refuse 110007         create 4 misanswer 10016     create 5 hush
    ///     at 2s gap 500ms                at 2s cut market|account|trade
    ///     at 1s freeze 300ms             at 1s maintenance 2s         at 1s ban 2s
    ///     at 1s book lose|repeat|corrupt|reset                        at 1s silence 2s
    ///     at 1s turn-away 2s             at 1s revoke                 at 1s deny 33004
    ///     at 1s mute 2s                  at 0s limit 2s
    ///     at 0s late answers|orders|executions|fees 20ms              at 0s repeat-executions
    ///     at 1s funding 0.0001           at 1s liquidate              at 1s close 2s
    ///     at 1s charge 0.0003 0.0006     at 1s tick 0.05              at 1s others 40%
    ///
    /// - Throws: `LoopbackVenueError.faults` with the first line that cannot be read.
    public init(text: String) throws(LoopbackVenueError) {
        let (script, problems) = FaultScript.read(text)
        if let first = problems.first { throw .faults(line: first.line, reason: first.reason) }
        self = script
    }

    /// What can be read of a script, and every line that cannot, with the reason.
    public static func read(
        _ text: String
    ) -> (script: FaultScript, problems: [(line: Int, reason: String)]) {
        var script = FaultScript()
        var problems: [(line: Int, reason: String)] = []
        for (i, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
        {
            let content = line.prefix { $0 != "#" }
            var words = FaultWords(content.split { $0 == " " || $0 == "\t" || $0 == "\r" })
            do throws(FaultWords.Unreadable) {
                try script.add(&words)
            } catch {
                problems.append((i + 1, error.reason))
            }
        }
        script.events.sort { $0.at < $1.at }
        return (script, problems)
    }

    /// Adds the rule that a line says, if it says one.
    private mutating func add(_ words: inout FaultWords) throws(FaultWords.Unreadable) {
        guard let first = words.next() else { return }
        if first == "at" {
            let at = try words.duration()
            let fault = try words.venueFault()
            try words.end()
            events.append(TimedFault(at: at, fault))
        } else if let kind = RequestKind(rawValue: String(first)) {
            let rule = try words.rule(kind)
            try words.end()
            requests.append(rule)
        } else {
            throw words.error("\(first): a rule starts with create, amend, cancel or at")
        }
    }
}

extension FaultScript {
    /// What can befall the venue, for hints.
    static let venueWords = [
        "gap", "cut", "turn-away", "revoke", "freeze", "mute", "limit", "deny", "maintenance",
        "ban",
        "book", "silence", "late", "repeat-executions", "funding", "liquidate", "others",
        "withdraw",
        "refuse-topic", "close", "charge", "tick", "time",
    ]
}

/// The words of one line, taken one by one.
private struct FaultWords {
    /// Why a line says no rule.
    struct Unreadable: Error {
        let reason: String
    }

    private var words: ArraySlice<Substring>

    init(_ words: [Substring]) { self.words = words[...] }

    mutating func next() -> Substring? { words.popFirst() }

    func error(_ why: String) -> Unreadable { Unreadable(reason: why) }

    func end() throws(Unreadable) {
        if let word = words.first { throw error("\(word): there is more than the rule takes") }
    }

    mutating func rule(_ kind: RequestKind) throws(Unreadable) -> RequestRule {
        let numbers = try range()
        var perMille = 1_000
        if let word = words.first, word.hasSuffix("%") { perMille = try percent() * 10 }
        return RequestRule(kind, numbers, try requestFault(), perMille: perMille)
    }

    private mutating func percent() throws(Unreadable) -> Int {
        guard let word = next(), word.hasSuffix("%"), let percent = Int(word.dropLast()),
            (0...100).contains(percent)
        else { throw error("a whole per cent from 0% to 100% is missing") }
        return percent
    }

    private mutating func range() throws(Unreadable) -> ClosedRange<Int> {
        guard let word = next() else { throw error("which one is missing: 3, 2..4 or *") }
        if word == "*" { return 1...Int.max }
        let ends = word.split(separator: ".", omittingEmptySubsequences: true).map { Int($0) }
        guard let first = ends.first ?? nil, let last = ends.last ?? nil, ends.count <= 2,
            first >= 1, first <= last
        else { throw error("\(word): which one is 3, 2..4 or *") }
        return first...last
    }

    private mutating func requestFault() throws(Unreadable) -> RequestFault {
        switch next() {
        case "lose": return .lose
        case "lose-answer": return .loseAnswer
        case "hush": return .hush
        case "delay": return .delayAnswer(try duration())
        case "refuse": return .refuse(try code())
        case "misanswer": return .misanswer(try code())
        case let word?:
            throw error(
                "\(word): a request can lose, lose-answer, hush, delay, refuse or misanswer"
            )
        case nil:
            throw error(
                "what befalls it is missing: lose, lose-answer, hush, delay, refuse, misanswer"
            )
        }
    }

    mutating func venueFault() throws(Unreadable) -> VenueFault {
        switch next() {
        case "gap": return .gap(try duration())
        case "cut": return .cut(try choice())
        case "turn-away": return .turnAway(try duration())
        case "revoke": return .revoke
        case "freeze": return .freeze(try duration())
        case "mute": return .mute(try duration())
        case "limit": return .limit(try duration())
        case "deny": return .deny(try code())
        case "maintenance": return .maintenance(try duration())
        case "ban": return .ban(try duration())
        case "book": return .book(try choice())
        case "silence": return .silence(try duration())
        case "late": return .late(try choice(), by: try duration())
        case "repeat-executions": return .repeatExecutions
        case "funding": return .funding(rateE8: try rate())
        case "liquidate": return .liquidate
        case "others": return .others(percent: try percent())
        case "withdraw": return .withdraw(try coins())
        case "refuse-topic": return .refuseTopic(try choice())
        case "close": return .close(try duration())
        case "charge":
            return .charge(FeeSchedule(makerRateE8: try rate(), takerRateE8: try rate()))
        case "tick":
            return .announceTick(
                try value("a price step such as 0.05") { DecimalScale(step: String($0)) }
            )
        case "time": return .misstateTime(try duration())
        case let word?:
            let near = NearName.find(String(word), among: FaultScript.venueWords)
            throw error(
                "\(word): no such fault of the venue"
                    + (near.map { ", did you mean \($0)?" } ?? "")
            )
        case nil: throw error("what happens then is missing")
        }
    }

    private mutating func choice<Word: CaseIterable & RawRepresentable<String>>()
        throws(Unreadable) -> Word
    {
        let names = Word.allCases.map(\.rawValue).joined(separator: ", ")
        return try value("one of \(names)") { Word(rawValue: String($0)) }
    }

    private mutating func code() throws(Unreadable) -> Int {
        try value("a return code such as 10016") { word in
            Int(word).flatMap { (-999_999...999_999).contains($0) && $0 != 0 ? $0 : nil }
        }
    }

    private mutating func rate() throws(Unreadable) -> Int64 {
        try value("a rate such as 0.0001") { word in
            Double(word).flatMap { abs($0) < 1 ? Int64(($0 * 1e8).rounded()) : nil }
        }
    }

    private mutating func coins() throws(Unreadable) -> Amount {
        try value("a number of whole coins") { word in
            Int64(word).flatMap {
                (1...1_000_000_000).contains($0) ? Amount(billionths: $0 * 1_000_000_000) : nil
            }
        }
    }

    /// What the next word says; `what` it must be, where it does not, or there is none.
    private mutating func value<Value>(
        _ what: String,
        _ read: (Substring) -> Value?
    ) throws(Unreadable) -> Value {
        guard let word = next() else { throw error("\(what) is missing") }
        guard let value = read(word) else { throw error("\(word) is not \(what)") }
        return value
    }

    mutating func duration() throws(Unreadable) -> Nanoseconds {
        guard let word = next() else { throw error("a time such as 300ms or 2s is missing") }
        let isMilliseconds = word.hasSuffix("ms")
        let digits = word.dropLast(isMilliseconds ? 2 : 1)
        guard word.hasSuffix("s"), let count = Int64(digits), (0...86_400_000).contains(count)
        else {
            throw error("\(word): a time is a whole number of ms or s, such as 300ms")
        }
        return isMilliseconds ? .milliseconds(count) : .seconds(count)
    }
}
