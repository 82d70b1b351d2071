import Foundation
import Glibc
import Testing

/// The real program in a process of its own, with the descriptors that a test gives it.
final class Program {
    /// How a process ended.
    enum Ending: Equatable {
        case code(Int32)
        case signal(Int32)
    }

    let process: pid_t
    private var ending: Ending?

    /// Starts `sluice` with `arguments`, or the program that starts it; a descriptor that is nil is
    /// closed in it.
    init(
        _ arguments: [String],
        under wrapper: [String] = [],
        state: String,
        input: Int32? = Program.null,
        output: Int32? = Program.null,
        errors: Int32? = Program.null
    ) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (number, given) in [input, output, errors].enumerated() {
            if let given {
                posix_spawn_file_actions_adddup2(&actions, given, Int32(number))
            } else {
                posix_spawn_file_actions_addclose(&actions, Int32(number))
            }
        }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // A person's shell starts a program with every signal's default; a test runner may not.
        var all = sigset_t()
        sigfillset(&all)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF))
        let own = ["SLUICE_STATE_DIR": state, "SWIFT_BACKTRACE": "enable=yes"]
        let environment = ProcessInfo.processInfo.environment.merging(own) { $1 }
            .map { "\($0.key)=\($0.value)" }
        var started = pid_t()
        let command = wrapper + [Program.path] + arguments
        let failed = Program.withStrings(command) { words in
            Program.withStrings(environment) { variables in
                posix_spawn(&started, command[0], &actions, &attributes, words, variables)
            }
        }
        try #require(failed == 0, "\(Program.path): \(String(cString: strerror(failed)))")
        process = started
    }

    deinit {
        if ending == nil {
            kill(process, SIGKILL)
            waitpid(process, nil, 0)
        }
    }

    func signal(_ number: Int32) { kill(process, number) }

    /// How it has ended; nil while it lives.
    var end: Ending? {
        if ending != nil { return ending }
        var status: Int32 = 0
        guard waitpid(process, &status, WNOHANG) == process else { return nil }
        let number = status & 0x7f
        ending = number == 0 ? .code(status >> 8 & 0xff) : .signal(number)
        return ending
    }

    /// How it ends, when it does so in time. A child's end is no event that a test can wait for
    /// among other children.
    func end(within time: Duration) -> Ending? {
        let deadline = ContinuousClock.now + time
        while end == nil, ContinuousClock.now < deadline { usleep(2_000) }
        return end
    }

    /// Whether the system has suspended it.
    var isSuspended: Bool {
        let status = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
        return status?.split(separator: ")").last?.split(separator: " ").first == "T"
    }

    /// `/dev/null`, for reading and writing.
    static let null: Int32 = open("/dev/null", O_RDWR | O_CLOEXEC)

    /// Where the build has put the program: next to the tests.
    private static let path: String = {
        let own = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        return URL(fileURLWithPath: own ?? "").deletingLastPathComponent()
            .appendingPathComponent("sluice").path
    }()

    private static func withStrings<Result>(
        _ texts: [String],
        _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
    ) -> Result {
        let copies = texts.map { strdup($0) }
        defer { for copy in copies { free(copy) } }
        return body(copies + [nil])
    }
}

/// A folder that is gone with the test.
final class Folder {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "sluice-ends-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// The path of a folder in it, which is made.
    func folder(_ name: String) throws -> String {
        let inner = "\(path)/\(name)"
        try FileManager.default.createDirectory(atPath: inner, withIntermediateDirectories: true)
        return inner
    }

    /// A file in it, open for writing.
    func file(_ name: String) -> Int32 {
        open("\(path)/\(name)", O_RDWR | O_CREAT | O_CLOEXEC | O_APPEND, 0o600)
    }

    func text(_ name: String) -> String {
        (try? String(contentsOfFile: "\(path)/\(name)", encoding: .utf8)) ?? ""
    }
}
