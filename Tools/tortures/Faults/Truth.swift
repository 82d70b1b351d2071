import Engine
import Foundation
import Journal
import LoopbackVenue
import Orders
import Replay
import Reports
import Runtime
import Simulation
import Units
import Venues

/// Holds a session's report, its journal and its engine's replay against the venue's own books.
struct Truth {
    let terms: Terms
    let desk: VenueBooks.Desk
    /// The session's own orders and fills at the venue.
    let orders: [ExchangeOrder]
    let fills: [ExchangeFill]

    private let byREST: Bool

    init(_ terms: Terms, byREST: Bool, _ books: VenueBooks) {
        self.terms = terms
        self.byREST = byREST
        desk = books.desks[0]
        let prefix = terms.session.text
        orders = desk.orders.filter { $0.link.hasPrefix(prefix) }
        fills = desk.fills.filter { $0.order.link.hasPrefix(prefix) }
    }

    /// How fast requests may be.
    var pace: RequestPace { RequestPace(desk.instrument.category, byREST: byREST) }

    /// What the venue filled.
    var filledLots: Int64 { fills.reduce(0) { $0 + $1.quantity.lots } }

    /// What must never be, and is.
    ///
    /// - Parameter isNeglectful: whether the engine neglected something on purpose: its twin, which
    ///   does not, decides otherwise.
    func violations(
        of outcome: SessionOutcome,
        journal: String,
        isNeglectful: Bool,
        _ result: inout FaultOutcome
    ) -> [String] {
        var found = atTheVenue() + inTheReport(outcome)
        do {
            let band = outcome.report.parent.band / decimal(1)
            found += try inTheJournal(journal, band: (band as NSDecimalNumber).int64Value)
            // What a disk had not taken when a stop ended the wait for it is named as lost.
            let isCut = outcome.fault?.contains("the journal's disk does not answer") == true
            if isNeglectful || isCut { return found }
            var replay = try Replay.open(journal)
            try replay.run()
            result.counts.journalRecords = Int(clamping: replay.counts.records)
            result.counts.replayedCommands = Int(clamping: replay.counts.commands)
            found += inTheReplay(replay, outcome)
        } catch {
            found.append("the journal does not replay: \(error)")
        }
        return found
    }

    // MARK: The venue

    /// What the venue's books alone show to be wrong.
    func atTheVenue() -> [String] {
        var found: [String] = []
        if filledLots > terms.lots {
            found.append("over-filled: \(filledLots) lots of \(terms.lots)")
        }
        if desk.duplicates > 0 { found.append("\(desk.duplicates) orders were sent twice") }
        found += inThePositions() + inTheWallet()
        guard let limit = terms.limitTicks else { return found }
        let sign = terms.side.sign
        for fill in fills where (fill.price.ticks - limit) * sign > 0 {
            found.append("past the limit: a fill at \(fill.price.ticks) ticks, limit \(limit)")
        }
        for order in orders where (order.price.ticks - limit) * sign > 0 {
            found.append("past the limit: an order at \(order.price.ticks) ticks, limit \(limit)")
        }
        return found
    }

    /// Whether nothing is left of the position that its orders were for.
    private var isFlat: Bool { desk.positions[Int(terms.positionIndex)] == 0 }

    // MARK: The report

    private func inTheReport(_ outcome: SessionOutcome) -> [String] {
        var found: [String] = []
        let report = outcome.report
        let children = report.children.reduce(Decimal(0)) { $0 + $1.filled }
        if children != report.parent.filled {
            found.append("children filled \(children), their parent \(report.parent.filled)")
        }
        if report.parent.stopReason == "positionDiffers" && fills.count == desk.fills.count {
            found.append("halted for a position that nobody else has moved")
        }
        if !outcome.state.isFinal { found.append("ended \(outcome.state), which is no end") }
        if outcome.state == .completed, report.parent.filled != report.parent.quantity,
            !(terms.reduceOnly && isFlat)
        {
            found.append("completed with \(report.parent.filled) of \(report.parent.quantity)")
        }
        if report.counts.unknown > 0 && (outcome.fault == nil || outcome.state != .halted) {
            found.append("\(report.counts.unknown) children are not known, and nobody says so")
        }
        if report.venue.openOrders ?? 1 > 0 && outcome.fault == nil {
            found.append("orders are open, or not asked for, and nobody says so")
        }
        if outcome.fault == nil {
            let filled = decimal(filledLots)
            if filled != report.parent.filled {
                found.append("the venue filled \(filled), the report says \(report.parent.filled)")
            }
            for order in orders where !order.status.isTerminal {
                found.append("\(order.link) is open at the venue, and nobody says so")
            }
            found += inTheAccounts(report)
        }
        if let after = report.venue.traded ?? report.venue.position,
            after - (report.venue.positionBefore ?? 0) != report.parent.filled
                * Decimal(terms.side.sign),
            outcome.fault?.contains("position moved by") != true,
            outcome.reason?.contains("others closed") != true
        {
            found.append("the report's position is not its fills, and it does not say so")
        }
        return found
    }

