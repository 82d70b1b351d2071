internal import Units

/// What the venue's account stream stated of positions and coins while the parent worked.
public struct StatementSection: Codable, Sendable, Equatable {
    /// Statements of our positions that were taken in, on the stream or asked.
    public var positions: Int
    /// Statements of the wallet that were taken in.
    public var wallets: Int
    /// Those that were dropped, for what was known was newer.
    public var stale: Int
    /// Positions in other instruments, and wallets of other accounts: they are left alone.
    public var foreign: Int
    /// Those that could not be read.
    public var unreadable: Int
    /// Differences from what our fills come to that lasted, so that the venue was asked sooner.
    public var differences: Int
    /// Moves of a position that no order made (liquidation, deleveraging), likewise.
    public var moves: Int
    /// Topics that the venue refused, so that it is asked alone.
    public var refusedTopics: [String]

    /// A section with every value stated.
    public init(
        positions: Int,
        wallets: Int,
        stale: Int,
        foreign: Int,
        unreadable: Int,
        differences: Int,
        moves: Int,
        refusedTopics: [String]
    ) {
        self.positions = positions
        self.wallets = wallets
        self.stale = stale
        self.foreign = foreign
        self.unreadable = unreadable
        self.differences = differences
        self.moves = moves
        self.refusedTopics = refusedTopics
    }

    /// The section for a person. Nothing to tell when all was read and agreed.
    var text: String? {
        var parts: [String] = []
        if differences > 0 {
            parts.append(differences.counted("difference") + " looked into at once")
        }
        if moves > 0 { parts.append(moves.counted("move") + " by no order") }
        if unreadable > 0 { parts.append("\(unreadable) unreadable") }
        if !refusedTopics.isEmpty {
            parts.append("refused: " + refusedTopics.joined(separator: ", "))
        }
        guard !parts.isEmpty else { return nil }
        return "\(positions) of positions, \(wallets) of the wallet; "
            + parts.joined(separator: ", ")
    }
}
