internal import CLinux
internal import Glibc
internal import Journal
internal import Synchronization
internal import Units

/// The cold thread that writes a journal, from `init` until `close`.
final class JournalThread: @unchecked Sendable {
    private struct Work: ~Copyable {
        var writer: JournalWriter
        let ended: UnsafeMutablePointer<UInt32>
    }

    private let progress: JournalProgress
    private var thread = pthread_t()
    /// 1 once the thread has ended: the futex on which `close` sleeps.
    private let ended: UnsafeMutablePointer<UInt32>
    private var isJoined = false
    /// Whether `close` was called: who waited in vain waits no more.
    private var wasWaitedFor = false

    /// Starts the thread on `writer`; nil when the system gives none.
    init?(_ writer: consuming JournalWriter, _ progress: JournalProgress) {
        self.progress = progress
        ended = .allocate(capacity: 1)
        ended.initialize(to: 0)
        let work = UnsafeMutablePointer<Work>.allocate(capacity: 1)
        work.initialize(to: Work(writer: writer, ended: ended))
        let failed = pthread_create(&thread, nil, JournalThread.main, work)
        if failed != 0 {
            work.deinitialize(count: 1)
            work.deallocate()
            ended.deallocate()
            isJoined = true
            return nil
        }
    }

    /// A thread that hangs on its disk cannot be stopped: it is left to itself.
    deinit {
        if !close(within: wasWaitedFor ? .zero : .seconds(3)) { pthread_detach(thread) }
    }

    /// Asks for the end, and waits at most so long until everything recorded is on disk.
    ///
    /// - Returns: whether the thread has ended; if not, it may be waited for again.
    func close(within patience: Nanoseconds) -> Bool {
        if isJoined { return true }
        wasWaitedFor = true
        progress.requestClose()
        let deadline = Deadline(patience)
        while JournalThread.flag(ended).pointee.load(ordering: .acquiring) == 0 {
            if deadline.isOver { return false }
            sluice_futex_wait(ended, 0, UInt64(deadline.rest.count))
        }
        pthread_join(thread, nil)
        ended.deallocate()
        isJoined = true
        return true
    }

    private static func flag(
        _ word: UnsafeMutablePointer<UInt32>
    ) -> UnsafeMutablePointer<
        Atomic<UInt32>
    > {
        UnsafeMutableRawPointer(word).assumingMemoryBound(to: Atomic<UInt32>.self)
    }

    private static let main: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? =
        { raw in
            guard let raw else { return nil }
            let work = raw.assumingMemoryBound(to: Work.self)
            let ended = work.pointee.ended
            work.pointee.writer.run()
            work.deinitialize(count: 1)
            work.deallocate()
            flag(ended).pointee.store(1, ordering: .releasing)
            sluice_futex_wake(ended)
            return nil
        }
}
