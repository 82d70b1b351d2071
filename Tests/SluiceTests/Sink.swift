import Glibc

/// What may become of who reads what a program says.
enum Sink: String, CaseIterable {
    /// Every write fails: no space is left.
    case full
    /// A pipe whose reader is gone.
    case closedPipe
    /// A pipe that is full, whose reader sleeps.
    case unreadPipe
    /// A terminal that was closed.
    case closedTerminal
    /// A terminal that is held by Ctrl-S.
    case heldTerminal
    /// No descriptor at all.
    case none

    /// The sink, and what keeps it as it is.
    final class Opened {
        /// What the program writes to; nil for a closed descriptor.
        let descriptor: Int32?
        private let other: Int32?
        private let goes: Bool

        fileprivate init(_ descriptor: Int32?, _ other: Int32? = nil, goes: Bool = false) {
            self.descriptor = descriptor
            self.other = other
            self.goes = goes
        }

        /// Makes it what it is; until then it is a sink as any.
        func spoil() { if goes, let other { close(other) } }

        deinit {
            if let descriptor { close(descriptor) }
            if let other, !goes { close(other) }
        }
    }

    func open() -> Opened {
        switch self {
        case .full: return Opened(Glibc.open("/dev/full", O_WRONLY | O_CLOEXEC))
        case .none: return Opened(nil)
        case .closedPipe, .unreadPipe:
            var ends: [Int32] = [0, 0]
            pipe(&ends)
            for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
            if self == .unreadPipe { Sink.fill(ends[1]) }
            return Opened(ends[1], ends[0], goes: self == .closedPipe)
        case .closedTerminal, .heldTerminal:
            let master = Glibc.open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
            var unlocked: Int32 = 0
            var number: Int32 = 0
            // TIOCSPTLCK and TIOCGPTN, which Swift does not see.
            _ = ioctl(master, 0x4004_5431, &unlocked)
            _ = ioctl(master, 0x8004_5430, &number)
            let name = "/dev/pts/\(number)"
            let terminal = Glibc.open(name, O_RDWR | O_NOCTTY | O_CLOEXEC)
            if self == .heldTerminal { tcflow(terminal, TCOOFF) }
            return Opened(terminal, master, goes: self == .closedTerminal)
        }
    }

    private static func fill(_ descriptor: Int32) {
        let flags = fcntl(descriptor, F_GETFL)
        _ = fcntl(descriptor, F_SETFL, flags | O_NONBLOCK)
        let bytes = [UInt8](repeating: 0x2e, count: 4_096)
        while write(descriptor, bytes, bytes.count) > 0 {}
        _ = fcntl(descriptor, F_SETFL, flags)
    }
}
