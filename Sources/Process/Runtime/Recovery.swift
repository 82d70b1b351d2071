internal import Engine
internal import Glibc
public import Journal
internal import Replay
internal import Units

/// Goes on with sessions whose process was killed, or lost its power or its disk: a restart is a
/// long loss of all connections.
///
/// The journal is replayed into an engine, its torn end is cut off, and a new segment of the same
/// journal begun. From there it is the ordinary loop, whose links are all down: they come back, the
/// venue is asked for everything, and what had no answer is cancelled and asked for. What the
/// engine was told and what it said before and after is one journal, which replays exactly.
public enum Recovery {
    /// The sessions in `directory`, the oldest first.
    public static func folder(_ directory: String) throws(SessionError) -> JournalFolder {
        do {
            return try JournalFolder(directory)
        } catch .unlisted(let path, ENOENT) {
            throw .usage("the journal: \(path) does not exist: there is nothing to recover")
        } catch {
            throw .usage("the journal: \(error)")
        }
    }

    /// Refuses to begin a session while there is one that nobody has recovered.
    static func refuseUnfinished(_ directory: String) throws(SessionError) {
        let folder: JournalFolder
        do {
            folder = try JournalFolder(directory)
        } catch .unlisted(let path, let number) {
            throw .usage("the journal: \(path): \(JournalError.words(number))")
        } catch {
            throw .usage("the journal: \(error)")
        }
        for session in folder.sessions {
            switch session.standing {
            case .ended, .living:
                continue
            case .unfinished:
                throw .unfinished(
                    "session \(session.name) in \(directory) did not end, and its orders may be "
                        + "open: `sluice recover --journal \(directory)` goes on with it or stops it"
                )
            case .unreadable(let error):
                throw .unfinished(
                    "whether session \(session.name) in \(directory) ended cannot be told: "
                        + "\(error); recover it, move it away, or take another directory"
                )
            }
        }
    }

    /// Recovers one session on the calling thread, which becomes the hot thread.
    ///
    /// - Throws: `SessionError` when it could not be gone on with: its journal is as it was, and
    ///   the recovery can be tried again.
    public static func run(
        _ session: JournalFolder.Session,
        _ request: RecoveryRequest,
        _ control: SessionControl
    ) throws(SessionError) -> RecoveryOutcome {
        let lock: JournalLock?
        do {
            lock = try JournalLock(session.first)
        } catch {
            throw .usage("the journal: \(error)")
        }
        guard let lock else {
            throw .occupied(
                "session \(session.name) is at work: another process holds its journal"
            )
        }
        do {
            let outcome = try recover(session, request, control)
            if outcome.isSettled { request.presence?.stopMark(of: session.name).clear() }
            lock.release()
            return outcome
        } catch {
            lock.release()
            throw error
        }
    }

    /// Takes off what `session` has open, by its name alone, asking once: while another is gone on
    /// with, for hours perhaps, nobody looks after its orders.
    ///
    /// - Returns: how many orders.
    public static func withdraw(
        _ session: JournalFolder.Session,
        _ request: RecoveryRequest,
        _ control: SessionControl
    ) throws(SessionError) -> Int {
        try Settler.withdraw(session, request, control)
    }

    /// Without an engine only where there is none to be had, or where that is asked for.
    private static func recover(
        _ session: JournalFolder.Session,
        _ request: RecoveryRequest,
        _ control: SessionControl
    ) throws(SessionError) -> RecoveryOutcome {
        if request.policy == .settle { return try Settler.settle(session, request, control) }
        guard try isTold(session) else {
            do throws(SessionError) {
                return try Settler.settle(session, request, control)
            } catch {
                throw error.after(
                    "the journal of session \(session.name) tells nothing of its orders, and the "
                        + "venue is to be asked for those named \(session.name)-…"
                )
            }
        }
        if let recorded = try RecordedSession.read(session, request), recorded.hasParent {
            return try recorded.recover(request, control)
        }
        return try Settler.settle(session, request, control)
    }

    /// Whether the journal begins with what its session is. A blank one, and one that was cut off
    /// before, tells nothing: neither that there were orders nor that there were none.
    private static func isTold(_ session: JournalFolder.Session) throws(SessionError) -> Bool {
        do {
            var reader = try JournalReader(session.first)
            if case .session? = try reader.next()?.record { return true }
            return false
        } catch {
            switch error {
            case .system, .unknownVersion: throw .usage("the journal: \(error)")
            default: return false
            }
        }
    }

    /// Refuses a journal whose file has another session's name: its orders would be looked for by
    /// that name, and none found.
    static func check(_ name: String, of session: JournalFolder.Session) throws(SessionError) {
        guard name != session.name else { return }
        throw .usage(
            "\(session.first) is the journal of session \(name), not of \(session.name): give it "
                + "its name again, or move it away"
        )
    }

    /// Refuses to look for a session's orders where they never were.
    static func check(
        _ account: String,
        of session: String,
        _ request: RecoveryRequest
    ) throws(SessionError) {
        guard account != request.account else { return }
        throw .refused(
            "session \(session) traded as \(account), not as \(request.account): there every one of "
                + "its orders would seem never to have been. Recover it with the venue and key "
                + "it was recorded with"
        )
    }
}
