import Runtime

/// A command that ends before it has a document of its own to print: why, and what is to be said.
struct CommandEnd: Error {
    /// The kind of reason, by which the exit code is chosen.
    enum Reason: String, CaseIterable {
        /// The command line, the settings, the environment, or a file that was named.
        case usage
        /// The venue or the network, for a reason that may pass.
        case venue
        /// The venue, for a reason that does not pass by itself.
        case denied
        /// The venue, which turns this address away.
        case turnedAway
        /// This host.
        case system
        /// Risk, or what else trades.
        case refused
        /// Another session works the same.
        case occupied
        /// A session before it is to be recovered first.
        case unfinished
        /// The kill switch is thrown.
        case halted
        /// It was asked to stop.
        case stopped
        /// A fault of the program.
        case `internal`

        var exitCode: Int32 {
            switch self {
            case .stopped: 1
            case .usage: 2
            case .venue, .denied, .turnedAway, .system: 3
            case .refused, .occupied, .unfinished, .halted: 4
            case .internal: 70
            }
        }
    }

    let reason: Reason
    /// What is wrong, one sentence each.
    let faults: [String]

    init(_ reason: Reason, _ faults: [String]) {
        self.reason = reason
        self.faults = faults
    }

    init(_ reason: Reason, _ fault: String) { self.init(reason, [fault]) }

    /// A session that could not begin.
    init(_ error: SessionError) {
        let reason: Reason =
            switch error {
            case .usage: .usage
            case .venue: .venue
            case .denied: .denied
            case .turnedAway: .turnedAway
            case .refused: .refused
            case .occupied: .occupied
            case .unfinished: .unfinished
            case .stopped: .stopped
            }
        self.init(reason, error.text)
    }
}
