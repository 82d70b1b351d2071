internal import Orders
internal import Simulation
internal import Units
internal import Wire

extension TradingFloor {
    /// Orders or fills in one message.
    private static var entriesPerMessage: Int { 50 }

    /// Tells the account's listeners about the fills and orders among `events`, of the positions
    /// and, after fills, of the coins.
    func tellAccount(_ desk: MarketDesk, _ events: [ExchangeEvent], _ now: Nanoseconds) {
        var fills: [ExchangeFill] = []
        var orders: [ExchangeOrder] = []
        for event in events {
            switch event {
            case .print: continue
            case .fill(let fill):
                desk.book(fill)
                fills.append(fill)
            case .order(let order):
                if order.status.isTerminal { desk.noteEnded(order) }
                orders.append(order)
            }
        }
        if fills.isEmpty && orders.isEmpty { return }
        let hasFills = !fills.isEmpty
        fills.removeAll { trouble.hushedLinks.contains($0.order.link) }
        orders.removeAll { trouble.hushedLinks.contains($0.link) }
        desk.noteOwnChange(now)
        let category = desk.market.category
        let trades = fills.filter { !$0.order.isLiquidation }
        push("execution.fast", VenueTopic.fastExecutions, category, trades, now) {
            $0.fastExecution($1, desk, self.names)
        }
        push("execution", VenueTopic.executions, category, fills, now) {
            $0.execution($1, desk, self.names)
        }
        push("order", VenueTopic.orders, category, orders, now) {
            $0.order($1, desk, self.names, withCategory: true)
        }
        tellPositions(desk, now)
        if hasFills { tellWallet(now) }
    }

    /// Tells the account's listeners of its positions in a market.
    func tellPositions(_ desk: MarketDesk, _ now: Nanoseconds) {
        guard desk.market.category == .linear else { return }
        let prices = liquidationPrices(desk)
        push("position", VenueTopic.positions, .linear, desk.positionIndices, now) { out, i in
            out.position(desk, i, entryName: "entryPrice", liquidation: prices[i], now)
        }
    }

    /// Tells the account's listeners of its coins.
    func tellWallet(_ now: Nanoseconds) {
        let wallet = wallet()
        push("wallet", { _ in .wallet }, .linear, [wallet], now) { out, wallet in
            out.wallet(wallet)
        }
    }

    /// Tells the account's listeners of a topic.
    func push<Entry>(
        _ name: StaticString,
        _ topic: (ProductCategory?) -> VenueTopic,
        _ category: ProductCategory,
        _ entries: [Entry],
        _ now: Nanoseconds,
        _ write: (inout ByteWriter, Entry) -> Void
    ) {
        if trouble.losesAccount(now) { return }
        let size = TradingFloor.entriesPerMessage
        for start in stride(from: 0, to: entries.count, by: size) {
            let number = nextMessageNumber()
            let part = entries[start..<min(entries.count, start + size)]
            // A session named the topic with or without the category, and is answered in its words.
            for general in [true, false] where general || topic(nil) != topic(category) {
                let wanted = topic(general ? nil : category)
                let time = trouble.delay(of: wanted, now)
                let copies = trouble.copies(of: wanted)
                let isWanted = { (session: VenueSession) in
                    session.isAuthorized && session.topics.contains(wanted)
                }
                for _ in 0..<copies {
                    broadcast(where: isWanted, at: time) { out in
                        out.append(#"{"id":""#)
                        out.append(number)
                        out.append(#"","topic":""#)
                        out.append(name)
                        if !general {
                            out.append(".")
                            out.append(category.name)
                        }
                        out.append(#"","creationTime":"#)
                        out.append(now.millisecondCount)
                        out.append(#","data":["#)
                        var isFirst = true
                        for entry in part {
                            if !isFirst { out.append(",") }
                            isFirst = false
                            write(&out, entry)
                        }
                        out.append("]}")
                    }
                }
            }
        }
    }
}
