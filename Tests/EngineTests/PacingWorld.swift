import Algos
import Book
import Engine
import Orders
import Risk
import TestSupport
import Units

/// A market that others trade all the time, a parent that follows their volume, and a venue whose
/// words on one trade come over several ways, each as late as a test wants.
///
/// What was really due is reckoned from what others really traded.
struct PacingWorld: ~Copyable {
    /// What comes late, and by how much at a given time.
    struct Delays {
        var prints: (Nanoseconds) -> Nanoseconds = { _ in .zero }
        var executions: (Nanoseconds) -> Nanoseconds = { _ in .zero }
        var updates: (Nanoseconds) -> Nanoseconds = { _ in .zero }
    }

    private enum Message {
        case print(Trade)
        case order(OrderEvent)
    }

    private struct Resting {
        var order: PlaceOrder
        var leaves: Int64
    }

    private static let bid: Int64 = 9_999
    private static let ask: Int64 = 10_001
    private static let step = Nanoseconds.milliseconds(20)

    let rateBps: Int64
    let delays: Delays
    /// Whether prints bear the ids of their fills.
    let namesPrints: Bool
    var engine: Engine
    var random: SplitMix64
    var maker = BookMaker()
    var buffer = CommandBuffer(capacity: 8)
    var now = Drive.start
    private var queue: [(at: Nanoseconds, number: Int, message: Message)] = []
    private var messages = 0
    private var resting: [UInt32: Resting] = [:]
    private var prints = 0
    private var hasBegun = false
    private var isClosed = false
    /// What others have really traded, and we have really filled.
    private(set) var others: Int64 = 0
    private(set) var ours: Int64 = 0
    /// The most that our fills were ahead of what was due and the band, in lots.
    private(set) var worst: Int64 = .min
    private(set) var children = 0

    init(rateBps: Int64, _ delays: Delays, seed: UInt64, namesPrints: Bool = true) throws {
        self.rateBps = rateBps
        self.delays = delays
        self.namesPrints = namesPrints
        random = SplitMix64(seed: seed)
        var configuration = Drive.configuration
        configuration.children = 65_536
        configuration.executions = 65_536
        configuration.answerTimeout = .seconds(20)
        configuration.limits.maxChild = Quantity(lots: 1_000_000)
        configuration.limits.requestsPerSecond = 1_000
        configuration.limits.venueRates = VenueRates(linear: 1_000)
        configuration.limits.maxPrivateAge = .seconds(600)
        engine = Engine(configuration, instruments: [Drive.instrument], now: Drive.start)
        let order = ParentOrder(
            id: engine.nextParent,
            instrument: InstrumentID(0),
            side: .buy,
            quantity: Quantity(lots: 1_000_000),
            limit: nil,
            startsAt: Drive.start,
            endsAt: Drive.start + .seconds(600)
        )
        engine.step(.link(.privateUp), now: now, commands: &buffer)
        try engine.accept(order, ExecutionPlan(schedule: .pov(rateBps: rateBps)), now: now)
    }

    /// Lets `seconds` go by.
    mutating func run(seconds: Int64) {
        let end = now + .seconds(seconds)
        while now < end {
            now = now + Self.step
            showBook()
            trade()
            deliver()
            judge()
        }
    }

    private mutating func showBook() {
        let mine = resting.values.reduce(0) { $0 + $1.leaves }
        buffer.removeAll()
        maker.send(
            .snapshot,
            bids: [(Self.bid, 20_000 + mine), (Self.bid - 1, 20_000)],
            asks: [(Self.ask, 20_000), (Self.ask + 1, 20_000)],
            at: now
        ) { engine.step(.market(.depth($0)), now: now, commands: &buffer) }
        obey()
        hasBegun = hasBegun || engine.state(of: ParentID(0)) == .working
    }

    /// Others trade among themselves, and now and then with what we rest.
    private mutating func trade() {
        let lots = Int64.random(in: 0...12, using: &random)
        if lots == 0 || !hasBegun { return }
        let aggressor: Side = Bool.random(using: &random) ? .buy : .sell
        var left = lots
        if aggressor == .sell {
            for number in resting.keys.sorted() {
                let share = min(left / 2, resting[number]?.leaves ?? 0)
                guard share > 0, let order = resting[number]?.order else { continue }
                left -= share
                resting[number]?.leaves -= share
                fill(order, share, Self.bid, isMaker: true, .sell)
            }
        }
        others += left
        print(aggressor, left, aggressor == .buy ? Self.ask : Self.bid, id: nil)
    }

