internal import Orders
internal import Units

/// Which questions the venue leaves without an answer, since when and why: what an operator is told
/// of it meanwhile, and what a report says at the end.
struct QuestionTroubles {
    /// What a question is about: each has answers of its own.
    enum Subject: Hashable {
        /// One order of ours, by its number.
        case order(UInt32)
        /// The account: open orders, fills, position.
        case account
        /// Prints of the market.
        case prints
        /// What the instrument is.
        case instrument
    }

    private struct Trouble {
        let text: String
        let since: Nanoseconds
    }

    /// What passes sooner is not worth a line.
    static let patience = Nanoseconds.seconds(3)
    /// Texts that are kept apart; one report needs no more.
    private static let most = 4

    private var standing: [Subject: Trouble] = [:]
    /// Since when the operator knows of one.
    private var toldSince: Nanoseconds?

    /// A question failed for the reason `text`.
    ///
    /// - Returns: what the operator is to be told; nil for nothing.
    mutating func failed(_ subject: Subject, _ text: String, _ now: Nanoseconds) -> String? {
        let since = standing[subject]?.since ?? now
        standing[subject] = Trouble(text: text, since: since)
        guard toldSince == nil, now - since >= QuestionTroubles.patience else { return nil }
        toldSince = since
        return "the venue cannot be asked about \(words(subject)): \(text); tried again"
    }

    /// A question was answered in full.
    ///
    /// - Returns: what the operator is to be told; nil for nothing.
    mutating func answered(_ subject: Subject, _ now: Nanoseconds) -> String? {
        // An order that is still in doubt is asked for again.
        if subject == .account { standing.removeAll() } else { standing[subject] = nil }
        guard standing.isEmpty, let since = toldSince else { return nil }
        toldSince = nil
        return "the venue answers questions again, after \((now - since).wholeSeconds) s"
    }

    /// Why questions have had no answer to this moment, each reason once.
    var texts: [String] {
        var texts: [String] = []
        for text in standing.values.map(\.text).sorted()
        where texts.last != text && texts.count < QuestionTroubles.most {
            texts.append(text)
        }
        return texts
    }

    private func words(_ subject: Subject) -> String {
        switch subject {
        case .order: "an order of ours"
        case .account: "the account"
        case .prints: "recent prints"
        case .instrument: "the instrument"
        }
    }
}

extension ReconcilerQuestion {
    /// What it is about.
    var subject: QuestionTroubles.Subject {
        switch self {
        case .order(let child, _), .withdraw(let child, _, _): .order(child.number)
        case .catchUp, .everything: .account
        case .prints: .prints
        case .instrument: .instrument
        }
    }
}
