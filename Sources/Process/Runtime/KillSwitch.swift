internal import Glibc
internal import Venues

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
    /// Whether the folder was named for this run: then a slip makes one that nobody else looks at.
    private let isNamed: Bool

    /// The switch kept in `folder`, which is made when it is first used.
    public init(folder: String, isNamed: Bool = false) {
        self.folder = folder
        self.isNamed = isNamed
    }

    /// `SLUICE_STATE_DIR`, or `sluice` in the user's state folder.
    ///
    /// - Throws: when neither is known, and when the folder depends on where a command is run: then
    ///   one started elsewhere would see no session.
    public static func find(
        _ environment: [String: String]
    ) throws(KillSwitchError) -> KillSwitch {
        if let folder = environment["SLUICE_STATE_DIR"], !folder.isEmpty {
            guard folder.hasPrefix("/") else {
                throw KillSwitchError(
                    description: "SLUICE_STATE_DIR must be a path from the root, not '\(folder)': "
                        + "`sluice halt` run elsewhere would see no session"
                )
            }
            return KillSwitch(folder: folder, isNamed: true)
        }
        if let state = environment["XDG_STATE_HOME"], state.hasPrefix("/") {
            return KillSwitch(folder: state + "/sluice")
        }
        if let home = environment["HOME"], home.hasPrefix("/") {
            return KillSwitch(folder: home + "/.local/state/sluice")
        }
        throw KillSwitchError(
            description: "no folder for the kill switch: set SLUICE_STATE_DIR or HOME"
        )
    }

    private var marker: String { folder + "/halted" }
    var sessions: String { folder + "/sessions" }
    var claims: String { folder + "/claims" }
    var stops: String { folder + "/stopped" }

    /// Why sessions may not begin, in the words of who threw the switch; nil while they may.
    ///
    /// A marker that cannot be read counts as thrown, whatever it is.
    public var reason: String? { words(marker) }

    /// What a mark says; nil where there is none.
    func words(_ mark: String) -> String? {
        let descriptor = open(mark, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        if descriptor < 0 { return errno == ENOENT ? nil : "the mark cannot be read" }
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
        /// Why there may be sessions that were not told; nil when all entries could be looked at.
        public let unseen: KillSwitchError?
        /// That the folder was made for it, where a slip may have named it.
        public let notice: String?
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
        var notice: String?
        var unmarked: KillSwitchError?
        do throws(KillSwitchError) {
            notice = try makeFolder(sessions)
            try leave(reason, as: marker)
        } catch {
            unmarked = error
        }
        let found = try entered()
        // For a session that stands still now and never runs again. Where a mark cannot be left,
        // the marker could not be kept either, or the session leaves its own.
        let marked = found.sessions.filter { session in
            do throws(KillSwitchError) {
                try makeFolder(stops)
                try leave(StopMark.halted, as: stopPath(session), isSynced: false)
                return true
            } catch {
                return false
            }
        }
        for process in found.living { tell(process) }
        // A slow disk must not keep them waiting.
        for session in marked { sync(stopPath(session)) }
        return Halt(told: found.living, unmarked: unmarked, unseen: found.unseen, notice: notice)
    }

    /// Leaves a mark that outlives a loss of power, unless that is seen to later.
    func leave(
        _ words: String,
        as mark: String,
        isSynced: Bool = true
    ) throws(KillSwitchError) {
        let flags = O_WRONLY | O_CREAT | O_CLOEXEC | O_TRUNC | O_NOFOLLOW | O_NONBLOCK
        let descriptor = open(mark, flags, 0o600)
        guard descriptor >= 0 else { throw failure("create", mark) }
        defer { close(descriptor) }
        let text = Array(words.utf8.prefix(400))
        // Even without its text the mark stands; a lost one would let trading go on.
        _ = write(descriptor, text, text.count)
        guard !isSynced || fsync(descriptor) == 0 else { throw failure("sync", mark) }
    }

    /// Lets a mark outlive a loss of power, where it still stands.
    private func sync(_ mark: String) {
        let descriptor = open(mark, O_WRONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
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

    /// The mark that `session` was asked to stop.
    func stopPath(_ session: String) -> String { "\(stops)/\(session)" }

    /// The file of the sessions of `account` in `market`.
    func claimPath(_ account: String, _ market: String) -> String {
        "\(claims)/\(KillSwitch.fileName(market))-\(KillSwitch.print(account))"
    }

    /// Takes the lock of `path`; nil while another holds it.
    func lock(_ path: String) throws(KillSwitchError) -> LockFile? {
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

    /// What the session of `process` works, and for which account; empty while it works nothing
    /// yet.
    public func work(of process: Int32) -> String {
        let entry = LockFile.text("\(sessions)/\(process)")
        if !entry.isEmpty { return entry }
        let names = (try? names(in: claims)) ?? []
        let claim = names.map { "\(claims)/\($0)" }.first {
            (try? LockFile.isHeld($0)) == true && Int32(LockFile.text($0)) == process
        }
        return claim.map { "which holds \($0)" } ?? ""
    }

    /// Whether a session of `process` is at work; so it is where that cannot be told.
    public func isLiving(_ process: Int32) -> Bool { (try? living().contains(process)) ?? true }

    /// The processes of the sessions at work; what dead ones left behind is removed.
    public func living() throws(KillSwitchError) -> [Int32] { try entered().living }

    /// What the entries and the claims tell.
    private struct Entered {
        var living: [Int32] = []
        /// The sessions that they work on record.
        var sessions: [String] = []
        /// Why there may be more.
        var unseen: KillSwitchError?
    }

    private func entered() throws(KillSwitchError) -> Entered {
        var found: Set<Int32> = []
        var recorded: Set<String> = []
        var unseen: KillSwitchError?
        func take(_ process: Int32, _ path: String) {
            found.insert(process)
            // A name of that form leads to no other folder.
            if let name = LockFile.session(path), SessionPrefix(name) != nil {
                recorded.insert(name)
            }
        }
        for name in try names(in: sessions) {
            guard let process = Int32(name), process > 0 else { continue }
            let path = "\(sessions)/\(name)"
            do throws(LockFile.Failure) {
                if try LockFile.isHeld(path) { take(process, path) } else { unlink(path) }
            } catch {
                unseen = failure(error.call, path, error.number)
            }
        }
        // Who stands still cannot make a removed entry again: what it claims tells of it, too.
        for name in try names(in: claims) {
            let path = "\(claims)/\(name)"
            do throws(LockFile.Failure) {
                guard try LockFile.isHeld(path) else { continue }
                guard let process = Int32(LockFile.text(path)), process > 0 else {
                    throw LockFile.Failure(call: "read the process in", number: EINVAL)
                }
                take(process, path)
            } catch {
                unseen = failure(error.call, path, error.number)
            }
        }
        return Entered(living: found.sorted(), sessions: recorded.sorted(), unseen: unseen)
    }

    /// What is in a folder of the switch's; nothing where there is none.
    private func names(in folder: String) throws(KillSwitchError) -> [String] {
        guard let listing = opendir(folder) else {
            if errno == ENOENT { return [] }
            throw failure("read", folder)
        }
        defer { closedir(listing) }
        var names: [String] = []
        while let entry = readdir(listing) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names
    }

    /// Makes a folder of the switch's, with what leads to it.
    ///
    /// - Returns: what a person should know of it; nil where all is as expected.
    @discardableResult
    func makeFolder(_ folder: String) throws(KillSwitchError) -> String? {
        var path = ""
        var isMade = false
        let depth = self.folder.split(separator: "/").count
        for (place, part) in folder.split(separator: "/").enumerated() {
            path += (path.isEmpty && !folder.hasPrefix("/") ? "" : "/") + part
            if mkdir(path, 0o700) == 0 {
                if place + 1 == depth { isMade = true }
            } else if errno != EEXIST {
                throw failure("create", path)
            }
        }
        guard isMade, isNamed else { return nil }
        return "SLUICE_STATE_DIR: made \(self.folder); only commands with the same value see each "
            + "other"
    }

    func failure(
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
}
