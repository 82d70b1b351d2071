internal import Glibc

/// This process among the sessions of its host: its entry, and what it claims. Both go with the
/// process, whatever becomes of it, and are looked after as long as this object lives.
public final class Presence: Sendable {
    /// What becomes of it while it lives.
    public enum Word: Sendable {
        /// Something that the operator should know.
        case note(String)
        /// The kill switch was thrown while it could not see this process.
        case halted
        /// Another session has claimed the same while the claim could not be seen: which, and what.
        case supplanted(String)
    }

    private let watch: PresenceWatch
    /// The entry among what is looked after.
    private let entry: Int
    /// Why sessions may not begin, at the moment it was entered; nil while they may.
    public let haltReason: String?
    /// What a person should know of the folder; nil where all is as expected.
    public let notice: String?

    fileprivate init(
        _ watch: PresenceWatch,
        _ entry: Int,
        haltReason: String?,
        notice: String?
    ) {
        self.watch = watch
        self.entry = entry
        self.haltReason = haltReason
        self.notice = notice
    }

    deinit { watch.end() }

    /// Claims the orders of `account` in one instrument for this process, until the claim is let go
    /// of: two sessions would trade against each other, and take each other's fills for a fault.
    ///
    /// - Parameters:
    ///   - account: whose orders, as a journal names it.
    ///   - market: what is traded, its category with it.
    ///   - session: the session that is on record; nil for none, of which nothing is recovered.
    func claim(
        _ account: String,
        _ market: String,
        session: String? = nil
    ) throws(KillSwitchError) -> ClaimOutcome {
        let killSwitch = watch.killSwitch
        try killSwitch.makeFolder(killSwitch.claims)
        let path = killSwitch.claimPath(account, market)
        guard let lock = try killSwitch.lock(path) else {
            return .taken(by: LockFile.text(path))
        }
        let holder = LockFile.text("\(getpid())", session: session)
        let claim = TradeClaim(watch, watch.keep(path, lock, of: market, holder), entry)
        // For who halts, and must look after what does not end.
        watch.write(LockFile.text("\(market) as \(account)", session: session), entry)
        return .had(claim)
    }

    /// The mark that `session` was asked to stop.
    ///
    /// - Parameter notice: told where it cannot be left.
    func stopMark(
        of session: String,
        _ notice: (@Sendable (String) -> Void)? = nil
    ) -> StopMark {
        StopMark(watch.killSwitch, of: session, notice)
    }

    /// Looks after the files at once.
    func look() { watch.look() }
}

/// A session's right to trade for an account in one instrument; it goes with the process.
final class TradeClaim: Sendable {
    private let watch: PresenceWatch
    private let number: Int
    private let entry: Int

    fileprivate init(_ watch: PresenceWatch, _ number: Int, _ entry: Int) {
        self.watch = watch
        self.number = number
        self.entry = entry
    }

    deinit {
        watch.write("", entry)
        watch.letGo(number)
    }
}

/// What became of a wish to trade.
enum ClaimOutcome {
    case had(TradeClaim)
    /// Another process has it: its id, where that can be read.
    case taken(by: String)
}

extension KillSwitch {
    /// Enters this process among the sessions at work, until the presence is let go of, and then
    /// looks for the marker.
    ///
    /// `haltSignal` must not end the process any more when this is called.
    ///
    /// - Parameter tell: told, on a thread of its own, what becomes of it.
    public func enter(
        tell: @escaping @Sendable (Presence.Word) -> Void = { _ in }
    ) throws(KillSwitchError) -> Presence {
        let notice = try makeFolder(sessions)
        let path = "\(sessions)/\(getpid())"
        guard let lock = try patientLock(path) else { throw failure("lock", path, EWOULDBLOCK) }
        let watch = PresenceWatch(self, tell)
        let entry = watch.keep(path, lock, of: nil, "")
        let haltReason = reason
        guard watch.start(isHalted: haltReason != nil) else {
            throw KillSwitchError(
                description: "the system gives no thread for the kill switch: see `ulimit -u`"
            )
        }
        return Presence(watch, entry, haltReason: haltReason, notice: notice)
    }

    /// Takes the lock of an entry: who looks for the dead holds it for a moment, too.
    func patientLock(_ path: String) throws(KillSwitchError) -> LockFile? {
        for _ in 0..<50 {
            if let lock = try lock(path) { return lock }
            usleep(1_000)
        }
        return nil
    }
}
