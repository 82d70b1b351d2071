public import Engine
public import Journal
public import Orders

/// How much a replay has taken in.
public struct ReplayCounts: Hashable, Sendable {
    /// Records, the session's included.
    public var records: UInt64 = 0
    /// Events that the engine observed.
    public var events = 0
    /// Commands on record.
    public var commands = 0
    /// Executions told, repeats included.
    public var fills = 0
    /// Parents.
    public var parents = 0
}

/// The first place at which the replayed engine did something else than the recorded one.
public struct ReplayDifference: Hashable, Sendable {
    /// The record's number.
    public var number: UInt64
    /// The command on record; nil where there is none.
    public var recorded: OrderCommand?
    /// What the replayed engine gave; nil when nothing.
    public var replayed: OrderCommand?
}

/// Why a journal cannot be replayed.
public enum ReplayError: Error, Sendable {
    /// It cannot be read.
    case journal(JournalError)
    /// A record says what this build does not know.
    case unknown(_ what: String, _ number: UInt64)
    /// The engine refused a parent that the recorded one accepted.
    case parentRefused(ParentRefusal, _ number: UInt64)
}

extension ReplayError: CustomStringConvertible {
    /// What happened and where.
    public var description: String {
        switch self {
        case .journal(let error): "\(error)"
        case .unknown(let what, let number):
            "record \(number): a \(what) that this build does not know: use the build that "
                + "recorded it"
        case .parentRefused(let refusal, let number):
            "record \(number): the parent was accepted once and is refused here: \(refusal)"
        }
    }
}
