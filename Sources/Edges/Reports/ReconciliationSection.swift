internal import Units

/// What the venue was asked while the parent worked, and where it knew better.
public struct ReconciliationSection: Codable, Sendable, Equatable {
    /// Questions put to the venue.
    public var questions: Int
    /// Those that were answered in full.
    public var answered: Int
    /// Those that were not: no connection, a pause, or an answer that made no sense.
    public var unanswered: Int
    /// Questions that found no room and were put off.
    public var unasked: Int
    /// Children that messages seemed to have been lost of.
    public var doubts: Int
    /// How often the venue told what no message had told, by kind.
    public var differences: [String: Int]
    /// Orders that were cancelled by REST: believed ended, or without an order connection.
    public var withdrawnOrders: Int
    /// Open orders of the symbol that are not this session's: they are left alone.
    public var foreignOrders: Int
    /// Positions in other symbols of the account: they are left alone.
    public var otherPositions: Int
    /// Open orders in other symbols of the account: they are left alone.
    public var otherOrders: Int
    /// Orders that were open at a halt, and of which the venue, asked, said that they are gone.
    public var verifiedOrders: Int

    /// A section with every count stated.
    public init(
        questions: Int,
        answered: Int,
        unanswered: Int,
        unasked: Int,
        doubts: Int,
        differences: [String: Int],
        withdrawnOrders: Int,
        foreignOrders: Int,
        otherPositions: Int = 0,
        otherOrders: Int = 0,
        verifiedOrders: Int = 0
    ) {
        self.questions = questions
        self.answered = answered
        self.unanswered = unanswered
        self.unasked = unasked
        self.doubts = doubts
        self.differences = differences
        self.withdrawnOrders = withdrawnOrders
        self.foreignOrders = foreignOrders
        self.otherPositions = otherPositions
        self.otherOrders = otherOrders
        self.verifiedOrders = verifiedOrders
    }

    /// The section for a person: label and text of each row. Nothing to tell when all agreed.
    func rows() -> [(label: String, text: String)] {
        let others = foreignOrders + otherPositions + otherOrders
        guard !differences.isEmpty || unanswered + others + verifiedOrders > 0 else { return [] }
        var parts = [questions.counted("question") + ", \(answered) answered"]
        parts += differences.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
        if withdrawnOrders > 0 { parts.append(withdrawnOrders.counted("order") + " taken off") }
        if verifiedOrders > 0 {
            parts.append(verifiedOrders.counted("order") + " gone after the halt")
        }
        if foreignOrders > 0 { parts.append(foreignOrders.counted("open order") + " of others") }
        if otherPositions > 0 {
            parts.append(otherPositions.counted("position") + " in other symbols")
        }
        if otherOrders > 0 { parts.append(otherOrders.counted("open order") + " in other symbols") }
        return [("reconciled", parts.joined(separator: ", "))]
    }
}
