import Costs
import Engine
import Journal
import Orders
import Replay
import Reports
import Units

/// What a replay found, as text for people and as JSON for programs.
struct ReplaySummary: Encodable {
    /// One parent at the journal's last record.
    struct Parent: Encodable {
        var id: UInt32
        var symbol: String
        var side: String
        var algorithm: String
        var state: String
        var stopReason: String
        var quantity: String
        var filled: String
        var children: Int
        var openChildren: Int
        var fills: Int
    }

    /// The first command that is not the recorded one.
    struct Difference: Encodable {
        var record: UInt64
        var expected: String
        var actual: String
    }

    let schema = "sluice.replay/1"
    var session: String
    var build: String
    var behaviour: UInt32
    var segments: Int
    var records: UInt64
    var events: Int
    var commands: Int
    var executions: Int
    /// Commands of the last event that have no record.
    var unrecorded: Int
    var end: String
    /// What was found when it was settled without an engine; nil where it was not.
    var settlement: String?
    var isEqual: Bool
    var difference: Difference?
    var gap: String?
    var parents: [Parent]

    init(_ replay: borrowing Replay) {
        session = replay.session.name
        build = replay.session.build
        behaviour = replay.session.behaviour
        segments = replay.segments.paths.count
        records = replay.counts.records
        events = replay.counts.events
        commands = replay.counts.commands
        executions = replay.counts.fills
        unrecorded = replay.difference == nil ? replay.unrecorded.count : 0
        end = replay.end?.text ?? "not read to its end"
        settlement = replay.segments.paths.first.flatMap(JournalFolder.settlement)
        isEqual = replay.difference == nil && replay.gap == nil
        difference = replay.difference.map {
            Difference(
                record: $0.number,
                expected: $0.recorded.map(ReplaySummary.text) ?? "nothing",
                actual: $0.replayed.map(ReplaySummary.text) ?? "nothing"
            )
        }
        gap = replay.gap.map {
            "record \($0.number): \($0.lost.market) market and \($0.lost.orders) order records "
                + "found no room"
        }
        parents = []
        for index in 0..<UInt32(replay.counts.parents) {
            let facts = replay.engine.facts(of: ParentID(index))
            let instrument = replay.session.instruments[Int(facts.order.instrument.index)]
            parents.append(Parent(facts, instrument))
        }
    }

    private static func text(_ command: OrderCommand) -> String {
        let child = "child \(command.child.number) of parent \(command.child.parent.index)"
        switch command {
        case .place(let order):
            return "place \(child): \(order.side) \(order.quantity.lots) lots at "
                + "\(order.price.ticks) ticks, \(order.timeInForce)"
        case .amend(let amend):
            return "amend \(child): \(amend.quantity.lots) lots at \(amend.price.ticks) ticks"
        case .cancel:
            return "cancel \(child)"
        }
    }

    /// One JSON document.
    func json() throws -> String { try JSONTree(self).document }

    /// A page for people.
    func text() -> String {
        var lines = [
            "session \(session), recorded by \(build), behaviour \(behaviour)",
            "  records     \(records) in \(segments.counted("segment")), \(end)",
            "  events      \(events)",
            "  commands    \(commands), \(unrecorded) more without a record",
            "  executions  \(executions)",
        ]
        for parent in parents {
            lines.append(
                "  parent \(parent.id)    \(parent.side) \(parent.quantity) \(parent.symbol) by "
                    + "\(parent.algorithm): \(parent.state) (\(parent.stopReason)), filled "
                    + "\(parent.filled) by \(parent.children.counted("child", "children")), \(parent.openChildren) open"
            )
        }
        if let settlement { lines.append("  afterwards  \(settlement)") }
        if let gap { lines.append("incomplete from \(gap)") }
        if let difference {
            lines.append("record \(difference.record) differs")
            lines.append("  expected  \(difference.expected)")
            lines.append("  actual    \(difference.actual)")
        } else if gap == nil {
            lines.append("all equal: " + commands.counted("command"))
        }
        return lines.joined(separator: "\n")
    }
}

extension ReplaySummary.Parent {
    init(_ facts: ParentFacts, _ instrument: Instrument) {
        id = facts.order.id.index
        symbol = instrument.symbol
        side = "\(facts.order.side)"
        algorithm = facts.algorithm
        state = "\(facts.state)"
        stopReason = facts.stopReason
        quantity = instrument.lot.text(facts.order.quantity.lots)
        filled = instrument.lot.text(facts.ledger.filled.lots)
        children = facts.children.count
        openChildren = facts.children.filter { $0.state != .ended }.count
        fills = facts.fills
    }
}
