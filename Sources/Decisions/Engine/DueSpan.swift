internal import Units

/// What a parent's schedule calls for, and from when until when that stays the same.
///
/// Order and plan never change, so by the clock it is reckoned once for each lot that becomes due,
/// with its two divisions, and not at every look. By volume it has no such time, and the span is
/// empty.
struct DueSpan: BitwiseCopyable {
    /// What is due in the span.
    var due = Quantity.zero
    /// The same where nothing that is in doubt is ours; by the clock there is no doubt.
    var most = Quantity.zero
    /// Its first moment.
    var from = Nanoseconds.zero
    /// The moment after its last.
    var until = Nanoseconds.zero

    /// Whether `now` lies in it.
    func holds(at now: Nanoseconds) -> Bool { from <= now && now < until }
}
