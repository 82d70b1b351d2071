internal import Glibc

/// Why the kill switch cannot be kept.
public struct KillSwitchError: Error, Sendable, CustomStringConvertible {
    /// What was tried, what happened, what to do.
    public let description: String
}

/// The desk's kill switch on this host: a marker that lets no session begin, and the sessions at
/// work, which are told by a signal of its own.
///
/// A folder with the file `halted` while the switch is thrown, and a file for each session, named
/// by its process id and locked while it lives. A session enters itself before it looks for the
/// marker, and the switch sets the marker before it looks for sessions: one of them sees the other.
public struct KillSwitch: Sendable {
    /// Where the marker and the sessions are.
    public let folder: String

    /// The switch kept in `folder`, which is made when it is first used.
    public init(folder: String) { self.folder = folder }

    /// `SLUICE_STATE_DIR`, or `sluice` in the user's state folder; nil when neither is known.
    public init?(environment: [String: String]) {
        if let folder = environment["SLUICE_STATE_DIR"], !folder.isEmpty {
            self.init(folder: folder)
        } else if let state = environment["XDG_STATE_HOME"], !state.isEmpty {
            self.init(folder: state + "/sluice")
        } else if let home = environment["HOME"], !home.isEmpty {
            self.init(folder: home + "/.local/state/sluice")
        } else {
            return nil
        }
    }

    private var marker: String { folder + "/halted" }
    private var sessions: String { folder + "/sessions" }
    private var claims: String { folder + "/claims" }

