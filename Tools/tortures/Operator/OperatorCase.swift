import Foundation
import Orders
import Units

/// What one seed makes of a session, its outputs, its moment and its end.
struct OperatorCase {
    /// When something happens.
    enum Moment: CustomStringConvertible {
        /// So long after the process was made.
        case starting(Nanoseconds)
        /// So long after the venue has its first order.
        case working(Nanoseconds)

        var description: String {
            switch self {
            case .starting(let time): "\(Stated.text(time)) after its start"
            case .working(let time): "\(Stated.text(time)) after its first order"
            }
        }
    }

    /// What the venue and the host let a session be.
    struct Limits: Sendable {
        /// The longest that anything stands still.
        var longest = Nanoseconds.seconds(120)
        /// Whether small disks can be mounted.
        var mounts = false
        /// Whether the library that plays with clocks is there.
        var stepsClock = false
    }

    let seed: UInt64
    let venueSeed: UInt64
    let isSpot: Bool
    let isHedged: Bool
    let side: Side
    let quantity: String
    let limit: Decimal?
    let seconds: Int
    let algorithm: [String]
    /// How its journal is synced; nil without one.
    let journal: String?
    /// Seconds after which the venue cancels for a session that is gone.
    let disconnectWindow: Int?
    let linkPatience: Int?
    let lines: Int
    let ordersByREST: Bool
    let takesFastFills: Bool
    let json: Bool
    let output: SinkKind
    let errors: SinkKind
    /// Whether both outputs are one, as with `2>&1`.
    let isOneOutput: Bool
    /// Pages that a small disk has left at the start.
    let room: Int
    /// Whether it has a standard input.
    let hasInput: Bool
    /// Whether it was started by `nohup`: SIGHUP means nothing to it.
    let isNohup: Bool
    let moment: Moment
    let ending: Ending
    /// How long it goes on when nothing ends it, and how it is stopped then.
    let linger: Nanoseconds
    let lastWord: Stop
    /// Whether a session that is to stop at a frozen venue is killed instead.
    let isKilledInTheDark: Bool
    /// Whether another session follows: nothing may stand in its way.
    let hasFollower: Bool
    /// What becomes of the parent in a recovery.
    let policy: String

    init(seed: UInt64, _ limits: Limits) {
        var dice = Dice(seed: seed)
        self.seed = seed
        venueSeed = dice.next() >> 1
        isSpot = dice.chance(20)
        isHedged = !isSpot && dice.chance(20)
        side = isSpot ? .buy : dice.pick(Side.allCases)
        let rests = dice.chance(60)
        let away = Decimal(dice.number(60...200)) * Decimal(side == .buy ? -1 : 1)
        journal = dice.pick([nil, "async", "durable", "durable"])
        disconnectWindow = !isSpot && dice.chance(20) ? dice.number(3...5) : nil
        lines = dice.chance(20) ? 2 : 1
        ordersByREST = dice.chance(20)
        takesFastFills = dice.chance(20)
        json = dice.chance(75)
        output = .drawn(&dice, mounts: limits.mounts)
        errors = .drawn(&dice, mounts: limits.mounts)
        room = dice.number(0...1)
        isOneOutput = output == errors && dice.chance(60)
        hasInput = dice.chance(80)
        isNohup = dice.chance(5)
        ending = .drawn(
            &dice,
            [output, errors],
            hasJournal: journal != nil,
            mounts: limits.mounts,
            longest: limits.longest,
            // The library needs the descriptors that a supervisor closed.
            stepsClock: limits.stepsClock && hasInput && output != .closed && errors != .closed
        )
        if case .none = ending {
            (seconds, limit) = (dice.number(2...5), nil)
        } else {
            (seconds, limit) = (dice.number(60...300), rests ? 60_000 + away : nil)
        }
        quantity =
            limit == nil
            ? "\(dice.number(1...9)).\(dice.number(0...9))" : "0.\(dice.number(1...9))"
        switch dice.number(0...3) {
        case 0: algorithm = ["--algo", "vwap", "--grace", "10s"]
        case 1 where limit == nil:
            algorithm = ["--algo", "pov", "--rate", "\(dice.number(5...40))%"]
        default: algorithm = ["--grace", "10s"]
        }
        if case .venueGone = ending {
            linkPatience = dice.number(2...5)
        } else {
            linkPatience = dice.chance(15) ? dice.number(3...20) : nil
        }
        moment =
            dice.chance(12)
            ? .starting(dice.milliseconds(0...400)) : .working(dice.milliseconds(0...1_500))
        linger = dice.milliseconds(200...3_000)
        lastWord = .drawn(&dice)
        isKilledInTheDark = dice.chance(30)
        hasFollower = dice.chance(25)
        policy = dice.pick(["resume", "halt", "settle"])
    }

    /// Whether its disk is full in the middle, and not from the start.
    var fillsDisk: Bool {
        if case .diskFull = ending { return true }
        return false
    }

    /// Whether something of it lies on a small disk.
    var wantsSmallDisk: Bool { fillsDisk || output == .smallDisk || errors == .smallDisk }

    /// Whether a SIGHUP means nothing to it.
    func passesOver(_ signal: Int32) -> Bool { isNohup && signal == SIGHUP }

    /// The command's own words, without where the venue is.
    func arguments(journal folder: String) -> [String] {
        var words = [
            "execute", "--side", "\(side)", "--quantity", quantity, "--over", "\(seconds)s",
            "--category", isSpot ? "spot" : "linear",
        ]
        words += algorithm
        if let limit { words += ["--limit", "\(limit)"] }
        if let journal {
            words += ["--journal", folder, "--journal-sync", journal, "--journal-segment", "1"]
        }
        if let disconnectWindow { words += ["--dcp", "\(disconnectWindow)s"] }
        if let linkPatience { words += ["--link-patience", "\(linkPatience)s"] }
        if lines > 1 { words += ["--lines", "\(lines)"] }
        if takesFastFills { words += ["--fast-fills"] }
        if json { words += ["--json"] }
        return words
    }
}

extension OperatorCase: CustomStringConvertible {
    /// What it takes to understand a violation.
    var description: String {
        let words = arguments(journal: "journal").joined(separator: " ")
        return """
            \(words)\(ordersByREST ? ", orders by REST" : "")\(isHedged ? ", hedged" : "")\
            \(isNohup ? ", nohup" : ""), stdin \(hasInput ? "there" : "closed"), \
            stdout \(output), stderr \(errors)\(isOneOutput ? " (one)" : ""), \(moment), \(ending), \
            then after \(Stated.text(linger)) \(lastWord)\(isKilledInTheDark ? " (killed in the dark)" : ""), recovery \(policy), venue seed \(venueSeed)
            """
    }
}
