internal import Units

/// The sizes between which the venue has refused no order of a parent: learned from its refusals,
/// bounded by what the instrument itself states, and forgotten.
///
/// A refusal for its size says that the stated limits were not all: a value that has moved, a rule
/// that is not published. It is heeded at once, and asked again after a while: each ten seconds
/// half of what was learned is forgotten.
struct LearnedSizes: BitwiseCopyable {
    /// After how long half is forgotten.
    static let halfLife = Nanoseconds.seconds(10)
    /// How many times the smallest order that the venue states is ever believed to be wanted.
    static let most: Int64 = 8

    private var smallest: Int64 = 0
    private var smallestAt = Nanoseconds.zero
    private var largest: Int64 = .max
    private var largestAt = Nanoseconds.zero

    /// The venue took `lots` for too small, of an instrument whose smallest order is `stated`.
    mutating func enlarge(_ lots: Int64, stated: Int64, now: Nanoseconds) {
        let (most, overflows) = stated.multipliedReportingOverflow(by: LearnedSizes.most)
        smallest = min(lots > .max / 2 ? .max : lots * 2, overflows ? .max : most)
        smallestAt = now
    }

    /// The venue took `lots` for too large.
    mutating func reduce(_ lots: Int64, now: Nanoseconds) {
        largest = lots / 2
        largestAt = now
    }

    /// The venue took `lots`: where that is all that it was thought to take, more is tried.
    @inline(__always)
    mutating func took(_ lots: Int64, now: Nanoseconds) {
        if largest == .max || lots < largest(now).lots { return }
        largest = lots > .max / 2 ? .max : lots * 2
        largestAt = now
    }

    /// The least to send now; zero where nothing is known.
    @inline(__always)
    func smallest(_ now: Nanoseconds) -> Quantity {
        smallest == 0 ? .zero : Quantity(lots: smallest >> LearnedSizes.halves(smallestAt, now))
    }

    /// The most to send now.
    @inline(__always)
    func largest(_ now: Nanoseconds) -> Quantity {
        if largest == .max { return Quantity(lots: .max) }
        let halves = LearnedSizes.halves(largestAt, now)
        return Quantity(lots: largest > .max >> halves ? .max : largest << halves)
    }

    private static func halves(_ since: Nanoseconds, _ now: Nanoseconds) -> Int64 {
        min(62, max(0, (now - since).count / halfLife.count))
    }
}
