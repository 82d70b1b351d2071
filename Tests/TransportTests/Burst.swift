import Foundation
import Synchronization

/// A thread that writes numbered messages to a socket as fast as it takes them.
final class Burst: Sendable {
    let total: Int
    private let descriptor: Int32
    private let progress = Atomic<Int>(0)

    /// Messages the kernel has taken whole.
    var written: Int { progress.load(ordering: .relaxed) }

    /// Begins to write `total` binary messages of 64 bytes, whose first eight are their number.
    init(to peer: Peer, total: Int) {
        self.total = total
        descriptor = peer.descriptor
        Thread.detachNewThread { self.run() }
    }

    private func run() {
        // A client's frame: binary, masked with the key 0, which leaves the payload as it is.
        let head: [UInt8] = [0x82, 0x80 | 64, 0, 0, 0, 0]
        let batch = 1_000
        for start in stride(from: 0, to: total, by: batch) {
            var bytes: [UInt8] = []
            for number in start..<min(start + batch, total) {
                bytes += head
                withUnsafeBytes(of: UInt64(number)) { bytes += Array($0) }
                bytes += [UInt8](repeating: 0, count: 56)
            }
            var sent = 0
            while sent < bytes.count {
                let n = bytes[sent...].withUnsafeBytes {
                    Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                }
                if n < 0, errno == EINTR { continue }
                if n <= 0 { return }
                sent += n
            }
            progress.store(min(start + batch, total), ordering: .relaxed)
        }
    }
}

/// A thread that sends SIGUSR1 to another one all the time.
final class Pestering: Sendable {
    private let target: UInt
    private let isOver = Atomic<Bool>(false)
    private let hasEnded = Atomic<Bool>(false)
    private let progress = Atomic<Int>(0)

    var sent: Int { progress.load(ordering: .relaxed) }

    /// Begins to pester the calling thread, whose blocking calls are then cut short.
    init() {
        target = UInt(pthread_self())
        // Without SA_RESTART.
        var action = sigaction()
        action.__sigaction_handler.sa_handler = { _ in }
        sigaction(SIGUSR1, &action, nil)
        // The test runner may have it blocked, and a thread inherits that.
        var set = sigset_t()
        sigemptyset(&set)
        sigaddset(&set, SIGUSR1)
        pthread_sigmask(SIG_UNBLOCK, &set, nil)
        Thread.detachNewThread {
            while !self.isOver.load(ordering: .acquiring) {
                pthread_kill(pthread_t(self.target), SIGUSR1)
                self.progress.add(1, ordering: .relaxed)
                usleep(50)
            }
            self.hasEnded.store(true, ordering: .releasing)
        }
    }

    /// Returns when no further signal comes.
    func end() {
        isOver.store(true, ordering: .releasing)
        while !hasEnded.load(ordering: .acquiring) { sched_yield() }
    }
}
