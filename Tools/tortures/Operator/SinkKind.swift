/// Where a session's words go.
enum SinkKind: String, CaseIterable {
    /// A terminal that a person watches.
    case terminal
    /// A terminal held by Ctrl-S: what is written waits.
    case heldTerminal
    /// A pipe that is read.
    case pipe
    /// A full pipe that nobody reads.
    case unreadPipe
    /// A pipe whose reader went before the first word.
    case brokenPipe
    /// A device that is always full: /dev/full.
    case fullDevice
    /// Nothing: the descriptor is closed.
    case closed
    /// A file.
    case file
    /// A file on a disk with room for some lines, or none.
    case smallDisk

    var isTerminal: Bool { self == .terminal || self == .heldTerminal }

    /// Whether what is written arrives, as long as nothing becomes of the sink.
    var delivers: Bool { self == .terminal || self == .pipe || self == .file }

    /// Whether a writer may have to wait for a reader.
    var holds: Bool { self == .heldTerminal || self == .unreadPipe }

    /// Draws one; every other of them delivers.
    static func drawn(_ dice: inout Dice, mounts: Bool) -> SinkKind {
        if dice.chance(50) { return dice.pick([.terminal, .pipe, .file]) }
        return dice.pick(SinkKind.allCases.filter { mounts || $0 != .smallDisk })
    }
}
