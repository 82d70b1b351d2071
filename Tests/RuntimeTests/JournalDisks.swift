import Foundation
import Glibc
import Journal
import Synchronization

/// A directory that is gone with the test.
final class Directory: Sendable {
    let path = NSTemporaryDirectory() + "sluice-session-\(UUID().uuidString)"

    init() throws {
        try FileManager.default.createDirectory(
            atPath: path,
            withIntermediateDirectories: true
        )
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// A disk that counts its syncs, waits for each, and fails when it is told to.
final class SlowDisk: Sendable {
    let syncs = Atomic(0)
    let isBroken = Atomic(false)
    let microseconds: UInt32

    init(microseconds: UInt32) { self.microseconds = microseconds }

    var disk: JournalDisk {
        var disk = JournalDisk.system
        disk.sync = { _ in
            self.syncs.add(1, ordering: .relaxed)
            usleep(self.microseconds)
            return self.isBroken.load(ordering: .relaxed) ? EIO : 0
        }
        return disk
    }
}

/// A disk whose syncs wait while it is shut.
final class Gate: Sendable {
    let isShut = Atomic(false)

    var disk: JournalDisk {
        var disk = JournalDisk.system
        disk.sync = { _ in
            while self.isShut.load(ordering: .relaxed) { usleep(1_000) }
            return 0
        }
        return disk
    }
}
