import Foundation
import Synchronization
import Telemetry

/// Lives many lives at once, each on a thread of its own, and notices one that does not end.
final class Crew: Sendable {
    /// A life that takes longer has hung.
    private let patience: TimeInterval

    private struct Work {
        var next: UInt64
        let end: UInt64
        var running: [UInt64: Date] = [:]
        var living: Int
    }

    private let work: Mutex<Work>
    private let idle = DispatchSemaphore(value: 0)
    private let count: Int

    /// So many threads for the seeds from `first` on; a life may take `patience` seconds.
    init(seeds first: UInt64, runs: UInt64, threads: Int, patience: TimeInterval = 120) {
        self.patience = patience
        count = min(threads, Int(clamping: runs))
        work = Mutex(Work(next: first, end: first &+ runs, living: count))
    }

    /// Lives each seed once; returns when all have ended.
    ///
    /// - Returns: the seeds of the lives that did not end.
    func live(_ life: @escaping @Sendable (UInt64) -> Void) -> [UInt64] {
        for _ in 0..<count {
            let thread = Thread {
                while let seed = self.begin() {
                    life(seed)
                    self.end(seed)
                }
                self.idle.signal()
            }
            thread.stackSize = 4 << 20
            thread.start()
        }
        var left = count
        while left > 0 {
            if idle.wait(timeout: .now() + 1) == .success {
                left -= 1
            } else if let hung = hung(), hung.count >= left {
                return hung.sorted()
            }
        }
        return []
    }

    private func begin() -> UInt64? {
        work.withLock { work in
            guard work.next != work.end else { return nil }
            defer { work.next &+= 1 }
            work.running[work.next] = Date()
            return work.next
        }
    }

    private func end(_ seed: UInt64) { work.withLock { $0.running[seed] = nil } }

    /// The seeds that hang, when nothing else runs any more.
    private func hung() -> [UInt64]? {
        work.withLock { work in
            let late = Date() - patience
            let hung = work.running.filter { $0.value < late }.map(\.key)
            return hung.isEmpty || hung.count < work.running.count ? nil : hung
        }
    }
}
