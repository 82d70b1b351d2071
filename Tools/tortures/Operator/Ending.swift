import Foundation
import Units

/// What is done to a session, or to what it depends on.
enum Ending {
    /// Nothing: it works to its own end.
    case none
    /// Signals that ask for a stop, so far apart.
    case stop([Int32], apart: Nanoseconds)
    /// Ctrl-C, typed so often at its terminal.
    case typedStop(times: Int)
    /// `sluice halt`, by so many people at once.
    case halt(times: Int)
    /// A stop that is asked for while the session is stopped itself.
    case stopWhilePaused(Nanoseconds, byHalt: Bool)
    /// A signal that may end a session, but only with nothing left or as a crash does.
    case signal(Int32)
    /// Signals that mean nothing to it.
    case noise([Int32], times: Int)
    /// A crash.
    case crash(Int32)
    /// kill -9.
    case kill
    /// Stopped by this signal, and continued.
    case pause(Nanoseconds, by: Int32)
    /// The venue stands still, and a stop may be asked for meanwhile.
    case freeze(Nanoseconds, stopAfter: Nanoseconds?)
    /// The venue stands still again and again.
    case stutter(times: Int, each: Nanoseconds)
    /// The venue's process is gone.
    case venueGone
    /// The window is closed.
    case terminalClosed
    /// Readers of pipes go.
    case readersGone
    /// The disks of the output and of the journal are full.
    case diskFull
    /// The journal is removed under it.
    case journalRemoved
    /// The host's clock is set.
    case clockStep(seconds: Int)

    /// Every signal whose default action ends a process and that is neither a stop nor a crash.
    static let ending: [Int32] =
        [
            SIGUSR1, SIGUSR2, SIGPIPE, SIGALRM, SIGSTKFLT, SIGXCPU, SIGXFSZ, SIGVTALRM, SIGPROF,
            SIGIO, SIGPWR,
        ] + Array(34...64)
    static let crashing: [Int32] = [
        SIGSEGV, SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGQUIT, SIGSYS,
    ]
    static let pausing: [Int32] = [SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU]
    static let stopping: [Int32] = [SIGINT, SIGTERM, SIGHUP]
    static let meaningless: [Int32] = [SIGWINCH, SIGCHLD, SIGURG, SIGCONT]

    /// Draws one for a session whose outputs are these.
    static func drawn(
        _ dice: inout Dice,
        _ outputs: [SinkKind],
        hasJournal: Bool,
        mounts: Bool,
        longest: Nanoseconds,
        stepsClock: Bool
    ) -> Ending {
        func length() -> Nanoseconds {
            let most: Int
            switch dice.number(0...9) {
            case 0...6: most = 8_000
            case 7, 8: most = 30_000
            default: most = 120_000
            }
            return min(longest, dice.milliseconds(1_000...most))
        }
        let hasTerminal = outputs.contains { $0.isTerminal }
        let hasReader = outputs.contains { $0 == .pipe || $0 == .unreadPipe }
        if hasTerminal, dice.chance(25) {
            return dice.chance(50) ? .terminalClosed : .typedStop(times: dice.number(1...3))
        }
        if hasReader, dice.chance(25) { return .readersGone }
        if mounts, outputs.contains(.smallDisk) || hasJournal, dice.chance(8) { return .diskFull }
        if hasJournal, dice.chance(3) { return .journalRemoved }
        if stepsClock, dice.chance(5) {
            return .clockStep(seconds: dice.pick([1, -1, 3, -3, 60, -60, 3_600, -86_400]))
        }
        switch dice.number(0...27) {
        case 0...5:
            let signals = (0..<dice.pick([1, 1, 2, 3])).map { _ in dice.pick(stopping) }
            return .stop(signals, apart: dice.milliseconds(0...400))
        case 6, 7: return .halt(times: dice.pick([1, 1, 2]))
        case 8: return .stopWhilePaused(min(longest, length()), byHalt: dice.chance(40))
        case 9...12: return .signal(dice.pick(ending))
        case 13: return .noise([dice.pick(meaningless), dice.pick(meaningless)], times: 100)
        case 14...17: return .crash(dice.pick(crashing))
        case 18: return .kill
        case 19, 20:
            return .pause(min(.seconds(60), length()), by: dice.pick(pausing))
        case 21...24:
            let lasts = length()
            let most = Int(min(lasts, .seconds(20)).millisecondCount)
            let stop = dice.chance(40) ? dice.milliseconds(0...most) : nil
            return .freeze(lasts, stopAfter: stop)
        case 25:
            return .stutter(times: dice.number(2...6), each: dice.milliseconds(300...1_500))
        case 26: return .venueGone
        default: return .none
        }
    }

    /// In the count of all.
    var kind: String {
        switch self {
        case .none: "its own end"
        case .stop(let signals, _):
            signals.count == 1 ? SignalName.of(signals[0]) : "\(signals.count) stops"
        case .typedStop: "Ctrl-C"
        case .halt: "halt"
        case .stopWhilePaused: "stop while paused"
        case .signal(let signal): signal >= 32 ? "real-time signal" : SignalName.of(signal)
        case .noise: "signals without meaning"
        case .crash(let signal): "crash by \(SignalName.of(signal))"
        case .kill: "kill -9"
        case .pause: "paused"
        case .freeze(_, let stop): stop == nil ? "venue frozen" : "stop at a frozen venue"
        case .stutter: "venue frozen again and again"
        case .venueGone: "venue gone"
        case .terminalClosed: "terminal closed"
        case .readersGone: "readers gone"
        case .diskFull: "disk full"
        case .journalRemoved: "journal removed"
        case .clockStep: "clock set"
        }
    }
}

/// How a person asks for a stop.
enum Stop {
    case signal(Int32)
    case halt

    static func drawn(_ dice: inout Dice) -> Stop {
        dice.chance(25) ? .halt : .signal(dice.pick(Ending.stopping))
    }
}

extension Ending: CustomStringConvertible {
    /// What is drawn, with its times.
    var description: String {
        func names(_ signals: [Int32]) -> String {
            signals.map(SignalName.of).joined(separator: " ")
        }
        return switch self {
        case .stop(let signals, let apart): "\(names(signals)), \(Stated.text(apart)) apart"
        case .typedStop(let times), .halt(let times): "\(kind), \(times.counted("time"))"
        case .stopWhilePaused(let time, let byHalt):
            "\(byHalt ? "halt" : "stop") while paused for \(Stated.text(time))"
        case .noise(let signals, let times): "\(names(signals)), \(times.counted("time"))"
        case .pause(let time, let signal):
            "paused by \(SignalName.of(signal)) for \(Stated.text(time))"
        case .freeze(let time, let stop):
            "venue frozen for \(Stated.text(time))"
                + (stop.map { ", stop after \(Stated.text($0))" } ?? "")
        case .stutter(let times, let each):
            "venue frozen \(times.counted("time")) for \(Stated.text(each))"
        case .signal(let signal): SignalName.of(signal)
        case .clockStep(let seconds): "\(kind) by \(seconds) s"
        default: kind
        }
    }
}

extension Stop: CustomStringConvertible {
    /// As it is told.
    var description: String {
        switch self {
        case .signal(let signal): SignalName.of(signal)
        case .halt: "halt"
        }
    }
}
