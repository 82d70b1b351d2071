import ArgumentParser
import Transport

/// The client's part of the Autobahn suite: asks how many cases there are, runs them, and has the
/// server write its reports.
struct CasesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cases",
        abstract: "Runs the cases of an Autobahn fuzzing server (the default).",
        discussion: """
            The server judges; Tools/autobahn starts one and compares its verdicts.

            Example:
              wsecho --url ws://127.0.0.1:9001 --cases 1-246,301 --agent sluice
            """
    )

    @OptionGroup var server: ServerOptions

    @Option(help: "Case numbers, as 1-246,301; all when not given.")
    var cases: CaseNumbers?

    @Option(help: "Name of the client in the server's reports.")
    var agent = "sluice"

    @Flag(help: "Print each case's end.")
    var verbose = false

    func validate() throws {
        let isPlain = agent.utf8.allSatisfy {
            UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 | 0x20
                || UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 || $0 == UInt8(ascii: "-")
        }
        guard isPlain, !agent.isEmpty else {
            throw ValidationError("--agent takes letters, digits and hyphens")
        }
    }

    func run() throws {
        var client = try EchoClient(server)
        let (text, reason) = try client.visit(server.endpoint("/getCaseCount"), echoes: false)
        guard let count = Int(text) else { throw WsechoError.ended("/getCaseCount", reason) }
        var ran = 0
        for number in 1...max(count, 1) where number <= count && cases?.contains(number) ?? true {
            let target = "/runCase?case=\(number)&agent=\(agent)"
            let (_, end) = try client.visit(server.endpoint(target), echoes: true)
            switch end {
            case .refused, .turnedAway, .upgradeRefused, .redirected, .tls:
                throw WsechoError.ended(target, end)
            default: break
            }
            ran += 1
            if verbose { print("\(number): \(end)") }
        }
        _ = try client.visit(server.endpoint("/updateReports?agent=\(agent)"), echoes: false)
        print("ran \(ran) of \(count) cases")
    }
}
