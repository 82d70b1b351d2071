import Invocation
import Reports

/// What `--json` prints where a command ends without a document of its own.
struct EndDocument: Encodable {
    let schema = "sluice.end/1"
    /// The command that was asked for; nil where none was named.
    let command: String?
    /// All that was asked for, word for word.
    let arguments: [String]
    let exitCode: Int32
    /// `CommandEnd.Reason`.
    let reason: String
    let faults: [String]
    /// Whether orders may be open that nobody looks after.
    let mayBeOpen: Bool

    init(_ end: CommandEnd, arguments: [String] = Invocation.arguments) {
        let names = Sluice.configuration.subcommands.compactMap { $0.configuration.commandName }
        command = arguments.first.flatMap { names.contains($0) ? $0 : nil }
        self.arguments = arguments
        exitCode = end.reason.exitCode
        reason = end.reason.rawValue
        faults = end.faults
        // A session that did not begin has sent nothing; one that a crash left is still to be
        // recovered.
        mayBeOpen =
            end.reason == .unfinished || command == RecoverCommand.configuration.commandName
    }

    /// One JSON document.
    func json() throws -> String { try JSONTree(self).document }

    /// Whether programs are to read how this process ends: asked of the words themselves, for those
    /// that cannot be parsed end it, too.
    static var isWanted: Bool {
        RawArguments(Invocation.arguments).wantsDocument
    }
}
