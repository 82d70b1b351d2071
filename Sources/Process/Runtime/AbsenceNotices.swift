public import Engine
internal import Units

/// Tells a person what is away, since when, and what waits for it; that the parent waits no longer;
/// and what is back, after how long.
///
/// Fed with the published progress from a cold thread: the hot one says nothing.
public struct AbsenceNotices: Sendable {
    /// What passes sooner is not worth a line.
    static let patience = Nanoseconds.seconds(3)

    /// What may be away, in words.
    private static let kinds: [(absence: Absences, name: String)] = [
        (.marketData, "market data"), (.account, "the account connection"),
        (.orderEntry, "the order connection"), (.journal, "the journal's disk"),
    ]
    /// What a parent waits for, and no longer than its patience.
    private static let links: Absences = [.account, .orderEntry, .journal]

    /// Since when each is away.
    private var since: [UInt8: Nanoseconds] = [:]
    /// What the person knows to be away.
    private var told: Absences = []
    /// Whether the person knows that the parent waits no longer.
    private var hasGivenUp = false

    /// Nothing told yet.
    public init() {}

    /// Takes the progress of this moment.
    ///
    /// - Returns: what is to be told; nil for nothing.
    public mutating func text(_ now: ParentProgress) -> String? {
        let back = told.subtracting(now.away)
        if !back.isEmpty {
            defer { forget(now.away) }
            return backText(back, now)
        }
        forget(now.away)
        for kind in now.away.members where since[kind.rawValue] == nil {
            since[kind.rawValue] = now.at
        }
        guard let began = began(now.away) else { return nil }
        let away = now.at - began
        if away >= AbsenceNotices.patience, !told.isSuperset(of: now.away) {
            told = now.away
            return "away for \(away.wholeSeconds) s, since \(began.utc(digits: 0)): "
                + "\(AbsenceNotices.words(now.away)). Nothing new leaves before it is back"
                + consequence(now)
        }
        return giveUpText(now)
    }

    /// Forgets what is not away, or no more.
    private mutating func forget(_ away: Absences) {
        for kind in AbsenceNotices.kinds where !away.contains(kind.absence) {
            since[kind.absence.rawValue] = nil
        }
        told.formIntersection(away)
        if away.isDisjoint(with: AbsenceNotices.links) { hasGivenUp = false }
    }

    /// Since when the first of those is away.
    private func began(_ away: Absences) -> Nanoseconds? {
        away.members.compactMap { since[$0.rawValue] }.min()
    }

    private func consequence(_ now: ParentProgress) -> String {
        guard now.linkPatience > .zero, !now.away.isDisjoint(with: AbsenceNotices.links)
        else { return "" }
        return "; what stays away for \(Stated.text(now.linkPatience)) stops the parent "
            + "(--link-patience)"
    }

    private mutating func giveUpText(_ now: ParentProgress) -> String? {
        let links = now.away.intersection(AbsenceNotices.links)
        guard !hasGivenUp, now.linkPatience > .zero, let began = began(links),
            now.at - began > now.linkPatience
        else { return nil }
        hasGivenUp = true
        return "away for longer than --link-patience (\(Stated.text(now.linkPatience))): "
            + "\(AbsenceNotices.words(links)). The parent stops: what is open is cancelled as "
            + "soon as the venue can be reached"
    }

    private func backText(_ back: Absences, _ now: ParentProgress) -> String {
        let began = began(now.away.isEmpty ? told : back) ?? now.at
        let time = "after \((now.at - began).wholeSeconds) s"
        if now.away.isEmpty { return "everything is back, \(time)" }
        return "back \(time): \(AbsenceNotices.words(back)). Still away: "
            + AbsenceNotices.words(now.away)
    }

    private static func words(_ away: Absences) -> String {
        kinds.filter { away.contains($0.absence) }.map(\.name).joined(separator: ", ")
    }
}

extension Absences {
    /// Each of them alone.
    fileprivate var members: [Absences] {
        (0..<8 as Range<UInt8>).map { Absences(rawValue: 1 << $0) }.filter(contains)
    }
}
