public import Units
public import Venues

/// What is to be done with a session that a crash has left unfinished.
public struct RecoveryRequest: Sendable {
    /// What becomes of the parent.
    public enum Policy: String, CaseIterable, Sendable {
        /// It goes on, when its time is not over and it was not away for too long; else as `halt`.
        case resume
        /// It is stopped: what is open is cancelled, and its last words are waited for.
        case halt
        /// No engine: every order that the journal leaves open is cancelled and asked for by REST.
        case settle
    }

    /// Where the session traded.
    public var venue: VenueEndpoints
    /// As whom.
    public var credentials: BybitCredentials
    /// What becomes of the parent.
    public var policy = Policy.resume
    /// The longest time without a process after which a parent goes on.
    public var resumeWithin = Nanoseconds.seconds(60)
    /// How long the venue is tried to be reached.
    public var patience = Nanoseconds.seconds(300)
    /// By how much the host's clock may be behind the journal: so long is waited for it.
    public var clockPatience = Nanoseconds.seconds(5)
    /// Where the journals are, and how they are gone on with.
    public var journal: JournalSettings
    /// By what this process claims what it works, and where it is looked up whether a session had
    /// been asked to stop; nil for nowhere.
    public var presence: Presence?
    /// Changes how the session works from here on: threads, lines, depth.
    public var adjust: @Sendable (inout SessionConfiguration) -> Void = { _ in }

    /// A recovery from the journals in `journal.directory`.
    public init(venue: VenueEndpoints, credentials: BybitCredentials, journal: JournalSettings) {
        self.venue = venue
        self.credentials = credentials
        self.journal = journal
    }

    /// Makes a session's configuration that of its recovery.
    func prepare(_ configuration: inout SessionConfiguration) {
        adjust(&configuration)
        configuration.presence = presence
    }

    /// Whose orders are looked after, as a journal names them.
    var account: String { SessionConfiguration.account(venue, credentials) }
}

/// What became of one session.
public struct RecoveryOutcome: Sendable {
    /// What was done.
    public enum Action: String, Sendable, CaseIterable {
        /// No parent was on record, and the venue knows of no order: there was nothing to do.
        case nothingBegun
        /// The parent had ended already, and the venue knows of nothing else.
        case reconciled
        /// The parent went on.
        case resumed
        /// The parent was stopped.
        case stopped
        /// Its orders were settled without an engine.
        case settled
    }

    /// Why a parent was stopped.
    public enum Reason: Hashable, Sendable, CaseIterable {
        /// The policy says so, or who runs the recovery.
        case asked
        /// Its time is over.
        case timeIsOver
        /// Nobody worked on it for longer than allowed.
        case awayTooLong
        /// This host's clock is too far from the venue's to trade with.
        case clockIsOff
        /// The journal could not be gone on with.
        case unrecorded
    }

    /// The session's name.
    public var session: String
    /// What was done.
    public var action: Action
    /// Why the parent was stopped, when it was.
    public var reason: Reason?
    /// How long nobody worked on it.
    public var downtime: Nanoseconds
    /// How the journal ended.
    public var journalEnd: String
    /// The last record that was whole.
    public var lastRecord: UInt64
    /// Whether the journal was gone on with.
    public var isRecorded: Bool
    /// Orders at the venue, or maybe there, that no record told of.
    public var adopted = 0
    /// Records that had found no room: of the market, so that the engine went on by the record.
    public var missing: UInt64 = 0
    /// What became of its orders, without an engine.
    public var settlement: Settlement?
    /// Whether nothing is left to recover, as was found without an engine.
    var isSettled: Bool { outcome == nil && isRecorded && settlement?.isComplete != false }
    /// The whole parent, before and after; nil where there was none, or no engine.
    public var outcome: SessionOutcome?
}
