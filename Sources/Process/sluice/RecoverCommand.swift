import ArgumentParser
import Foundation
import Journal
import LoopbackVenue
import Runtime
import Settings
import Transport
import Units
import Venues

/// Goes on with what a crash has left.
struct RecoverCommand: InterruptibleCommand {
    static let configuration = CommandConfiguration(
        commandName: "recover",
        abstract: "Go on with sessions whose process was killed, or stop them and take stock.",
        discussion: """
            For every session in the directory that did not end, the oldest first: the journal is \
            replayed to its last whole record and gone on with in a new segment; the connections \
            come back, the venue is asked for everything, and what had no answer is cancelled and \
            asked for. With --policy resume the parent then goes on, when its time is not over and \
            nobody was away for longer than --resume-within; otherwise, with --policy halt, and \
            while the kill switch is thrown, it is stopped. The report is of the whole parent.

            --policy settle needs no engine: for a journal of another build. One that is damaged \
            in its middle is always settled so, and one that tells nothing (blank, or cut off \
            at its beginning) by the name that the session's orders bear at the venue.

            Exit codes: 0 the parent is filled, or there was nothing to recover; 1 finished short, \
            or settled; 2 usage; 3 venue, network or disk: run it again; 4 refused: the session \
            is at work, or of another account.

            Example:
              sluice recover --journal journals --port 4433 --ca ca.pem
            """
    )

    @Option(
        name: .customLong("journal"),
        help: ArgumentHelp("The directory of the journals.", valueName: "dir")
    )
    var directory: String

    @Option(help: "This session alone.")
    var session: String?

    @Option(help: "What becomes of a parent.")
    var policy = PolicyArgument.resume

    @Option(
        help: "A parent that nobody worked on for longer is stopped: 1ms to 168h. Default: 60s."
    )
    var resumeWithin: DurationArgument?

    @Option(help: "How long the venue is tried to be reached: 1ms to 168h.")
    var patience = DurationArgument(.seconds(300))

    @Option(help: "The settings file (TOML): venue, hot thread.")
    var config: String?

    @Option(help: "The loopback venue's port.")
    var port: WholeArgument?

    @Option(help: "The loopback venue's certificate authority (PEM).")
    var ca: String?

    @Option(help: "Levels a side of the book to follow: 1, 50, 200 or 1000. Default: 50.")
    var depth: WholeArgument?

    @Option(help: "Market data connections, 1 to 8. Default: 1.")
    var lines: WholeArgument?

    @Option(
        name: .customLong("journal-segment"),
        help: """
            MiB of one segment file, taken from the disk at once, 1 to 4096. Default: the session's.
            """
    )
    var journalSegment: WholeArgument?

    @Option(help: "\"yes\": with environment live, parents may go on and not only be stopped.")
    var liveMoney: LiveMoneyArgument?

    @OptionGroup var thread: ThreadOptions

    @Flag(help: "Print one JSON document instead of text.")
    var json = false

    func validate() throws {
        var faults = OptionFaults(self)
        faults.venue(config, port, ca)
        faults.market(depth, lines)
        faults.meaningless(
            "--resume-within",
            if: policy != .resume && resumeWithin != nil,
            "belongs to --policy resume: \(policy.rawValue) stops every parent"
        )
        faults.range("--journal-segment", journalSegment, 1...4_096)
        try faults.finish()
    }

    func run() throws {
        let (settings, credentials) = try SettingsLoader.load(config)
        let interrupts = try Interrupts()
        let (presence, isHalted) = RecoverCommand.enter(interrupts)
        var request = request(settings, credentials, presence)
        if isHalted && request.policy == .resume { request.policy = .halt }
        // Taking orders off needs no leave; placing new ones with real money does.
        let environment = port == nil ? settings?.venue.environment ?? .loopback : .loopback
        LaunchTerms.remark(to: environment, liveMoney: liveMoney?.text).map(Terminal.note)
        if environment == .live && request.policy == .resume
            && liveMoney == nil
        {
            Terminal.note("live without --live-money yes: parents are stopped")
            request.policy = .halt
        }
        try withExtendedLifetime(presence) {
            try RecoveryRunner(request: request, interrupts: interrupts, json: json)
                .run(only: session)
        }
    }

    private func request(
        _ settings: TradingSettings?,
        _ credentials: BybitCredentials?,
        _ presence: Presence?
    ) -> RecoveryRequest {
        var request = RecoveryRequest(
            venue: endpoints(settings),
            credentials: credentials
                ?? BybitCredentials(
                    key: LoopbackCredentials.key,
                    secret: LoopbackCredentials.secret
                ),
            journal: JournalSettings(
                directory: directory,
                segmentBytes: journalSegment.map { $0.int << 20 }
            )
        )
        request.policy = policy.policy
        request.presence = presence
        if let resumeWithin { request.resumeWithin = resumeWithin.value }
        request.patience = patience.value
        let (depth, lines, thread) = (depth?.int, lines?.int, thread)
        request.adjust = { configuration in
            settings?.apply(to: &configuration)
            if let depth { configuration.depth = depth }
            if let lines { configuration.lines = lines }
            configuration.notice = { Terminal.note($0) }
            thread.apply(to: &configuration)
        }
        return request
    }

    private func endpoints(_ settings: TradingSettings?) -> VenueEndpoints {
        if let port, let ca { return .loopback(port: UInt16(port.int), caFile: ca) }
        guard let venue = settings?.venue else {
            preconditionFailure("RecoverCommand: `validate` wants --port and --ca without --config")
        }
        return venue.endpoints
    }

    /// Enters this process among the sessions. A thrown switch, or one that cannot be looked at,
    /// stops parents; it does not keep their orders from being taken off.
    private static func enter(_ interrupts: Interrupts) -> (Presence?, isHalted: Bool) {
        do {
            let killSwitch = try KillSwitch.find(ProcessInfo.processInfo.environment)
            let presence = try killSwitch.enter(tell: KillSwitchLocator.listener(interrupts))
            if let notice = presence.notice { Terminal.note(notice) }
            guard let reason = presence.haltReason else { return (presence, false) }
            Terminal.note("halted since \(reason): parents are stopped")
            return (presence, true)
        } catch {
            Terminal.note("\(error.description); parents are stopped")
            return (nil, true)
        }
    }
}

/// What becomes of a recovered parent.
enum PolicyArgument: String, ExpressibleByArgument, CaseIterable {
    case resume
    case halt
    case settle

    var policy: RecoveryRequest.Policy {
        switch self {
        case .resume: .resume
        case .halt: .halt
        case .settle: .settle
        }
    }
}