    /// Why sessions may not begin, in the words of who threw the switch; nil while they may.
    ///
    /// A marker that cannot be read counts as thrown.
    public var reason: String? {
        let descriptor = open(marker, O_RDONLY | O_CLOEXEC)
        if descriptor < 0 { return errno == ENOENT ? nil : "the marker cannot be read" }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 512)
        let count = read(descriptor, &bytes, bytes.count)
        return count > 0 ? String(decoding: bytes[..<count], as: UTF8.self) : "no reason given"
    }

    /// What throwing the switch came to.
    public struct Halt: Sendable {
        /// The processes that were told.
        public let told: [Int32]
        /// Why sessions may begin all the same; nil when the marker stands.
        public let unmarked: KillSwitchError?
    }

    /// Lets no session begin, and tells those at work to cancel everything and end: also where the
    /// marker cannot be kept, as on a full disk.
    ///
    /// - Parameters:
    ///   - reason: what a person will read who tries to begin; at most 400 bytes of it are kept.
    ///   - tell: how a process is told; by `haltSignal` but in tests.
    public func halt(
        reason: String,
        tell: (Int32) -> Void = KillSwitch.signal
    ) throws(KillSwitchError) -> Halt {
        var unmarked: KillSwitchError?
        do throws(KillSwitchError) { try mark(reason) } catch { unmarked = error }
        let running = try living()
        for process in running { tell(process) }
        return Halt(told: running, unmarked: unmarked)
    }

    private func mark(_ reason: String) throws(KillSwitchError) {
        try makeFolder(sessions)
        let descriptor = open(marker, O_WRONLY | O_CREAT | O_CLOEXEC | O_TRUNC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw failure("create", marker) }
        defer { close(descriptor) }
        let text = Array(reason.utf8.prefix(400))
        // Even without its text the marker stands; a lost one would let sessions begin.
        _ = write(descriptor, text, text.count)
        guard fsync(descriptor) == 0 else { throw failure("sync", marker) }
    }

    /// What tells a session to halt: the first real-time signal. Those below it have other senders;
    /// a language's runtime stops threads by SIGUSR1, for one.
    public static var haltSignal: Int32 { __libc_current_sigrtmin() }

    /// Tells a session at work to halt.
    public static func signal(_ process: Int32) { _ = kill(process, haltSignal) }

    /// Lets sessions begin again.
    ///
    /// - Returns: whether the switch was thrown.
    public func resume() throws(KillSwitchError) -> Bool {
        if unlink(marker) == 0 { return true }
        if errno == ENOENT { return false }
        throw failure("remove", marker)
    }

    /// Enters this process among the sessions at work, until the entry is let go of.
    ///
    /// `haltSignal` must not end the process any more when this is called.
    public func enter() throws(KillSwitchError) -> Entry {
        try makeFolder(sessions)
        let path = "\(sessions)/\(getpid())"
        // Who looks for the dead holds it for a moment, too.
        for _ in 0..<50 {
            if let lock = try lock(path) { return Entry(lock) }
            usleep(1_000)
        }
        throw failure("lock", path, EWOULDBLOCK)
    }

    /// Claims the orders of `account` in one instrument for this process, until the claim is let go
    /// of: two sessions would trade against each other, and take each other's fills for a fault.
    ///
    /// - Parameters:
    ///   - account: whose orders, as a journal names it.
    ///   - market: what is traded, its category with it.
    func claim(_ account: String, _ market: String) throws(KillSwitchError) -> ClaimOutcome {
        try makeFolder(claims)
        let path = "\(claims)/\(KillSwitch.fileName(market))-\(KillSwitch.print(account))"
        guard let lock = try lock(path) else { return .taken(by: LockFile.text(path)) }
        lock.write("\(getpid())")
        return .had(TradeClaim(lock))
    }

    private func lock(_ path: String) throws(KillSwitchError) -> LockFile? {
        do {
            return try LockFile(path)
        } catch {
            throw failure(error.call, path, error.number)
        }
    }

    private static func fileName(_ text: String) -> String {
        String(text.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
    }

    /// FNV-1a, 64 bits: a file's name must not grow with a host's.
    private static func print(_ text: String) -> String {
        let hash = text.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) {
            ($0 ^ UInt64($1)) &* 0x100_0000_01b3
        }
        return String(hash, radix: 16)
    }

    /// Whether a session of `process` is at work.
    public func isLiving(_ process: Int32) -> Bool { LockFile.isHeld("\(sessions)/\(process)") }

    /// The processes of the sessions at work; what dead ones left behind is removed.
    public func living() throws(KillSwitchError) -> [Int32] {
        guard let listing = opendir(sessions) else {
            if errno == ENOENT { return [] }
            throw failure("read", sessions)
        }
        defer { closedir(listing) }
        var found: [Int32] = []
        while let entry = readdir(listing) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard let process = Int32(name), process > 0 else { continue }
            if isLiving(process) {
                found.append(process)
            } else {
                unlink("\(sessions)/\(name)")
            }
        }
        return found.sorted()
    }

    private func makeFolder(_ folder: String) throws(KillSwitchError) {
        var path = ""
        for part in folder.split(separator: "/", omittingEmptySubsequences: true) {
            path += (path.isEmpty && !folder.hasPrefix("/") ? "" : "/") + part
            if mkdir(path, 0o700) != 0 && errno != EEXIST { throw failure("create", path) }
        }
    }

    private func failure(
        _ what: String,
        _ path: String,
        _ number: Int32 = errno
    ) -> KillSwitchError {
        let why = String(cString: strerror(number))
        return KillSwitchError(
            description: "the kill switch: cannot \(what) \(path): \(why); SLUICE_STATE_DIR names "
                + "another folder"
        )
    }

    /// One session's entry; it goes with the process whatever becomes of it.
    public final class Entry: Sendable {
        private let lock: LockFile

        fileprivate init(_ lock: LockFile) { self.lock = lock }
    }
}

/// A session's right to trade for an account in one instrument; it goes with the process.
final class TradeClaim: Sendable {
    private let lock: LockFile

    fileprivate init(_ lock: LockFile) { self.lock = lock }
}

/// What became of a wish to trade.
enum ClaimOutcome {
    case had(TradeClaim)
    /// Another process has it: its id, where that can be read.
    case taken(by: String)
}
