import ArgumentParser
import Foundation
import LoopbackVenue
import Runtime
import Transport
import Venues

/// The process that is killed: one session of a seed's parent, or its recovery. Started by `crash`,
/// not by people.
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
    @Flag var recovers = false

    func run() throws {
        let drawn = CrashCase(seed: seed, nil)
        var settings = JournalSettings.small(journal, drawn.sync)
        settings.disk = DurableMarks(marks).disk
        var venue = VenueEndpoints.loopback(port: port, caFile: ca)
        venue.ordersByREST = drawn.ordersByREST
        do {
            if recovers {
                try recover(drawn, venue, settings)
            } else {
                let configuration = drawn.configuration(venue, settings)
                try leave(Session.run(configuration, SessionControl()))
            }
        } catch let error as SessionError {
            say(error.text)
            throw ExitCode(3)
        }
    }

    /// What `sluice recover` does, with the waits of a torture.
    private func recover(
        _ drawn: CrashCase,
        _ venue: VenueEndpoints,
        _ settings: JournalSettings
    ) throws {
        let credentials = BybitCredentials(
            key: LoopbackCredentials.key,
            secret: LoopbackCredentials.secret
        )
        var request = RecoveryRequest(venue: venue, credentials: credentials, journal: settings)
        request.policy = drawn.policy
        let sync = drawn.sync
        request.adjust = { $0.hurry(sync) }
        for session in try Recovery.folder(journal).sessions {
            switch session.standing {
            case .ended:
                print("none")
            case .unfinished, .unreadable, .living:
                let recovered = try Recovery.run(session, request, SessionControl())
                print(recovered.action.rawValue, recovered.adopted)
                if let outcome = recovered.outcome { try leave(outcome) }
            }
        }
    }

    private func leave(_ outcome: SessionOutcome) throws {
        if let fault = outcome.fault { say(fault) }
        if !outcome.isSettled { throw ExitCode(3) }
        throw ExitCode(outcome.state == .completed ? 0 : outcome.fault == nil ? 1 : 3)
    }

    private func say(_ text: String) { FileHandle.standardError.write(Data("\(text)\n".utf8)) }
}
