public import Engine
internal import Orders
internal import Units
internal import Venues

/// Tells a person that the venue has refused something for which nothing leaves for a while: why,
/// and for how long.
///
/// Fed with the published progress from a cold thread: the hot one says nothing.
public struct PauseNotices: Sendable {
    /// A shorter pause is told by the report alone.
    static let shortest = Nanoseconds.seconds(1)
    /// Between two notices of one code, while it comes again and again.
    static let repeating = Nanoseconds.seconds(30)

    private var told = ParentPause()

    /// Nothing told yet.
    public init() {}

    /// Takes the progress of this moment.
    ///
    /// - Returns: what is to be told; nil for nothing.
    public mutating func text(_ now: ParentProgress) -> String? {
        let pause = now.pause
        guard pause.code != 0, pause.until - pause.from >= PauseNotices.shortest,
            pause.from > told.from
        else { return nil }
        if pause.code == told.code, pause.from - told.from < PauseNotices.repeating { return nil }
        told = pause
        let time = Stated.text(.milliseconds((pause.until - pause.from).millisecondCount))
        let meaning = BybitReturnCode.meaning(Int64(pause.code)) ?? "for a reason of its own"
        let article = pause.operation == .amend ? "an" : "a"
        let what = pause.remedy == .pauseOperation ? "no \(pause.operation)" : "nothing new"
        return "the venue refused \(article) \(pause.operation): \(meaning) (code \(pause.code)). "
            + "For \(time) \(what) leaves"
    }
}
