import Algos
import Engine
import Journal
import LoopbackVenue
import Orders
import Runtime
import Telemetry
import Transport
import Units
import Venues

/// What one seed makes of a parent, its venue and its operator.
struct FaultCase {
    /// A wish of the operator's, and how long after the start it comes.
    struct Wish: CustomStringConvertible {
        var command: ControlCommand
        var after: Nanoseconds

        var description: String {
            let word = if case .cancel = command { "cancel" } else { "\(command)" }
            return "\(word) after \(Stated.text(after))"
        }
    }

    let seed: UInt64
    let venue: LoopbackVenueConfiguration
    /// Without its endpoints and its journal's folder.
    private(set) var parent: ParentRequest
    let session: SessionPrefix
    let sync: JournalSync
    let lines: Int
    let backend: Backend.Choice
    let isImpatient: Bool
    /// Whether orders go by REST.
    let ordersByREST: Bool
    /// Whether fills also come by the quicker stream.
    let takesFastFills: Bool
    let wishes: [Wish]
    /// Which sync of the disk stalls, and for how long.
    let stall: (number: Int, time: Nanoseconds)?

    let terms: Terms

    init(seed: UInt64, _ identity: VenueIdentity) {
        var dice = Dice(seed: seed)
        self.seed = seed
        let span = dice.milliseconds(400...2_500)
        let isSpot = dice.chance(30)
        let isHedged = !isSpot && dice.chance(45)
        let reduceOnly = !isSpot && dice.chance(25)
        let side = dice.pick(Side.allCases)
        // Coins whose steps are worth next to nothing, and whose balances are beyond 64 bits of
        // billionths.
        let isCheap = dice.chance(12)
        let isLarge = isCheap || dice.chance(20)
        let lots = Int64(isLarge ? dice.number(200...20_000) : dice.number(2...120))
        let opening = Terms.position(
            &dice,
            isHedged: isHedged,
            side,
            reduceOnly: reduceOnly,
            of: isSpot ? 0 : lots
        )
        ordersByREST = dice.chance(30)
        takesFastFills = dice.chance(20)

        var venue = LoopbackVenueConfiguration()
        venue.identity = identity
        venue.notice = { _ in }
        venue.seed = dice.next()
        venue.category = isSpot ? .spot : .linear
        venue.tick = DecimalScale(multiplier: 1, decimals: isCheap ? 15 : 1)
        venue.lot =
            isCheap
            ? DecimalScale(multiplier: 100_000_000, decimals: 0)
            : DecimalScale(multiplier: 1, decimals: 3)
        venue.speed = Double(dice.number(1...3))
        venue.requestsPerSecond = dice.chance(30) ? nil : 200
        venue.position = opening
        venue.faults = .drawn(&dice, over: span, isSpot: isSpot, reduceOnly: reduceOnly)
        self.venue = venue

        let limit = dice.chance(60) ? 600_000 + side.sign * Int64(dice.number(-4...40)) : nil
        var rules = SlicingRules()
        // Hundreds of children, where the rate lets them.
        if isLarge && dice.chance(30) { rules.maxChild = Quantity(lots: isCheap ? 200 : 2) }
        rules.grace = dice.chance(50) ? .milliseconds(500) : .zero
        parent = ParentRequest(
            side: side,
            quantity: venue.lot!.text(lots),
            limit: limit.map { venue.tick!.text($0) },
            duration: span,
            algorithm: FaultCase.algorithm(&dice),
            rules: rules
        )
        parent.reduceOnly = reduceOnly
        session = SessionPrefix(dice.text(length: SessionPrefix.length))!
        terms = Terms(
            session: session,
            side: side,
            lots: lots,
            limitTicks: limit,
            reduceOnly: reduceOnly,
            opening: opening
        )
        stall =
            dice.chance(15)
            ? (dice.number(1...12), dice.milliseconds(20...(dice.chance(30) ? 4_000 : 800))) : nil
        sync = dice.chance(50) ? .durable : .async
        lines = dice.chance(30) ? 2 : 1
        backend = dice.chance(50) ? .uring : .sockets
        isImpatient = dice.chance(30)
        wishes = FaultCase.wishes(&dice, over: span)
    }

    private static func algorithm(_ dice: inout Dice) -> ParentRequest.Algorithm {
        switch dice.number(0...9) {
        case 0...4: return .twap
        case 5: return .vwap(history: nil)
        case 6:
            let minute = Nanoseconds.seconds(60)
            return .vwap(
                history: (0..<1_440).map {
                    VolumeBar(
                        start: Nanoseconds(Int64($0) * minute.count),
                        volume: Double(1 + $0 % 7)
                    )
                }
            )
        default:
            let rates = dice.chance(30) ? 50...95 : 5...50
            return .pov(rateBps: Int64(dice.number(rates)) * 100)
        }
    }

    private static func wishes(_ dice: inout Dice, over span: Nanoseconds) -> [Wish] {
        guard dice.chance(35) else { return [] }
        let after = dice.milliseconds(0...Int(span.millisecondCount))
        switch dice.number(0...3) {
        case 0: return [Wish(command: .halt, after: after)]
        case 1:
            let later = after + dice.milliseconds(10...400)
            return [Wish(command: .reduce, after: after), Wish(command: .resume, after: later)]
        default: return [Wish(command: .cancel(ParentID(0)), after: after)]
        }
    }

    /// How the session is run against `host`, on record in `folder`.
    func configuration(
        _ host: VenueHost,
        journal folder: String,
        _ clock: TickClock
    ) -> SessionConfiguration {
        var made = SessionConfiguration.hurried(
            .loopback(port: host.port, caFile: host.caFile),
            venue.category,
            parent,
            session,
            .small(folder, sync)
        )
        made.clock = clock
        made.lines = lines
        made.backend = backend
        made.venue.ordersByREST = ordersByREST
        made.takesFastFills = takesFastFills
        made.retrySeed = seed
        if let stall {
            made.journal?.disk = .stalling(at: stall.number, for: stall.time)
        }
        if isImpatient {
            made.linkTimes.ping = .milliseconds(300)
            made.linkTimes.silence = .milliseconds(1_000)
        }
        return made
    }
}

extension FaultCase: CustomStringConvertible {
    /// What kind of account and parent it is, and how its orders go.
    var kind: String { terms.kind(venue.category, byREST: ordersByREST) }

    /// What it takes to understand a violation.
    var description: String {
        """
        \(parent.side) \(parent.quantity) limit \(parent.limit ?? "none") \
        \(venue.category?.name ?? "") \(parent.algorithm) over \(Stated.text(parent.duration)), \(sync) journal, \
        \(lines) lines, \(backend), \(kind), \(terms.opening), \(venue.requestsPerSecond ?? 10) requests/s, \
        session \(session.text), wishes \(wishes), \
        disk \(stall.map { "stalls \(Stated.text($0.time)) at sync \($0.number)" } ?? "well"), faults \(venue.faults)
        """
    }
}