    func decimal(_ lots: Int64) -> Decimal {
        Decimal(string: desk.instrument.lot.text(lots)) ?? .nan
    }

    // MARK: The engine's twin

    private func inTheReplay(_ replay: borrowing Replay, _ outcome: SessionOutcome) -> [String] {
        if let difference = replay.difference { return ["the replay differs: \(difference)"] }
        if let gap = replay.gap { return ["the journal has a gap at record \(gap.number)"] }
        // What is not settled is left open for a recovery.
        guard replay.end == (outcome.isSettled ? .closed : .open) else {
            return ["the journal ends \(replay.end?.text ?? "nowhere")"]
        }
        var found: [String] = []
        let facts = replay.engine.facts(of: ParentID(0))
        if facts.state != outcome.state { found.append("the replay ends \(facts.state)") }
        if decimal(facts.ledger.filled.lots) != outcome.report.parent.filled {
            found.append("the replay fills \(facts.ledger.filled.lots) lots")
        }
        // By the engine's own reckoning: the record alone does not tell a profile.
        let smallest = facts.children.map(\.quantity.lots).min() ?? 0
        if facts.algorithm == "vwap", facts.maxAhead.lots > facts.band.lots + smallest + 1 {
            found.append("\(facts.maxAhead.lots) lots ahead, of a band of \(facts.band.lots)")
        }
        return found + children(facts.children, isHalted: outcome.state == .halted)
    }

    /// Every order terminal or known: child by child.
    func children(_ children: [ChildOrder], isHalted: Bool) -> [String] {
        var found: [String] = []
        var left = Dictionary(grouping: orders, by: \.link)
        let filled = Dictionary(grouping: fills, by: \.order.link).mapValues {
            $0.reduce(0) { $0 + $1.quantity.lots }
        }
        for child in children {
            let link = OrderLinkID.text(child.id, terms.session)
            let atVenue = left.removeValue(forKey: link) ?? []
            let lots = filled[link] ?? 0
            let name = "child \(child.id.number) (\(child.state), \(child.endReason))"
            if atVenue.count > 1 { found.append("\(name) stands twice at the venue") }
            if child.filled.lots > lots {
                found.append("\(name) counts \(child.filled.lots) lots, the venue \(lots)")
            }
            let isKnown = child.state == .ended && child.isSettled
            if isKnown, child.filled.lots != lots {
                found.append("\(name) has \(child.filled.lots) lots, the venue \(lots)")
            }
            if isKnown, child.isAccounted { found += fees(of: child, link, name) }
            if isKnown, let open = atVenue.first(where: { !$0.status.isTerminal }) {
                found.append("\(name) is open at the venue: \(open)")
            }
            if !isKnown && !child.isSettled && !isHalted { found.append("\(name) is not known") }
        }
        for link in left.keys { found.append("the venue has \(link), which no child is") }
        return found
    }

    // MARK: The journal alone

    private func inTheJournal(_ path: String, band: Int64) throws -> [String] {
        var state = JournalState()
        var pace = pace
        var book = BookWatch()
        var schedule = ScheduleWatch()
        var reader = try JournalReader(path)
        while let entry = try reader.next() {
            state.apply(entry)
            pace.apply(entry)
            book.apply(entry)
            schedule.apply(entry)
        }
        var found = pace.violations + book.violations + schedule.violations(band: band)
        if Int64(state.fillCount) > fills.count {
            found.append("\(state.fillCount) fills on record, \(fills.count) at the venue")
        }
        let lots = state.filled(ParentID(0)).lots
        if lots > filledLots {
            found.append("\(lots) lots on record, \(filledLots) at the venue")
        }
        return found
    }
}
