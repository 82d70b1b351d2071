internal import Units

/// How the venue's request budget was kept to.
public struct RequestSection: Codable, Sendable, Equatable {
    /// One kind of request.
    public struct Operation: Codable, Sendable, Equatable {
        /// Requests a second that were kept to at the end: the account's, or less where the desk
        /// or the venue said so.
        public var perSecond: Int
        /// How often one was put off to a later event, for the budget was spent.
        public var heldBack: Int
        /// How often the venue answered that there were too many.
        public var tooMany: Int

        /// Counts of one kind.
        public init(perSecond: Int, heldBack: Int, tooMany: Int) {
            self.perSecond = perSecond
            self.heldBack = heldBack
            self.tooMany = tooMany
        }
    }

    /// A return code of the venue other than success.
    public struct Answer: Codable, Sendable, Equatable {
        /// The code; 0 for all that found no room in the list.
        public var code: Int
        /// What it answered: place, amend or cancel.
        public var operation: String
        /// What it called for beyond that one request.
        public var remedy: String
        /// How often it came.
        public var count: Int
        /// What the code means, in words; nil for one that is not known.
        public var meaning: String?
        /// How often nothing new left for a while because of it.
        public var pauses: Int
        /// The longest of these times, in nanoseconds.
        public var longestPauseNs: Int64

        /// An answer with every field stated.
        public init(
            code: Int,
            operation: String,
            remedy: String,
            count: Int,
            meaning: String? = nil,
            pauses: Int = 0,
            longestPauseNs: Int64 = 0
        ) {
            self.code = code
            self.operation = operation
            self.remedy = remedy
            self.count = count
            self.meaning = meaning
            self.pauses = pauses
            self.longestPauseNs = longestPauseNs
        }

        var text: String {
            let article = operation == "amend" ? "an" : "a"
            let times = count == 1 ? "\(article) \(operation)" : "\(count) \(operation)s"
            var text =
                code == 0 ? count.counted("other") : "\(code) to \(times) (\(remedy))"
            if let meaning { text += ", \(meaning)" }
            if pauses == 0 { return text }
            let longest = Stated.text(.milliseconds(longestPauseNs / 1_000_000))
            return text + (pauses == 1 ? ": paused for " : ": \(pauses) pauses of up to ") + longest
        }
    }

    /// New orders.
    public var place: Operation
    /// Changes.
    public var amend: Operation
    /// Cancels.
    public var cancel: Operation
    /// Messages that carried several orders, and how many those carried.
    public var batches: Int
    /// Orders that left in batches.
    public var batchedOrders: Int
    /// What the venue answered that was no success.
    public var answers: [Answer]

    /// A section with every count stated.
    public init(
        place: Operation,
        amend: Operation,
        cancel: Operation,
        batches: Int,
        batchedOrders: Int,
        answers: [Answer] = []
    ) {
        self.place = place
        self.amend = amend
        self.cancel = cancel
        self.batches = batches
        self.batchedOrders = batchedOrders
        self.answers = answers
    }

    /// The section for a person. Nothing to tell when nothing was held back, sent in batches or
    /// refused.
    func rows() -> [(label: String, text: String)] {
        var parts: [String] = []
        for (name, one) in [("places", place), ("amends", amend), ("cancels", cancel)] {
            if one.heldBack == 0 && one.tooMany == 0 { continue }
            let refused = one.tooMany > 0 ? ", \(one.tooMany) too many for the venue" : ""
            parts.append(
                "\(name) held back \(one.heldBack.counted("time")) at \(one.perSecond)/s\(refused)"
            )
        }
        if batches > 0 {
            parts.append(
                "\(batchedOrders.counted("order")) in \(batches.counted("batch", "batches"))"
            )
        }
        var rows: [(label: String, text: String)] = []
        if !parts.isEmpty { rows.append(("requests", parts.joined(separator: "; "))) }
        if !answers.isEmpty {
            rows.append(("venue said", answers.map(\.text).joined(separator: "; ")))
        }
        return rows
    }
}
