import Algos
import Journal
import Orders
import Replay
import Units

/// Holds the fills of a record against what its parent's schedule called for, by the venue's own
/// times and by what others really traded: never ahead by more than the band and
/// one small order.
///
/// It knows at the end which prints were the parent's own, however late that was told.
struct ScheduleWatch {
    private struct Print {
        var id: ExternalID
        var lots: Int64
        var matchedAt: Nanoseconds
        var toldAt: Nanoseconds
    }

    private struct Fill {
        var lots: Int64
        var matchedAt: Nanoseconds
        var toldAt: Nanoseconds
    }

    private var order: ParentOrder?
    private var plan: ExecutionPlan?
    private var prints: [Print] = []
    private var fills: [ExternalID: Fill] = [:]
    private var children: Set<UInt32> = []
    private var smallestChild: Int64?
    private var hasGap = false

    /// Takes in a record.
    mutating func apply(_ entry: JournalEntry) {
        switch entry.record {
        case .accept(let order, let bytes):
            self.order = order
            plan = ExecutionPlan(journalBytes: bytes)
        case .market(.trades(let batch)):
            for trade in batch.trades where !trade.isBlock && !trade.isRPI {
                prints.append(
                    Print(
                        id: trade.id,
                        lots: trade.quantity.lots,
                        matchedAt: trade.matchedAt,
                        toldAt: entry.now
                    )
                )
            }
        case .order(.execution(let fill)):
            // Other hands trade on the account as well.
            if children.contains(fill.child.number), fill.child != .unnamed, fills[fill.id] == nil {
                fills[fill.id] = Fill(
                    lots: fill.quantity.lots,
                    matchedAt: fill.matchedAt,
                    toldAt: entry.now
                )
            }
        case .command(.place(let order)):
            children.insert(order.child.number)
            smallestChild = min(smallestChild ?? .max, order.quantity.lots)
        case .gap:
            hasGap = true
        default:
            break
        }
    }

    /// Where it was farther ahead than `band` lots, the widest that its band was.
    func violations(band: Int64) -> [String] {
        // One order of the smallest, which may be wider than the band, and a lot for rounding.
        let most = band + (smallestChild ?? 0) + 1
        // The wire's bytes of a profile die with their record.
        guard let order, let plan, !hasGap else { return [] }
        switch plan.schedule {
        case .vwap: return []
        case .twap: return byTheClock(order, plan, most)
        case .pov(let rateBps): return byVolume(order, rateBps, most)
        }
    }

    private func byTheClock(
        _ order: ParentOrder,
        _ plan: ExecutionPlan,
        _ most: Int64
    ) -> [String] {
        let scheduled = ending(order, before: plan.rules.lead(of: order.endsAt - order.startsAt))
        var filled: Int64 = 0
        for fill in fills.values.sorted(by: { $0.toldAt < $1.toldAt }) {
            filled += fill.lots
            let due = plan.schedule.target(scheduled, now: fill.toldAt, othersLots: 0).lots
            if filled - due > most {
                return ["\(filled) lots filled where \(due) were due, and \(most) were room"]
            }
        }
        return []
    }

    /// All of it is due a little before the end.
    private func ending(_ order: ParentOrder, before lead: Nanoseconds) -> ParentOrder {
        ParentOrder(
            id: order.id,
            instrument: order.instrument,
            side: order.side,
            quantity: order.quantity,
            limit: order.limit,
            startsAt: order.startsAt,
            endsAt: order.endsAt - lead
        )
    }

    private func byVolume(
        _ order: ParentOrder,
        _ rateBps: Int64,
        _ most: Int64
    ) -> [String] {
        let others = prints.filter { fills[$0.id] == nil }.sorted { $0.matchedAt < $1.matchedAt }
        var (filled, traded, next) = (Int64(0), Int64(0), 0)
        for fill in fills.values.sorted(by: { $0.matchedAt < $1.matchedAt }) {
            while next < others.count, others[next].matchedAt <= fill.matchedAt {
                traded += others[next].lots
                next += 1
            }
            filled += fill.lots
            let due = traded * rateBps / (10_000 - rateBps)
            if filled - due > most {
                return [
                    "\(filled) lots filled where others' \(traded) call for \(due), "
                        + "and \(most) were room"
                ]
            }
        }
        return []
    }
}
