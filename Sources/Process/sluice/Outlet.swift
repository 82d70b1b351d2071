import Glibc

/// Bytes on their way to a descriptor, by a thread of its own: no one who says something waits for
/// the one who reads it.
///
/// A terminal that is held by Ctrl-S, a pipe whose reader sleeps and a disk that hangs block the
/// thread that writes, which no plain call can prevent; so nothing else is done on that thread.
final class Outlet: @unchecked Sendable {
    /// What became of what was put in.
    enum Delivery {
        /// All of it was written.
        case written
        /// It was not, and never will be: the error's number.
        case failed(Int32)
        /// It still waits for its reader.
        case late
    }

    private let descriptor: Int32
    private let capacity: Int
    private let isWhole: Bool
    private let monitor = Monitor()
    // All of these under `monitor`.
    private var waiting: [UInt8] = []
    private var isWriting = false
    private var failure: Int32?
    private var isHurried = false
    private var takenAt = ContinuousClock.now
    private var hasThread = false

    /// Writes to `descriptor`.
    ///
    /// - Parameters:
    ///   - capacity: bytes that may wait; what finds no room is dropped.
    ///   - isWhole: whether the bytes are one document, which a failure ends: without its middle
    ///     the rest is worth nothing. Else each piece is tried for itself.
    ///   - failure: what every write ends with, where that is known.
    init(_ descriptor: Int32, capacity: Int, isWhole: Bool, failure: Int32? = nil) {
        self.descriptor = descriptor
        self.capacity = capacity
        self.isWhole = isWhole
        self.failure = failure
        hasThread = OwnThread.start { [self] in serve() }
    }

    /// Puts text in line. Never blocks, unless the system gave no thread.
    ///
    /// - Parameter onlyIfIdle: drops it when something waits already: it will soon be out of date.
    func put(_ text: String, onlyIfIdle: Bool = false) {
        monitor.locked {
            if isWhole && failure != nil { return }
            guard hasThread else { return finish(Outlet.write(Array(text.utf8), to: descriptor)) }
            if onlyIfIdle && (isWriting || !waiting.isEmpty) { return }
            guard waiting.count + text.utf8.count <= capacity else { return }
            waiting.append(contentsOf: text.utf8)
            monitor.tell()
        }
    }

    /// Waits until all of it is written or lost, or for so long; once hurried, no longer than
    /// `grace` after the last byte was taken.
    func drain(
        for patience: Duration? = nil,
        grace: Duration = .seconds(2)
    ) -> Delivery {
        let began = ContinuousClock.now
        return monitor.locked {
            if waiting.isEmpty && !isWriting { takenAt = began }
            while true {
                if isWhole, let failure { return .failed(failure) }
                if waiting.isEmpty && !isWriting { return failure.map { .failed($0) } ?? .written }
                let now = ContinuousClock.now
                if let patience, now - began >= patience { return .late }
                if isHurried && now - max(takenAt, began) >= grace { return .late }
                monitor.wait(for: .milliseconds(50))
            }
        }
    }

    /// Lets nobody wait for a reader who does not read.
    func hurry() {
        monitor.locked {
            if !isHurried { takenAt = .now }
            isHurried = true
            monitor.tell()
        }
    }

    private func finish(_ result: Int32) {
        failure = result == 0 ? (isWhole ? failure : nil) : result
        if result != 0 { waiting.removeAll() }
    }

    private func serve() {
        while true {
            let bytes = monitor.locked {
                while waiting.isEmpty { monitor.wait() }
                isWriting = true
                defer { waiting = [] }
                return waiting
            }
            let result = Outlet.write(bytes, to: descriptor) {
                self.monitor.locked { self.takenAt = .now }
            }
            monitor.locked {
                isWriting = false
                finish(result)
                monitor.tell()
            }
        }
    }

    /// Writes all of `bytes`, however few the system takes at a time.
    ///
    /// - Returns: 0, or the number of the error that ended it.
    private static func write(
        _ bytes: [UInt8],
        to descriptor: Int32,
        onProgress: () -> Void = {}
    ) -> Int32 {
        var done = 0
        while done < bytes.count {
            let count = bytes[done...].withUnsafeBytes {
                Glibc.write(descriptor, $0.baseAddress, $0.count)
            }
            if count > 0 {
                done += count
                onProgress()
                continue
            }
            switch count == 0 ? EIO : errno {
            case EINTR: continue
            case EAGAIN:
                // Someone who shares the descriptor wants it so; for us it is as any other.
                var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                poll(&ready, 1, -1)
            case let number: return number
            }
        }
        return 0
    }
}
