import Orders
import Testing
import Units

/// Every interleaving of what we, a small venue and the network between us can do, with one message
/// lost or told twice: a search of all states that can be reached, in which every state is
/// entered once and the ways that lead through it are counted.
@Suite("One order, every interleaving with a venue", .timeLimit(.minutes(10)))
struct VenueModelTests {
    /// What may happen apart from the venue's own doing.
    struct Budget: Hashable {
        var amendTo: Int64?
        var cancels = 1
        var questions = 1
        var losses = 1
        var repeats = 1
        var timeouts = 1

        /// A number for the hash: each count has a bit, the amend's lots have two.
        var digest: Int {
            cancels + questions * 2 + losses * 4 + repeats * 8 + timeouts * 16
                + Int(amendTo ?? 0) * 32
        }
    }

    struct World: Hashable {
        var venue = VenueModel()
        var child = Beliefs()
        var budget: Budget
        /// Executions told so far, by number, and their lots.
        var told: Set<Int> = []
        /// A question was asked after the venue's end, and its whole answer has arrived.
        var isAskedAfterEnd = false
        var isAnswered = false

        /// What tells most worlds apart: the lengths of what is under way, not its messages.
        func hash(into hasher: inout Hasher) {
            hasher.combine(venue.digest)
            hasher.combine(child.digest)
            hasher.combine(budget.digest)
        }
    }

    /// The child, compared by all that its next step can depend on.
    struct Beliefs: Hashable {
        var order = Story.placed(VenueModel.lots)

        private var parts: [Int64] {
            [
                Int64(order.state.rawValue), order.price.ticks, order.quantity.lots,
                order.requestedPrice.ticks, order.requestedQuantity.lots, order.filled.lots,
                order.reported.lots, order.updatedAt.count,
                (order.isAmendInFlight ? 1 : 0) + (order.isCancelInFlight ? 2 : 0)
                    + (order.isEndExpected ? 4 : 0) + (order.isUncertain ? 8 : 0)
                    + (order.isEndInferred ? 16 : 0) + (order.isUnbidden ? 32 : 0),
            ]
        }

        static func == (a: Beliefs, b: Beliefs) -> Bool { a.parts == b.parts }
        func hash(into hasher: inout Hasher) { hasher.combine(digest) }

        /// A number for the hash, with room for small values.
        var digest: Int64 {
            parts.reduce(0) { $0 &* 0x9e37_79b9 &+ $1 }
        }
    }

    /// A search from one start.
    struct Search {
        var ways: [World: Double] = [:]
        var ends = 0
        /// The steps to where the search stands, for a failure's message.
        var path: [() -> String] = []
        var told: String { path.map { $0() }.joined(separator: ", ") }

        mutating func run(_ world: World) throws -> Double {
            if let known = ways[world] { return known }
            try check(world)
            var sum = 0.0
            for (name, next) in world.successors {
                path.append(name)
                try checkStep(world, next)
                sum += try run(next)
                path.removeLast()
            }
            if sum == 0 {
                ends += 1
                sum = 1
            }
            ways[world] = sum
            return sum
        }

        private func check(_ world: World) throws {
            let child = world.child.order
            let fills = world.told.reduce(0) { $0 + world.venue.fills[$1] }
            try #require(child.filled.lots == fills, "\(told)")
            try #require(child.committed.lots >= world.venue.worst, "\(told)")
            try #require(child.committed >= child.filled, "\(told)")
            if world.isAnswered {
                try #require(child.state == .ended && child.isSettled, "\(told)")
                try #require(child.filled.lots == world.venue.filled, "\(told)")
            }
        }

        private func checkStep(_ old: World, _ new: World) throws {
            let (before, after) = (old.child.order, new.child.order)
            guard before.state == .ended else { return }
            try #require(after.state == .ended, "revived: \(told)")
            if after.filled == before.filled {
                try #require(after.committed <= before.committed, "grew: \(told)")
            }
        }
    }

