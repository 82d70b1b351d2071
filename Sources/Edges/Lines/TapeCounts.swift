public import Units

/// What became of prints that no market line brought.
public struct TapeCounts: Hashable, Sendable, BitwiseCopyable {
    /// Times the venue was asked for them.
    public var questions = 0
    /// Prints that it told and no line had.
    public var repaired = 0
    /// Spans of which prints are missing for good, their length in all, and from when to when they
    /// lie, by the venue's clock.
    public var gaps = 0
    public var missing = Nanoseconds.zero
    public var missingFrom = Nanoseconds.zero
    public var missingTo = Nanoseconds.zero

    /// Nothing is missing.
    public init() {}

    /// Prints from `start` to `end` are missing.
    mutating func miss(_ start: Nanoseconds, _ end: Nanoseconds) {
        let end = max(start, end)
        missingFrom = gaps == 0 ? start : min(missingFrom, start)
        missingTo = max(missingTo, end)
        missing = missing + (end - start)
        gaps &+= 1
    }
}
