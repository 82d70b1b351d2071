public import Units

/// What became of prints that no market line brought.
public struct TapeCounts: Hashable, Sendable, BitwiseCopyable {
    /// Times the venue was asked for them.
    public var questions = 0
    /// Prints that it told and no line had.
    public var repaired = 0
    /// Spans of which prints are missing for good.
    public var gaps = 0
    /// Their length in all.
    public var missing = Nanoseconds.zero
    /// When the first began, by the venue's clock.
    public var missingFrom = Nanoseconds.zero
    /// When the last ended, likewise.
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
