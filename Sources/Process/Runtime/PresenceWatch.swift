internal import Glibc
internal import Synchronization

/// Looks after the locked files by which this process is found, on a thread of its own.
///
/// A file can be removed under the process that holds it: then `sluice halt` would miss the session
/// and another be let in. So each is looked at four times a second, and made and locked again where
/// it is gone. The kill switch may have been thrown meanwhile, so the marker is looked for, as at
/// the start; and another session may have claimed the same, which is told.
final class PresenceWatch: Sendable {
    /// How often the files are looked at.
    private static let intervalMicroseconds: UInt32 = 250_000

    /// A file that is held, or is to be.
    private struct Held {
        let path: String
        /// What it claims; nil for the entry.
        let market: String?
        /// What is left in it, for who finds it locked.
        var text: String
        /// nil while it is lost.
        var lock: LockFile?
        /// Whether another has it: then it is not wanted any more.
        var isTaken = false
        /// What was last said of it.
        var trouble: String?
    }

    private struct State {
        var held: [Int: Held] = [:]
        var next = 0
        /// Whether the marker is known to stand.
        var isHalted = false
    }

    let killSwitch: KillSwitch
    private let tell: @Sendable (Presence.Word) -> Void
    private let state = Mutex(State())
    private let hasEnded = Atomic(false)

    init(_ killSwitch: KillSwitch, _ tell: @escaping @Sendable (Presence.Word) -> Void) {
        self.killSwitch = killSwitch
        self.tell = tell
    }

    /// Begins.
    ///
    /// - Parameter isHalted: whether the marker stands: then it is no news.
    /// - Returns: false when the system gives no thread.
    func start(isHalted: Bool) -> Bool {
        state.withLock { $0.isHalted = isHalted }
        guard let thread = ColdThread({ self.run() }) else { return false }
        thread.detach()
        return true
    }

    /// Lets go of every file; the thread ends by itself.
    func end() {
        state.withLock { $0.held.removeAll() }
        hasEnded.store(true, ordering: .releasing)
    }

    /// Looks after `lock` of the file at `path` from here on.
    ///
    /// - Returns: by what it is let go of.
    func keep(_ path: String, _ lock: LockFile, of market: String?, _ text: String) -> Int {
        lock.write(text)
        return state.withLock { state in
            state.next += 1
            state.held[state.next] = Held(path: path, market: market, text: text, lock: lock)
            return state.next
        }
    }

    /// Leaves another text in a file.
    func write(_ text: String, _ number: Int) {
        state.withLock { state in
            state.held[number]?.text = text
            state.held[number]?.lock?.write(text)
        }
    }

    /// Lets go of a file.
    func letGo(_ number: Int) { state.withLock { $0.held[number] = nil } }

    private func run() {
        while !hasEnded.load(ordering: .acquiring) {
            usleep(PresenceWatch.intervalMicroseconds)
            look()
        }
    }

    /// Looks at every file once.
    func look() {
        let words = state.withLock { look(&$0) }
        for word in words { tell(word) }
    }

    private func look(_ state: inout State) -> [Presence.Word] {
        var words: [Presence.Word] = []
        var renewed: [String] = []
        var isHidden = false
        for number in state.held.keys.sorted() {
            guard var held = state.held[number], !held.isTaken else { continue }
            let before = held.trouble
            do throws(KillSwitchError) {
                if try isInPlace(&held) {
                    held.trouble = nil
                } else {
                    isHidden = true
                    if try renew(&held) { renewed.append(held.path) }
                }
            } catch {
                isHidden = true
                held.trouble = error.description
            }
            if held.isTaken {
                words.append(.supplanted(taken(held)))
            } else if let trouble = held.trouble, trouble != before {
                words.append(.note("\(trouble); tried again until it is there"))
            }
            state.held[number] = held
        }
        if !renewed.isEmpty {
            words.append(
                .note("removed or replaced, and made again: \(renewed.joined(separator: ", "))")
            )
        }
        if isHidden, !state.isHalted, killSwitch.reason != nil {
            state.isHalted = true
            words.append(.halted)
        }
        return words
    }

    /// Whether the file is where it is looked for. One that cannot be looked at is kept.
    private func isInPlace(_ held: inout Held) throws(KillSwitchError) -> Bool {
        guard let lock = held.lock else { return false }
        switch lock.place {
        case .there: return true
        case .unknown(let number): throw killSwitch.failure("look at", held.path, number)
        case .gone:
            held.lock = nil
            return false
        }
    }

    /// Makes and locks a file that is lost.
    ///
    /// - Returns: whether it is there again; else another process has it.
    private func renew(_ held: inout Held) throws(KillSwitchError) -> Bool {
        let isClaim = held.market != nil
        try killSwitch.makeFolder(isClaim ? killSwitch.claims : killSwitch.sessions)
        held.lock = isClaim ? try killSwitch.lock(held.path) : try killSwitch.patientLock(held.path)
        guard let lock = held.lock else {
            if !isClaim { throw killSwitch.failure("lock", held.path, EWOULDBLOCK) }
            held.isTaken = true
            return false
        }
        lock.write(held.text)
        held.trouble = nil
        return true
    }

    private func taken(_ held: Held) -> String {
        let holder = LockFile.text(held.path)
        return "the claim of \(held.market ?? "") was removed under this session, and process "
            + "\(holder.isEmpty ? "(unknown)" : holder) works it for this account, too"
    }
}
