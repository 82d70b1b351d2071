import Book
import Engine
import Orders
import Simulation
import Units

/// The simulated exchange in virtual time: requests arrive with the next interval of the market,
/// and everything that happened is told in the order in which it happened.
struct VirtualExchange {
    private var exchange = Exchange(RecordedEngine.instrument, fees: .bybitBasePerpetual)
    private var market: SyntheticMarket
    private var now = RecordedEngine.start
    private var pending: [OrderCommand] = []
    private var children: [String: ChildID] = [:]
    private var names: Set<String> = []
    private var sequence: Int64 = 1_000
    private var needsSnapshot = true
    /// Everything said of our orders, heard or not.
    private(set) var fills: [Execution] = []
    private var updates: [ChildID: OrderUpdate] = [:]

    init(seed: UInt64) { market = SyntheticMarket(seed: seed) }

    /// One interval: requests, market, then what came of it.
    mutating func turn(_ recorded: inout RecordedEngine) {
        now.count += 20_000_000
        let requests = pending
        pending = []
        for request in requests { tell(.order(.reply(carryOut(request))), &recorded) }
        for action in market.next() {
            switch action.kind {
            case .depth(let kind, let bids, let asks):
                exchange.show(kind, bids: bids, asks: asks, now: now)
            case .trades(let trades):
                for trade in trades { exchange.trade(trade, now: now) }
            }
        }
        tellBook(&recorded)
        let events = exchange.events
        exchange.events = []
        for event in events { tell(event, &recorded) }
        tell(.timer, &recorded)
    }

    /// The process is another one: of the requests under way those arrive that `mayArrive` and were
    /// put on record, and a recovery asks for everything.
    mutating func restart(
        _ recorded: inout RecordedEngine,
        known: Set<OrderCommand>,
        adopts: Bool = false,
        mayArrive: (OrderCommand) -> Bool
    ) {
        pending = pending.filter { known.contains($0) && mayArrive($0) }
        now = max(now, recorded.now)
        now.count += 1_000_000_000
        needsSnapshot = true
        let requests = pending
        pending = []
        for request in requests { _ = carryOut(request) }
        for event in exchange.events { note(event) }
        exchange.events = []
        tell(.link(.restarted), &recorded)
        if adopts { tellStrays(&recorded) }
        for fill in fills { tell(.order(.execution(fill)), &recorded) }
        for number in 0..<recorded.engine.nextChild {
            let child = recorded.engine.child(number)
            if let update = updates[child.id] {
                tell(.order(.update(update)), &recorded)
            } else if child.state != .ended {
                tell(.order(.absent(child.id)), &recorded)
            }
        }
        tell(.link(.tradeUp), &recorded)
        tell(.link(.privateUp), &recorded)
    }

    /// Orders of which the record lost all trace: what is open of them is cancelled, and each is
    /// told with its fills and its end; those that never arrived are told, too.
    private mutating func tellStrays(_ recorded: inout RecordedEngine) {
        let next = recorded.engine.nextChild
        let known = children.values.filter { $0.number >= next }
        for child in known { _ = try? exchange.cancel(link: "\(child.number)", now: now) }
        for event in exchange.events { note(event) }
        exchange.events = []
        let order = recorded.engine.facts(of: ParentID(0)).order
        for number in next...(known.map(\.number).max() ?? next) + 4 {
            let child = ChildID(parent: order.id, number: number)
            let update = updates[child]
            let stray = PlaceOrder(
                child: child,
                instrument: order.instrument,
                side: order.side,
                timeInForce: .goodTillCancel,
                price: update?.price ?? Price(ticks: 1),
                quantity: update?.quantity ?? Quantity(lots: 1)
            )
            tell(.order(.adopted(stray)), &recorded)
            for fill in fills where fill.child == child {
                tell(.order(.execution(fill)), &recorded)
            }
            if let update {
                tell(.order(.update(update)), &recorded)
            } else {
                tell(.order(.absent(child)), &recorded)
            }
        }
    }

    /// Orders of ours on the book.
    var openOrders: Int { exchange.openOrders.count { children[$0.link] != nil } }

    /// What became of our orders while nobody listened.
    private mutating func note(_ event: ExchangeEvent) {
        switch event {
        case .order(let order):
            if let update = update(order) { updates[update.child] = update }
        case .fill(let fill):
            if let execution = execution(fill) { fills.append(execution) }
        case .print:
            break
        }
    }

