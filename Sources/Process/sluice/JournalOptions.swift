import ArgumentParser
import Journal
import Runtime

/// Where and how a session is recorded.
struct JournalOptions: ParsableArguments {
    @Option(
        name: .customLong("journal"),
        help: ArgumentHelp("Record the session in this directory.", valueName: "dir")
    )
    var directory: String?

    @Option(
        name: .customLong("journal-sync"),
        help: """
            durable: no order leaves before its record survives a loss of power. \
            async: records are written at once and synced ten times a second.
            """
    )
    var sync: JournalSyncArgument?

    @Option(
        name: .customLong("journal-segment"),
        help: "MiB of one segment file, taken from the disk at once. Default: 64."
    )
    var segmentMiB: Int?

    func validate() throws {
        if directory == nil && (sync != nil || segmentMiB != nil) {
            throw ValidationError("--journal-sync and --journal-segment belong to --journal DIR")
        }
        if let segmentMiB, !(1...4_096).contains(segmentMiB) {
            throw ValidationError("--journal-segment takes 1 to 4096 MiB")
        }
    }

    func apply(to configuration: inout SessionConfiguration) {
        guard let directory else { return }
        configuration.journal = JournalSettings(
            directory: directory,
            sync: sync?.sync ?? .durable,
            segmentBytes: segmentMiB.map { $0 << 20 }
        )
    }
}

/// When a record has to survive a loss of power.
struct JournalSyncArgument: ExpressibleByArgument {
    let sync: JournalSync

    init?(argument: String) {
        guard let sync = JournalSync(rawValue: argument) else { return nil }
        self.sync = sync
    }
}
