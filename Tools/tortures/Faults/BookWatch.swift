import Algos
import Book
import Journal
import Orders
import Replay
import Units

/// Holds the orders of a record against the states of the book they were decided on: all takes on
/// one state are no more than the share of what it displays, and one order in vain is enough.
struct BookWatch {
    /// What was done on one state.
    private struct State {
        var takes: [UInt32: Int64] = [:]
        /// The share of what it displays, and the first take, which may be as small as any.
        var share: Int64 = 0
        var first: Int64 = 0
        var inVain: [UInt32] = []
    }

    /// A state: a publisher that starts over counts its update ids from the start again.
    private struct Moment: Hashable, Comparable {
        var sequence: Int64 = 0
        var matchedAt = Nanoseconds.zero

        static func < (a: Moment, b: Moment) -> Bool {
            (a.matchedAt, a.sequence) < (b.matchedAt, b.sequence)
        }
    }

    private var book: OrderTwin
    private var moment = Moment()
    private var rules = SlicingRules()
    private var states: [Moment: State] = [:]
    /// On which state each child was last decided.
    private var decidedOn: [UInt32: Moment] = [:]
    private var smallest: Int64?
    private var filled: [UInt32: Int64] = [:]
    private var seen: Set<ExternalID> = []
    private var ended: Set<UInt32> = []

    init() { book = OrderTwin() }

    /// Takes in a record.
    mutating func apply(_ entry: JournalEntry) {
        switch entry.record {
        case .accept(_, let bytes):
            if let plan = ExecutionPlan(journalBytes: bytes) { rules = plan.rules }
        case .market(.depth(let update)):
            book.apply(update)
            moment = Moment(sequence: update.sequence, matchedAt: update.matchedAt)
        case .command(.place(let order)):
            decidedOn[order.child.number] = moment
            smallest = min(smallest ?? .max, order.quantity.lots)
            guard order.timeInForce == .immediateOrCancel else { return }
            var state = states[moment] ?? State()
            if state.takes.isEmpty {
                let depth = book.depth(order.side.opposite, rules.depthRangeBps)
                state.share = BasisPoints.part(rules.displayedShareBps, of: depth)
                state.first = order.quantity.lots
            }
            state.takes[order.child.number] = order.quantity.lots
            states[moment] = state
        case .command(.amend(let amend)):
            decidedOn[amend.child.number] = moment
        case .order(.execution(let fill)):
            // The quicker stream names no child; the other one tells it again.
            guard fill.child != .unnamed, seen.insert(fill.id).inserted else { return }
            filled[fill.child.number, default: 0] += fill.quantity.lots
        case .order(.update(let update)):
            let number = update.child.number
            guard update.status == .cancelled, ended.insert(number).inserted,
                let moment = decidedOn[number]
            else { return }
            let isInVain =
                update.reason == .postOnlyWouldTake
                || update.reason == .noLiquidity && update.filled == .zero
            if isInVain { states[moment, default: State()].inVain.append(number) }
        default:
            break
        }
    }

    /// Where too much was done on one state.
    var violations: [String] {
        var found: [String] = []
        for (moment, state) in states.sorted(by: { $0.key < $1.key }) {
            // A take, and an order that was to rest.
            if state.inVain.count > 2 {
                let place = "the book's state \(moment.sequence)"
                found.append("children \(state.inVain) in vain on \(place)")
            }
            let taken = state.takes.keys.reduce(0) { $0 + (filled[$1] ?? 0) }
            // The last of a parent goes along with what would leave it too small.
            let most = max(state.share, state.first) + (smallest ?? 0)
            if state.takes.count > 1 && taken > most {
                found.append(
                    "\(taken) lots taken from the book's state \(moment.sequence), a share of "
                        + "\(state.share)"
                )
            }
        }
        return found
    }
}

/// The book of a record, plainly: levels by price.
private struct OrderTwin {
    private var bids: [Int64: Int64] = [:]
    private var asks: [Int64: Int64] = [:]

    mutating func apply(_ update: DepthUpdate) {
        if update.kind == .snapshot {
            bids = [:]
            asks = [:]
        }
        for level in update.bids { bids[level.ticks] = level.lots == 0 ? nil : level.lots }
        for level in update.asks { asks[level.ticks] = level.lots == 0 ? nil : level.lots }
    }

    /// What `side` displays so near to its best.
    func depth(_ side: Side, _ rangeBps: Int64) -> Int64 {
        let levels = side == .buy ? bids : asks
        guard let best = side == .buy ? levels.keys.max() : levels.keys.min() else { return 0 }
        let range = max(1, BasisPoints.part(rangeBps, of: best))
        return levels.reduce(0) { $0 + (abs($1.key - best) <= range ? $1.value : 0) }
    }
}