    private mutating func print(_ aggressor: Side, _ lots: Int64, _ ticks: Int64, id: String?) {
        prints += 1
        let trade = Trade(
            price: Price(ticks: ticks),
            quantity: Quantity(lots: lots),
            aggressor: aggressor,
            isBlock: false,
            isRPI: false,
            matchedAt: now,
            crossSequence: 0,
            id: ExternalID(id ?? "other-\(prints)") ?? .none
        )
        send(.print(trade), after: delays.prints(now))
    }

    private mutating func fill(
        _ order: PlaceOrder,
        _ lots: Int64,
        _ ticks: Int64,
        isMaker: Bool,
        _ aggressor: Side
    ) {
        ours += lots
        let id = "fill-\(prints)-\(ours)"
        print(aggressor, lots, ticks, id: namesPrints ? id : nil)
        let execution = Execution(
            child: order.child,
            id: ExternalID(id) ?? .none,
            orderID: .none,
            side: order.side,
            price: Price(ticks: ticks),
            quantity: Quantity(lots: lots),
            isMaker: isMaker,
            fee: .zero,
            matchedAt: now
        )
        send(.order(.execution(execution)), after: delays.executions(now))
        if isMaker, let left = resting[order.child.number]?.leaves {
            let filled = order.quantity.lots - left
            update(order, left == 0 ? .filled : .partiallyFilled, filled)
            if left == 0 { resting[order.child.number] = nil }
        }
    }

    private mutating func update(
        _ order: PlaceOrder,
        _ status: OrderStatus,
        _ filled: Int64,
        _ reason: OrderEndReason = .none
    ) {
        let update = OrderUpdate(
            child: order.child,
            orderID: .none,
            status: status,
            reason: reason,
            price: order.price,
            quantity: order.quantity,
            filled: Quantity(lots: filled),
            updatedAt: now
        )
        send(.order(.update(update)), after: delays.updates(now))
    }

    private mutating func obey() {
        if isClosed { return }
        for i in 0..<buffer.count {
            switch buffer[i] {
            case .place(let order):
                children += 1
                if order.timeInForce == .postOnly {
                    resting[order.child.number] = Resting(
                        order: order,
                        leaves: order.quantity.lots
                    )
                    update(order, .new, 0)
                } else {
                    fill(order, order.quantity.lots, Self.ask, isMaker: false, .buy)
                    update(order, .filled, order.quantity.lots)
                }
            case .amend:
                break
            case .cancel(let cancel):
                guard let left = resting.removeValue(forKey: cancel.child.number) else { continue }
                let filled = left.order.quantity.lots - left.leaves
                update(left.order, .cancelled, filled, .byUser)
            }
        }
        buffer.removeAll()
    }

    private mutating func send(_ message: Message, after delay: Nanoseconds) {
        messages += 1
        let item = (at: now + delay, number: messages, message: message)
        var i = queue.count
        while i > 0, queue[i - 1].at > item.at { i -= 1 }
        queue.insert(item, at: i)
    }

    private mutating func deliver() {
        while let first = queue.first, first.at <= now {
            queue.removeFirst()
            buffer.removeAll()
            switch first.message {
            case .order(let event): engine.step(.order(event), now: now, commands: &buffer)
            case .print(let trade):
                withUnsafePointer(to: trade) {
                    let batch = TradeBatch(
                        instrument: InstrumentID(0),
                        publishedAt: now,
                        trades: UnsafeBufferPointer(start: $0, count: 1)
                    )
                    engine.step(.market(.trades(batch)), now: now, commands: &buffer)
                }
            }
            obey()
        }
    }

    private mutating func judge() {
        guard hasBegun else { return }
        let band = engine.progress(of: ParentID(0)).band.lots
        worst = max(worst, ours - due - band)
    }

    /// What the rate calls for after what others have really traded.
    var due: Int64 { others * rateBps / (10_000 - rateBps) }

    /// Closes the venue and hands over all that is still under way.
    mutating func settle() {
        isClosed = true
        while !queue.isEmpty {
            now = now + Self.step
            deliver()
        }
    }
}
