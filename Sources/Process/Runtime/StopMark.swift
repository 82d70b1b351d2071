internal import Glibc
internal import Synchronization

/// The mark that a session was asked to stop, in the state folder: a recovery heeds it where the
/// journal's disk did not take the stop. It is gone once the journal is closed.
final class StopMark: Sendable {
    private enum Standing {
        case asIs
        case writing
        case written
        /// The session has ended: a mark would be one too many.
        case over
    }

    /// What it says of a session that the kill switch stops.
    static let halted = "halted by the kill switch"

    private let killSwitch: KillSwitch
    private let path: String
    private let notice: (@Sendable (String) -> Void)?
    private let standing = Mutex(Standing.asIs)

    /// The mark of `session`, which is there or not.
    init(_ killSwitch: KillSwitch, of session: String, _ notice: (@Sendable (String) -> Void)?) {
        self.killSwitch = killSwitch
        path = killSwitch.stopPath(session)
        self.notice = notice
    }

    /// How the session was asked to stop; nil where it was not. A mark that cannot be read counts.
    var words: String? { killSwitch.words(path) }

    /// Leaves the mark, once. The disk may keep its thread waiting, and not who asks.
    func set(_ words: String) {
        let isFirst = standing.withLock { standing in
            guard case .asIs = standing else { return false }
            standing = .writing
            return true
        }
        guard isFirst else { return }
        guard let thread = ColdThread({ self.write(words) }) else {
            tell("the system gives no thread for it")
            return
        }
        thread.detach()
    }

    /// Takes the mark away: nothing is left to recover.
    func clear() {
        let isWriting = standing.withLock { standing in
            defer { standing = .over }
            if case .writing = standing { return true }
            return false
        }
        if !isWriting { unlink(path) }
    }

    private func write(_ words: String) {
        do throws(KillSwitchError) {
            try killSwitch.makeFolder(killSwitch.stops)
            try killSwitch.leave(words, as: path)
        } catch {
            tell(error.description)
        }
        let isOver = standing.withLock { standing in
            if case .over = standing { return true }
            standing = .written
            return false
        }
        if isOver { unlink(path) }
    }

    private func tell(_ why: String) {
        notice?(
            "the stop is on record in the journal alone: \(why). Should this process be killed, "
                + "recover with --policy halt"
        )
    }
}
