internal import CLinux
internal import Glibc
internal import Synchronization

/// What the hot thread may know of the writer's: how far the disk has it, and what went wrong.
/// Atomics only; neither side ever waits for the other here.
public final class JournalProgress: @unchecked Sendable {
    private let written = Atomic<UInt64>(0)
    private let durable = Atomic<UInt64>(0)
    private let syncs = Atomic<UInt64>(0)
    private let failed = Atomic<UInt64>(0)
    /// 1 while the writer sleeps: the futex it sleeps on.
    private let asleep: UnsafeMutablePointer<UInt32>
    private let closing = Atomic(false)

    /// Nothing written.
    public init() {
        asleep = .allocate(capacity: 1)
        asleep.initialize(to: 0)
    }

    deinit { asleep.deallocate() }

    /// The last record that the kernel has.
    public var writtenSequence: UInt64 { written.load(ordering: .acquiring) }

    /// The last record that survives a loss of power.
    public var durableSequence: UInt64 { durable.load(ordering: .acquiring) }

    /// How often the disk was asked to keep what it has.
    public var syncCount: UInt64 { syncs.load(ordering: .relaxed) }

    /// What stopped the writer; nil while it works.
    public var fault: JournalFault? {
        JournalFault(packed: failed.load(ordering: .acquiring))
    }

    /// Wakes the writer if it sleeps: one system call then, none otherwise.
    public func wakeWriter() {
        // The record must be visible before the look at the flag. (fence ↔ fence in `beginSleep`)
        atomicMemoryFence(ordering: .sequentiallyConsistent)
        let word = flag
        if word.pointee.load(ordering: .relaxed) == 1 {
            word.pointee.store(0, ordering: .relaxed)
            sluice_futex_wake(asleep)
        }
    }

    /// Asks the writer to write what there is and to end.
    public func requestClose() {
        closing.store(true, ordering: .releasing)
        wakeWriter()
    }

    var isClosing: Bool { closing.load(ordering: .acquiring) }

    /// Puts the flag up; what is committed from here on wakes.
    func beginSleep() {
        flag.pointee.store(1, ordering: .relaxed)
        atomicMemoryFence(ordering: .sequentiallyConsistent)
    }

    /// Sleeps until woken, at most so long.
    func sleep(nanoseconds: UInt64) {
        if !isClosing { sluice_futex_wait(asleep, 1, nanoseconds) }
    }

    func endSleep() { flag.pointee.store(0, ordering: .relaxed) }

    func note(written sequence: UInt64) { written.store(sequence, ordering: .releasing) }

    func note(durable sequence: UInt64) {
        syncs.add(1, ordering: .relaxed)
        durable.store(sequence, ordering: .releasing)
    }

    func note(_ fault: JournalFault) { failed.store(fault.packed, ordering: .releasing) }

    private var flag: UnsafeMutablePointer<Atomic<UInt32>> {
        UnsafeMutableRawPointer(asleep).assumingMemoryBound(to: Atomic<UInt32>.self)
    }
}

/// What stopped a journal while it was written.
public struct JournalFault: Hashable, Sendable {
    /// What was tried.
    public enum Operation: UInt8, Sendable, CaseIterable {
        case write = 1
        case sync
        case open
        case reserve
        /// A segment is not where it was made.
        case find
        /// A segment is shorter than it was.
        case keep
    }

    /// What was tried.
    public var operation: Operation
    /// The system's error number.
    public var errno: Int32

    /// `operation` failed with `errno`.
    public init(_ operation: Operation, errno: Int32) {
        self.operation = operation
        self.errno = errno
    }

    /// What happened and what to do.
    public var text: String {
        let what =
            switch operation {
            case .write: "a write failed"
            case .sync: "the disk did not confirm what was written"
            case .open: "the next segment could not be opened"
            case .reserve: "there is no room for the next segment"
            case .find where errno == ENOENT:
                "a segment was removed, moved or replaced while the session wrote it"
            case .find: "a segment could not be looked at"
            case .keep: "a segment was cut short while the session wrote it"
            }
        let why = operation.isOutside(errno) ? "" : ": \(JournalError.words(errno))"
        return "the journal cannot be written: \(what)\(why)"
    }

    var packed: UInt64 { UInt64(operation.rawValue) << 32 | UInt64(UInt32(bitPattern: errno)) }

    init?(packed: UInt64) {
        guard let operation = Operation(rawValue: UInt8(truncatingIfNeeded: packed >> 32)) else {
            return nil
        }
        self.operation = operation
        errno = Int32(truncatingIfNeeded: packed)
    }
}

extension JournalFault.Operation {
    /// Whether another process did it, so that the error's number tells nothing.
    fileprivate func isOutside(_ number: Int32) -> Bool {
        self == .keep || self == .find && number == ENOENT
    }
}
