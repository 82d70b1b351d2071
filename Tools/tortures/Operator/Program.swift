import Foundation

/// A process with chosen descriptors, that is signalled and waited for.
final class Program {
    /// How it ended.
    enum End: Equatable {
        case exited(Int32)
        /// By this signal.
        case died(Int32)
    }

    /// POSIX_SPAWN_SETSID, which Glibc's module does not show.
    private static let ownSession: Int16 = 0x80

    let id: pid_t
    private(set) var end: End?

    /// Starts `arguments`, the executable first.
    ///
    /// - Parameters:
    ///   - terminal: becomes the program's own and its standard input, in a session of its own.
    ///   - output: its descriptors 1 and 2; nil is closed, a negative one is the terminal.
    init(
        _ arguments: [String],
        _ environment: [String: String],
        terminal: String? = nil,
        input: Int32?,
        output: Int32?,
        errors: Int32?
    ) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        if let terminal {
            posix_spawn_file_actions_addopen(&actions, 0, terminal, O_RDWR, 0)
        } else if let input {
            posix_spawn_file_actions_adddup2(&actions, input, 0)
        } else {
            posix_spawn_file_actions_addclose(&actions, 0)
        }
        for (number, descriptor) in [(Int32(1), output), (2, errors)] {
            if let descriptor {
                posix_spawn_file_actions_adddup2(&actions, max(descriptor, 0), number)
            } else {
                posix_spawn_file_actions_addclose(&actions, number)
            }
        }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        if terminal != nil {
            posix_spawnattr_setflags(&attributes, Program.ownSession)
        }
        var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        var settings: [UnsafeMutablePointer<CChar>?] =
            environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for word in words + settings { free(word) } }
        var started = pid_t()
        let failed = posix_spawn(&started, arguments[0], &actions, &attributes, &words, &settings)
        guard failed == 0 else { throw POSIXError(POSIXErrorCode(rawValue: failed) ?? .EINVAL) }
        id = started
    }

    /// A child that nobody wants any more takes nothing along.
    deinit {
        guard end == nil else { return }
        kill(id, SIGKILL)
        var status: Int32 = 0
        waitpid(id, &status, 0)
    }

    /// Sends `signal`, while it lives.
    func send(_ signal: Int32) {
        if !hasEnded { kill(id, signal) }
    }

    /// Whether it has ended; takes its end when it has.
    var hasEnded: Bool {
        if end != nil { return true }
        var status: Int32 = 0
        guard waitpid(id, &status, WNOHANG) == id else { return false }
        let signal = status & 0x7f
        end = signal == 0 ? .exited((status >> 8) & 0xff) : .died(signal)
        return true
    }
}

extension Program.End: CustomStringConvertible {
    var description: String {
        switch self {
        case .exited(let code): "exit \(code)"
        case .died(let signal): "death by \(SignalName.of(signal))"
        }
    }
}

/// Signals as people write them.
enum SignalName {
    private static let names: [Int32: String] = [
        SIGHUP: "HUP", SIGINT: "INT", SIGQUIT: "QUIT", SIGILL: "ILL", SIGTRAP: "TRAP",
        SIGABRT: "ABRT", SIGBUS: "BUS", SIGFPE: "FPE", SIGKILL: "KILL", SIGUSR1: "USR1",
        SIGSEGV: "SEGV", SIGUSR2: "USR2", SIGPIPE: "PIPE", SIGALRM: "ALRM", SIGTERM: "TERM",
        SIGSTKFLT: "STKFLT", SIGCHLD: "CHLD", SIGCONT: "CONT", SIGSTOP: "STOP", SIGTSTP: "TSTP",
        SIGTTIN: "TTIN", SIGTTOU: "TTOU", SIGURG: "URG", SIGXCPU: "XCPU", SIGXFSZ: "XFSZ",
        SIGVTALRM: "VTALRM", SIGPROF: "PROF", SIGWINCH: "WINCH", SIGIO: "IO", SIGPWR: "PWR",
        SIGSYS: "SYS",
    ]

    static func of(_ signal: Int32) -> String {
        names[signal].map { "SIG" + $0 } ?? (signal >= 32 ? "SIGRT\(signal)" : "signal \(signal)")
    }
}
