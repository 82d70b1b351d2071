import Foundation
import Journal
import Synchronization
import Units

extension JournalDisk {
    /// A disk that takes so long for one of its syncs, as one whose controller hangs does.
    static func stalling(at number: Int, for time: Nanoseconds) -> JournalDisk {
        let syncs = SyncCount()
        var disk = JournalDisk.system
        let sync = disk.sync
        disk.sync = { descriptor in
            if syncs.next() == number { Thread.sleep(forTimeInterval: time.inSeconds) }
            return sync(descriptor)
        }
        return disk
    }
}

/// How often a disk was synced.
private final class SyncCount: Sendable {
    private let count = Atomic(0)

    /// One more than before.
    func next() -> Int { count.add(1, ordering: .relaxed).newValue }
}
