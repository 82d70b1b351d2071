import ArgumentParser
import Foundation
import Runtime

/// The process that is killed: one session of a seed's parent. Started by `crash`, not by people.
struct CrashSession: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "crash-session",
        abstract: "One process of a crash: the session itself.",
        shouldDisplay: false
    )

    @Option var seed: UInt64
    @Option var port: UInt16
    @Option var ca: String
    @Option var journal: String
    @Option var marks: String

    func run() throws {
        let drawn = CrashCase(seed: seed, nil)
        var settings = JournalSettings(directory: journal, sync: drawn.sync)
        settings.disk = DurableMarks(marks).disk
        let configuration = drawn.configuration(.loopback(port: port, caFile: ca), settings)
        do {
            let outcome = try Session.run(configuration, SessionControl())
            print(String(decoding: try outcome.report.json(), as: UTF8.self))
            if let fault = outcome.fault { FileHandle.standardError.write(Data(fault.utf8)) }
            throw ExitCode(outcome.state == .completed ? 0 : outcome.fault == nil ? 1 : 3)
        } catch let error as SessionError {
            FileHandle.standardError.write(Data(error.text.utf8))
            throw ExitCode(3)
        }
    }
}