    private mutating func tell(_ event: EngineEvent, _ recorded: inout RecordedEngine) {
        recorded.step(event, now)
        for i in 0..<recorded.commands.count { pending.append(recorded.commands[i]) }
    }

    private mutating func carryOut(_ command: OrderCommand) -> OrderReply {
        let link = "\(command.child.number)"
        children[link] = command.child
        var outcome = OrderReply.Outcome.accepted
        do {
            switch command {
            case .place(let order):
                precondition(names.insert(link).inserted, "no number is used twice")
                _ = try exchange.place(
                    link: link,
                    side: order.side,
                    timeInForce: order.timeInForce,
                    price: order.price,
                    quantity: order.quantity,
                    now: now
                )
            case .amend(let amend):
                _ = try exchange.amend(
                    link: link,
                    price: amend.price,
                    quantity: amend.quantity,
                    now: now
                )
            case .cancel:
                _ = try exchange.cancel(link: link, now: now)
            }
        } catch ExchangeRefusal.alreadyEnded {
            outcome = .alreadyFinished
        } catch {
            outcome = .refused
        }
        return OrderReply(
            operation: command.operation,
            child: command.child,
            outcome: outcome,
            remedy: .none,
            code: 0,
            orderID: ExternalID("order-\(link)")!,
            // Now and then less than the engine counts, for others spend of it too.
            budget: BudgetReading(limit: 8, left: command.child.number % 5 == 0 ? 1 : 6)
        )
    }

    private mutating func tellBook(_ recorded: inout RecordedEngine) {
        sequence += 1
        let isFirst = needsSnapshot
        needsSnapshot = false
        let changes = exchange.takeChanges()
        let shown = isFirst ? exchange.snapshot(depth: 50) : changes
        shown.bids.withUnsafeBufferPointer { bids in
            shown.asks.withUnsafeBufferPointer { asks in
                let update = DepthUpdate(
                    instrument: InstrumentID(0),
                    kind: isFirst ? .snapshot : .delta,
                    depth: 50,
                    sequence: sequence,
                    crossSequence: sequence,
                    publishedAt: now,
                    matchedAt: now,
                    bids: bids,
                    asks: asks
                )
                tell(.market(.depth(update)), &recorded)
            }
        }
    }

    private mutating func tell(_ event: ExchangeEvent, _ recorded: inout RecordedEngine) {
        switch event {
        case .order(let order):
            note(event)
            if let update = update(order) { tell(.order(.update(update)), &recorded) }
        case .fill(let fill):
            note(event)
            if let execution = execution(fill) { tell(.order(.execution(execution)), &recorded) }
        case .print(let print):
            let id: ExternalID =
                switch print.source {
                case .feed(let id): id
                case .fill(let number): ExternalID("fill-\(number)")!
                }
            let trade = Trade(
                price: print.price,
                quantity: print.quantity,
                aggressor: print.aggressor,
                isBlock: print.isBlock,
                isRPI: print.isRPI,
                matchedAt: print.at,
                crossSequence: sequence,
                id: id
            )
            withUnsafePointer(to: trade) { trade in
                let batch = TradeBatch(
                    instrument: InstrumentID(0),
                    publishedAt: now,
                    trades: UnsafeBufferPointer(start: trade, count: 1)
                )
                tell(.market(.trades(batch)), &recorded)
            }
        }
    }

    private func update(_ order: ExchangeOrder) -> OrderUpdate? {
        guard let child = children[order.link] else { return nil }
        return OrderUpdate(
            child: child,
            orderID: ExternalID("order-\(order.link)")!,
            status: order.status,
            reason: order.reason,
            price: order.price,
            quantity: order.quantity,
            filled: order.filled,
            updatedAt: order.updatedAt
        )
    }

    private func execution(_ fill: ExchangeFill) -> Execution? {
        guard let child = children[fill.order.link] else { return nil }
        return Execution(
            child: child,
            id: ExternalID("fill-\(fill.number)")!,
            orderID: ExternalID("order-\(fill.order.link)")!,
            side: fill.order.side,
            price: fill.price,
            quantity: fill.quantity,
            isMaker: fill.isMaker,
            fee: CoinAmount(fill.fee),
            matchedAt: fill.at
        )
    }
}
