/// How the venue's request budget was kept to.
public struct RequestSection: Codable, Sendable, Equatable {
    /// One kind of request.
    public struct Operation: Codable, Sendable, Equatable {
        /// Requests a second that were kept to at the end: the account's, or less where the venue
        /// said so.
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

    /// A section with every count stated.
    public init(
        place: Operation,
        amend: Operation,
        cancel: Operation,
        batches: Int,
        batchedOrders: Int
    ) {
        self.place = place
        self.amend = amend
        self.cancel = cancel
        self.batches = batches
        self.batchedOrders = batchedOrders
    }

    /// The section for a person. Nothing to tell when nothing was held back or sent in batches.
    func rows() -> [(label: String, text: String)] {
        var parts: [String] = []
        for (name, one) in [("places", place), ("amends", amend), ("cancels", cancel)] {
            if one.heldBack == 0 && one.tooMany == 0 { continue }
            let refused = one.tooMany > 0 ? ", \(one.tooMany) too many for the venue" : ""
            parts.append("\(name) held back \(one.heldBack) times at \(one.perSecond)/s\(refused)")
        }
        if batches > 0 { parts.append("\(batchedOrders) orders in \(batches) batches") }
        return parts.isEmpty ? [] : [("requests", parts.joined(separator: "; "))]
    }
}
