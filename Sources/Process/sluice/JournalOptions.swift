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
    var sync: JournalSync?

    @Option(
        name: .customLong("journal-segment"),
        help: """
            MiB of one segment file, taken from the disk at once, 1 to 4096. Default: 64.
            """
    )
    var journalSegment: WholeArgument?

    /// Notes what is wrong with these options together.
    func check(_ faults: inout OptionFaults) {
        faults.expect(directory != nil || sync == nil, "--journal-sync belongs to --journal DIR")
        faults.range("--journal-segment", journalSegment, 1...4_096)
        faults.meaningless(
            "--journal-segment",
            if: directory == nil && journalSegment != nil,
            "belongs to --journal DIR"
        )
    }

    func apply(to configuration: inout SessionConfiguration) {
        guard let directory else { return }
        configuration.journal = JournalSettings(
            directory: directory,
            sync: sync ?? .durable,
            segmentBytes: journalSegment.map { $0.int << 20 }
        )
    }
}

extension JournalSync: ExpressibleByArgument {}
