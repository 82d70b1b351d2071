public import Engine
internal import Units

/// Tells a person once that market data or a connection is away, and once that all is back.
///
/// Fed with the published progress from a cold thread: the hot one says nothing.
public struct AbsenceNotices: Sendable {
    /// What passes sooner is not worth a line.
    static let patience = Nanoseconds.seconds(3)

    private var since: Nanoseconds?
    private var told: Absences = []

    /// Nothing told yet.
    public init() {}

    /// Takes the progress of this moment.
    ///
    /// - Returns: what is to be told; nil for nothing.
    public mutating func text(_ now: ParentProgress) -> String? {
        guard !now.away.isEmpty else { return back(now.at) }
        let began = since ?? now.at
        since = began
        let away = now.at - began
        guard away >= AbsenceNotices.patience, !told.isSuperset(of: now.away) else { return nil }
        told = now.away
        return "away for \(away.wholeSeconds) s: \(AbsenceNotices.words(now.away)). "
            + "Nothing new leaves before it is back"
    }

    private mutating func back(_ now: Nanoseconds) -> String? {
        defer { (since, told) = (nil, []) }
        guard let since, !told.isEmpty else { return nil }
        return "everything is back, after \((now - since).wholeSeconds) s"
    }

    private static func words(_ away: Absences) -> String {
        var parts: [String] = []
        if away.contains(.marketData) { parts.append("market data") }
        if away.contains(.account) { parts.append("the account connection") }
        if away.contains(.orderEntry) { parts.append("the order connection") }
        if away.contains(.journal) { parts.append("the journal's disk") }
        return parts.joined(separator: ", ")
    }
}
