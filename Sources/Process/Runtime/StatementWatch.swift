internal import Orders
internal import Units

/// What the venue states of our positions and coins as they change, held against what we believe.
///
/// It knows what is news to the engine, and drops what is older than what was said before. A
/// statement comes before or after the fill that it includes, so a difference is no alarm: only one
/// that stays as it is for a moment makes the venue be asked for everything sooner, once for each
/// difference, as does a liquidation or whatever else moves a position without an order; neither
/// more often than the pause allows. What is to be made of it the answers say.
struct StatementWatch: BitwiseCopyable {
    /// How far ahead of the venue's clock, as we know it, a statement may be dated: one from
    /// tomorrow would make all others seem old.
    private static let tolerance = Nanoseconds.seconds(10)

    /// What of a statement of a position is new.
    enum News {
        /// What is held: what our fills make of it is the engine's to know.
        case held
        /// That, and its liquidation price.
        case heldAndLiquidation
    }

    /// What was last said of one position.
    private struct Known: BitwiseCopyable {
        var updatedAt = Nanoseconds.zero
        var sequence: Int64 = 0
        /// Nil while the stream has not said, or may have said otherwise.
        var held: Quantity?
        var liquidation: Price?
        var isLiquidationKnown = false
    }

    /// By how much what is stated differs from what is believed: of the positions in lots, of the
    /// base coin in billionths.
    private struct Difference: Hashable, BitwiseCopyable {
        var long: Int64 = 0
        var short: Int64 = 0
        var base: Int128 = 0
        /// It is stated of a position that our mode does not have.
        var isOtherMode = false
    }

    private(set) var counts = StatementCounts()
    /// What the wallet held of the base coin before our first order; nil where none reckons by it.
    private let openingBase: CoinAmount?
    private var positions: InlineArray<3, Known> = .init(repeating: Known())
    private var walletAt = Nanoseconds.zero
    private var equity: Amount?
    private var base: CoinAmount?
    private var difference: Difference?
    private var differsSince = Nanoseconds.zero
    /// The difference that was last asked about, while it lasts.
    private var asked: Difference?
    private var nextLook = Nanoseconds.zero
    /// Moves that no order of ours made, as the decoder counts them, and those asked about.
    private var moves: Int64 = 0
    private var movesAsked: Int64 = 0

    init(openingBase: CoinAmount? = nil) { self.openingBase = openingBase }

    /// Takes in what is stated of a position.
    ///
    /// - Parameter isStreamed: it came by the stream, whose next word will follow our next fill. An
    ///   answer only corrects what the stream has said: alone, it is behind with the next fill.
    /// - Returns: what the engine is to hear of; nil for nothing.
    mutating func take(
        _ position: PositionStatement,
        isStreamed: Bool,
        venueNow: Nanoseconds
    ) -> News? {
        let leg = Int(position.leg.rawValue)
        let known = positions[leg]
        guard position.updatedAt - venueNow <= StatementWatch.tolerance,
            !StatementWatch.isOld(position, known)
        else {
            counts.stale &+= 1
            return nil
        }
        counts.positions &+= 1
        positions[leg].updatedAt = max(known.updatedAt, position.updatedAt)
        if position.sequence > 0 { positions[leg].sequence = position.sequence }
        if isStreamed || known.held != nil { positions[leg].held = position.held }
        guard position.tellsLiquidation else { return .held }
        positions[leg].liquidation = position.liquidation
        positions[leg].isLiquidationKnown = true
        let isKnown = known.isLiquidationKnown && known.liquidation == position.liquidation
        return isKnown ? .held : .heldAndLiquidation
    }

    /// Whether it is older than what is known: by its time, and by its sequence where the times are
    /// equal or one is not stated.
    private static func isOld(_ position: PositionStatement, _ known: Known) -> Bool {
        if position.updatedAt > .zero, known.updatedAt > .zero,
            position.updatedAt != known.updatedAt
        {
            return position.updatedAt < known.updatedAt
        }
        return position.sequence > 0 && position.sequence < known.sequence
    }

    /// Takes in what is stated of the coins.
    ///
    /// - Returns: the equity that the engine is to hear of; nil when it knows.
    mutating func take(
        _ wallet: WalletStatement,
        isStreamed: Bool,
        venueNow: Nanoseconds
    ) -> Amount? {
        guard wallet.statedAt - venueNow <= StatementWatch.tolerance,
            wallet.statedAt == .zero || wallet.statedAt >= walletAt
        else {
            counts.stale &+= 1
            return nil
        }
        counts.wallets &+= 1
        walletAt = max(walletAt, wallet.statedAt)
        if let stated = wallet.base, isStreamed || base != nil { base = stated }
        guard let stated = wallet.equity, stated != equity else { return nil }
        equity = stated
        return stated
    }

    /// Takes in how many executions have moved a position without an order.
    mutating func noteMoves(_ count: Int64) { moves = count }

    /// The stream is lost: what it said last need not hold any more.
    mutating func forget() {
        for leg in 0..<3 { positions[leg].held = nil }
        base = nil
        difference = nil
    }

    /// Whether the venue is to be asked for everything now: a difference has lasted, or a position
    /// was moved by no order.
    ///
    /// - Parameters:
    ///   - held: what we believe to hold.
    ///   - baseMoved: by how much our fills and their fees have moved the base coin.
    ///   - slack: how far apart that may be through rounding, in billionths.
    mutating func isLookDue(
        held: VenuePosition,
        baseMoved: CoinAmount,
        slack: Int64,
        _ times: ReconcilerTimes,
        _ now: Nanoseconds
    ) -> Bool {
        if moves != movesAsked, now >= nextLook {
            counts.moves &+= Int(moves - movesAsked)
            movesAsked = moves
            nextLook = now + times.secondLook
            return true
        }
        guard let found = differing(held, baseMoved, slack) else {
            difference = nil
            asked = nil
            return false
        }
        if found != difference {
            difference = found
            differsSince = now
        }
        guard now - differsSince >= times.patience, found != asked, now >= nextLook else {
            return false
        }
        counts.differences &+= 1
        asked = found
        nextLook = now + times.secondLook
        return true
    }

    private func differing(
        _ held: VenuePosition,
        _ baseMoved: CoinAmount,
        _ slack: Int64
    ) -> Difference? {
        var found = Difference()
        for leg in PositionLeg.allCases {
            guard let stated = positions[Int(leg.rawValue)].held else { continue }
            guard let believed = held[leg] else {
                if stated.lots != 0 { found.isOtherMode = true }
                continue
            }
            let lots = stated.lots &- believed.lots
            if leg == .short { found.short = lots } else { found.long = lots }
        }
        if let openingBase, let base {
            let away = (base - openingBase - baseMoved).billionths
            if away.magnitude > UInt128(slack.magnitude) { found.base = away }
        }
        return found == Difference() ? nil : found
    }
}

/// What came of the venue's statements of the account.
struct StatementCounts: BitwiseCopyable {
    /// Taken in, of positions and of the wallet.
    var positions = 0
    var wallets = 0
    /// Dropped, for what was known was newer.
    var stale = 0
    /// Differences that lasted, so that the venue was asked sooner.
    var differences = 0
    /// Moves of a position that no order made, so that the venue was asked sooner.
    var moves = 0
}
