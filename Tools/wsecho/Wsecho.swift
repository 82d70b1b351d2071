import ArgumentParser
import Glibc
import Invocation
import Transport

/// The production transport against WebSockets of others.
@main
struct Wsecho: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "wsecho",
        abstract: "Runs Sluice's WebSockets against programs they were not written with.",
        discussion: """
            Exit codes: 0 done; 1 the server's bytes were not as announced; 2 usage; 3 network.
            """,
        subcommands: [CasesCommand.self, ServeCommand.self, StreamCommand.self],
        defaultSubcommand: CasesCommand.self
    )

    static func main() {
        do {
            var command = try parseAsRoot(Invocation.arguments)
            try command.run()
        } catch let code as ExitCode {
            exit(withError: code)
        } catch let error as WsechoError {
            say("wsecho: \(error)")
            exit(withError: ExitCode(error.exitCode))
        } catch let error as TransportError {
            say("wsecho: \(error)")
            exit(withError: ExitCode(3))
        } catch {
            if exitCode(for: error) == .success { exit(withError: error) }
            say(fullMessage(for: error))
            exit(withError: ExitCode(2))
        }
    }
}

/// Prints a line to standard error.
private func say(_ line: String) {
    var line = line + "\n"
    line.withUTF8 { _ = write(STDERR_FILENO, $0.baseAddress, $0.count) }
}

/// Where to connect, and how long to wait there.
struct ServerOptions: ParsableArguments {
    @Option(help: "ws://host:port (loopback only) or wss://host:port.")
    var url: String

    @Option(help: "PEM file of the authority to believe instead of the system's.")
    var ca: String?

    @Option(help: "Largest message, in bytes.")
    var limit = 16 << 20

    @Option(help: "Seconds one connection may last.")
    var timeout = 120

    /// The endpoint of `url` with `target` behind it.
    func endpoint(_ target: String = "") throws(TransportError) -> Endpoint {
        let base = url.hasSuffix("/") && target.hasPrefix("/") ? String(url.dropLast()) : url
        return try Endpoint(webSocket: base + target, trust: ca.map { .file($0) } ?? .system)
    }

    func validate() throws {
        guard (1...(1 << 30)).contains(limit) else {
            throw ValidationError("--limit is from 1 byte to 1 GiB")
        }
        guard timeout > 0 else { throw ValidationError("--timeout is at least 1 second") }
    }
}

/// What ended a run.
enum WsechoError: Error, CustomStringConvertible {
    case ended(String, CloseReason)
    case timedOut(String, seconds: Int)
    case wrong(String)

    var exitCode: Int32 {
        if case .wrong = self { 1 } else { 3 }
    }

    var description: String {
        switch self {
        case .ended(let where_, let reason): "\(where_): \(reason)"
        case .timedOut(let where_, let seconds): "\(where_): not over after \(seconds) seconds"
        case .wrong(let what): what
        }
    }
}
