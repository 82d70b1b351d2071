import Foundation

/// A process of ours that is killed or waited for.
struct Child {
    /// How it ended.
    enum End: Equatable {
        case exited(Int32)
        case killed
    }

    private let process: pid_t

    /// Starts `arguments`, the executable first, with its output in files.
    init(_ arguments: [String], output: String, errors: String) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        let flags = O_WRONLY | O_CREAT | O_TRUNC
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, flags, 0o600)
        posix_spawn_file_actions_addopen(&actions, 2, errors, flags, 0o600)
        var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var started = pid_t()
        let failed = posix_spawn(&started, arguments[0], &actions, nil, &words, environ)
        guard failed == 0 else { throw POSIXError(POSIXErrorCode(rawValue: failed) ?? .EINVAL) }
        process = started
    }

    /// Lets it run for `seconds` at most, then kills it.
    func run(atMost seconds: Double) -> End {
        let deadline = ContinuousClock.now + .seconds(seconds)
        var status: Int32 = 0
        while true {
            let found = waitpid(process, &status, WNOHANG)
            if found == process { break }
            let left = deadline - ContinuousClock.now
            if left <= .zero {
                kill(process, SIGKILL)
                waitpid(process, &status, 0)
                break
            }
            usleep(UInt32(min(3_000, max(50, left.inSeconds * 1e6))))
        }
        return status & 0x7f == 0 ? .exited((status >> 8) & 0xff) : .killed
    }
}
