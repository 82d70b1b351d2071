internal import Glibc
internal import Journal

/// The cold thread that writes a journal, from `init` until `close`.
final class JournalThread: @unchecked Sendable {
    private let progress: JournalProgress
    private var thread = pthread_t()
    private var isJoined = false

    /// Starts the thread on `writer`; nil when the system gives none.
    init?(_ writer: consuming JournalWriter, _ progress: JournalProgress) {
        self.progress = progress
        let work = UnsafeMutablePointer<JournalWriter>.allocate(capacity: 1)
        work.initialize(to: writer)
        let failed = pthread_create(&thread, nil, JournalThread.main, work)
        if failed != 0 {
            work.deinitialize(count: 1)
            work.deallocate()
            isJoined = true
            return nil
        }
    }

    deinit { close() }

    /// Waits until everything recorded is on disk, and ends the thread.
    func close() {
        guard !isJoined else { return }
        isJoined = true
        progress.requestClose()
        pthread_join(thread, nil)
    }

    private static let main: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? =
        { raw in
            guard let raw else { return nil }
            let work = raw.assumingMemoryBound(to: JournalWriter.self)
            work.pointee.run()
            work.deinitialize(count: 1)
            work.deallocate()
            return nil
        }
}