    @Test("commits enough, counts each fill once, and knows the truth once it has asked")
    func everyInterleaving() throws {
        var states = 0
        var ways = 0.0
        // Loss and repeat apart: together they reach 1.2 million states, which take minutes.
        for (amend, losses) in [(nil, 1), (nil, 0), (2, 0), (4, 1)] as [(Int64?, Int)] {
            var search = Search()
            let budget = Budget(
                amendTo: amend,
                losses: losses,
                repeats: 1 - losses,
                timeouts: losses
            )
            ways += try search.run(World(budget: budget))
            states += search.ways.count
            #expect(search.ends > 10)
        }
        print("one order: \(states) states, \(ways) interleavings")
        #expect(states > 10_000 && ways > 1e6)
    }
}

extension VenueModelTests.World {
    /// A step's name, written only when it is to be told, and where it leads.
    typealias Step = (name: () -> String, world: VenueModelTests.World)

    /// Every world that this one can be a step later.
    var successors: [Step] {
        var next: [Step] = []
        for venue in venue.successors {
            next.append(after("venue \(venue.stage) \(venue.status)") { $0.venue = venue })
        }
        for channel in VenueModel.Channel.allCases where !venue.channels[channel.rawValue].isEmpty {
            next += deliveries(channel)
        }
        return next + requests
    }

    private func after(
        _ name: @escaping @autoclosure () -> String,
        _ act: (inout VenueModelTests.World) -> Void
    ) -> Step {
        var copy = self
        act(&copy)
        return (name, copy)
    }

    /// The next message of a channel arrives, arrives and will arrive again, or is lost.
    private func deliveries(
        _ channel: VenueModel.Channel
    ) -> [Step] {
        let event = venue.channels[channel.rawValue][0]
        var next = [
            after("\(channel): \(event)") {
                $0.venue.channels[channel.rawValue].removeFirst()
                $0.take(event)
                $0.noteAnswered(channel)
            }
        ]
        if channel == .answers { return next }
        if budget.repeats > 0 {
            next.append(
                after("first \(channel): \(event)") {
                    $0.budget.repeats -= 1
                    $0.take(event)
                }
            )
        }
        if budget.losses > 0 {
            next.append(
                after("lost \(channel): \(event)") {
                    $0.budget.losses -= 1
                    $0.venue.channels[channel.rawValue].removeFirst()
                }
            )
        }
        return next
    }

    /// What we do: amend, cancel, lose patience, ask.
    private var requests: [Step] {
        var next: [Step] = []
        let order = child.order
        if let lots = budget.amendTo, order.acceptsRequest, order.state == .working {
            next.append(
                after("amend") {
                    $0.budget.amendTo = nil
                    $0.child.order.amendSent(Story.amend(lots), at: Nanoseconds(5))
                    $0.venue.amend = lots
                }
            )
        }
        if budget.cancels > 0, order.state != .ended, !order.isCancelInFlight {
            next.append(
                after("cancel") {
                    $0.budget.cancels -= 1
                    $0.child.order.cancelSent(at: Nanoseconds(6))
                    $0.venue.isCancelUnderWay = true
                }
            )
        }
        if budget.timeouts > 0, order.awaitsAnswer {
            next.append(
                after("patience lost") {
                    $0.budget.timeouts -= 1
                    $0.child.order.answerOverdue()
                }
            )
        }
        if budget.questions > 0, venue.stage != .underWay {
            next.append(
                after("ask") {
                    $0.budget.questions -= 1
                    $0.isAskedAfterEnd = $0.venue.stage != .open
                    $0.venue.answer()
                }
            )
        }
        return next
    }

    private mutating func take(_ event: OrderEvent) {
        switch event {
        case .reply(let reply): child.order.apply(reply)
        case .update(let update): child.order.apply(update)
        case .execution(let fill):
            if told.insert(Int(fill.id.text) ?? -1).inserted { child.order.apply(fill) }
        case .absent: child.order.applyAbsence()
        case .adopted: break
        }
    }

    /// Notes that the whole answer to a question asked after the end was told.
    private mutating func noteAnswered(_ channel: VenueModel.Channel) {
        let isDrained = venue.channels[VenueModel.Channel.answers.rawValue].isEmpty
        if channel == .answers && isDrained && isAskedAfterEnd { isAnswered = true }
    }
}
