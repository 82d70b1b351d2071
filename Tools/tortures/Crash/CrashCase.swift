import Algos
import Journal
import LoopbackVenue
import Orders
import Runtime
import Units
import Venues

/// What one seed makes of a parent whose process is killed.
struct CrashCase {
    /// When a process is killed.
    struct Kill {
        /// Whether the time counts from its very beginning, or from its first record.
        let isInStart: Bool
        let after: Nanoseconds

        init(isInStart: Bool, _ dice: inout Dice, _ most: Int) {
            self.isInStart = isInStart
            after = dice.milliseconds(isInStart ? 0...200 : 0...most)
        }
    }

    let seed: UInt64
    let venue: LoopbackVenueConfiguration
    let terms: Terms
    let sync: JournalSync
    /// What becomes of the parent after a restart.
    let policy: RecoveryRequest.Policy
    /// When each process is killed, the working one first; the one after the last of them is left
    /// alone.
    let kills: [Kill]
    /// Whether what the disk had not confirmed is lost with the process.
    let losesPower: Bool
    /// Whether `sluice recover` itself takes over, with the waits of a day's trading.
    let isByCommand: Bool
    /// Whether orders go by REST.
    let ordersByREST: Bool
    private var parent: ParentRequest

    init(seed: UInt64, _ identity: VenueIdentity?) {
        var dice = Dice(seed: seed)
        self.seed = seed
        let span = dice.milliseconds(600...2_500)
        let side = dice.pick(Side.allCases)
        let isSpot = dice.chance(25)
        let isHedged = !isSpot && dice.chance(45)
        let reduceOnly = !isSpot && dice.chance(25)
        let lots = Int64(dice.number(10...150))
        let opening = Terms.position(
            &dice,
            isHedged: isHedged,
            side,
            reduceOnly: reduceOnly,
            of: isSpot ? 0 : lots
        )
        ordersByREST = dice.chance(35)
        var venue = LoopbackVenueConfiguration()
        venue.identity = identity
        venue.notice = { _ in }
        venue.seed = dice.next()
        venue.category = isSpot ? .spot : .linear
        venue.tick = DecimalScale(multiplier: 1, decimals: 1)
        venue.lot = DecimalScale(multiplier: 1, decimals: 3)
        venue.speed = Double(dice.number(1...3))
        // Half of the accounts may ask as little as one of no tier, as every session believes.
        venue.requestsPerSecond = dice.chance(50) ? nil : 200
        venue.position = opening
        venue.faults = CrashCase.latenesses(&dice)
        self.venue = venue

        let limit = dice.chance(40) ? 600_000 + side.sign * Int64(dice.number(0...60)) : nil
        terms = Terms(
            session: SessionPrefix(dice.text(length: SessionPrefix.length))!,
            side: side,
            lots: lots,
            limitTicks: limit,
            reduceOnly: reduceOnly,
            opening: opening
        )
        var rules = SlicingRules()
        rules.grace = .milliseconds(500)
        parent = ParentRequest(
            side: side,
            quantity: venue.lot!.text(lots),
            limit: limit.map { venue.tick!.text($0) },
            duration: span,
            algorithm: dice.chance(70)
                ? .twap : .pov(rateBps: Int64(dice.number(10...40)) * 100),
            rules: rules
        )
        parent.reduceOnly = reduceOnly
        sync = dice.chance(60) ? .durable : .async
        policy = dice.chance(70) ? .resume : .halt
        losesPower = dice.chance(40)
        isByCommand = !losesPower && dice.chance(10)
        // Some die in their start-up; most when they work.
        var kills = [Kill(isInStart: dice.chance(12), &dice, Int(span.millisecondCount) + 300)]
        while kills.count < 4 && dice.chance(35) {
            kills.append(Kill(isInStart: dice.chance(30), &dice, 800))
        }
        self.kills = kills
    }

    /// Messages are late, so that fills and answers are under way when the process dies.
    private static func latenesses(_ dice: inout Dice) -> FaultScript {
        var script = FaultScript()
        for kind in StreamKind.allCases where dice.chance(50) {
            let late = VenueFault.late(kind, by: dice.milliseconds(1...200))
            script.events.append(TimedFault(at: .zero, late))
        }
        return script
    }

    /// The session as its process runs it.
    func configuration(_ venue: VenueEndpoints, _ journal: JournalSettings) -> SessionConfiguration
    {
        var made = SessionConfiguration.hurried(
            venue,
            self.venue.category,
            parent,
            terms.session,
            journal
        )
        made.venue.ordersByREST = ordersByREST
        made.retrySeed = seed
        return made
    }
}

extension CrashCase: CustomStringConvertible {
    /// What kind of account and parent it is, and how its orders go.
    var kind: String { terms.kind(venue.category, byREST: ordersByREST) }

    /// What it takes to understand a violation.
    var description: String {
        """
        \(terms.side) \(parent.quantity) limit \(parent.limit ?? "none") \
        \(venue.category?.name ?? "") \(parent.algorithm) over \(Stated.text(parent.duration)), \(sync) journal, \
        \(kind), \(terms.opening), \(venue.requestsPerSecond ?? 10) requests/s, \(policy), killed after \(kills.map(\.after.millisecondCount)) ms\
        \(losesPower ? ", power lost" : ""), session \(terms.session.text), \
        faults \(venue.faults.events)
        """
    }
}
