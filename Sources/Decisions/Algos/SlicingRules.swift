public import Units

/// How a parent's target becomes children: the part of an algorithm that reads the book.
public struct SlicingRules: Hashable, Sendable, BitwiseCopyable {
    /// Largest share of the displayed depth that one child may be, in basis points (1,000 = 10 %).
    public var displayedShareBps: Int64
    /// How far from the best price depth counts, in basis points.
    public var depthRangeBps: Int64
    /// Half-width of the band around the target within which only passive orders work, as a share
    /// of the parent in basis points.
    public var bandBps: Int64
    /// The band in time for POV: it may lag by what it owes for this much recent volume.
    public var participationLag: Nanoseconds
    /// Largest child whatever the book shows, in lots; zero for none.
    public var maxChild: Quantity
    /// How long after the end a parent may still work off what is missing. Without any its
    /// schedule is done a little before the end: see ``lead(of:)``.
    public var grace: Nanoseconds

    /// Rules with every value stated; the defaults suit a liquid perpetual.
    public init(
        displayedShareBps: Int64 = 1_000,
        depthRangeBps: Int64 = 5,
        bandBps: Int64 = 200,
        participationLag: Nanoseconds = .seconds(3),
        maxChild: Quantity = .zero,
        grace: Nanoseconds = .zero
    ) {
        self.displayedShareBps = displayedShareBps
        self.depthRangeBps = depthRangeBps
        self.bandBps = bandBps
        self.participationLag = participationLag
        self.maxChild = maxChild
        self.grace = grace
    }

    /// The longest and the shortest time before its end at which all of a parent is due: to take
    /// off what rests and to cross for it takes some trips to the venue.
    private static let longestLead = Nanoseconds.seconds(2)
    private static let shortestLead = Nanoseconds.milliseconds(500)

    /// How long before its end all of a parent that lasts `duration` is due, so that what is
    /// missing then is crossed for before the end and not after it: a twentieth, from half a second
    /// to two, and no more than a quarter; nothing where it may work on after its end.
    public func lead(of duration: Nanoseconds) -> Nanoseconds {
        if grace > .zero { return .zero }
        let whole = max(.zero, duration)
        let lead = max(Nanoseconds(whole.count / 20), SlicingRules.shortestLead)
        return min(min(lead, SlicingRules.longestLead), Nanoseconds(whole.count / 4))
    }
}
