internal import Orders
internal import Simulation
internal import Units
internal import Wire

extension TradingFloor {
    /// Orders or fills in one message.
    private static var entriesPerMessage: Int { 50 }

    /// Tells the account's listeners about the fills and orders among `events`, and the position.
    func tellAccount(_ desk: MarketDesk, _ events: [ExchangeEvent], _ now: Nanoseconds) {
        var fills: [ExchangeFill] = []
        var orders: [ExchangeOrder] = []
        for event in events {
            switch event {
            case .print: continue
            case .fill(let fill):
                desk.fills.append(fill)
                desk.position.apply(fill)
                fills.append(fill)
            case .order(let order):
                if order.status.isTerminal { desk.noteEnded(order) }
                orders.append(order)
            }
        }
        if fills.isEmpty && orders.isEmpty { return }
        desk.noteOwnChange(now)
        let category = desk.market.category
        push("execution", VenueTopic.executions, category, fills, now) {
            $0.execution($1, desk, self.names)
        }
        push("order", VenueTopic.orders, category, orders, now) {
            $0.order($1, desk, self.names, withCategory: true)
        }
        if category == .linear {
            push("position", VenueTopic.positions, category, [desk], now) { out, desk in
                out.position(desk, entryName: "entryPrice", now)
            }
        }
    }

    private func push<Entry>(
        _ name: StaticString,
        _ topic: (ProductCategory?) -> VenueTopic,
        _ category: ProductCategory,
        _ entries: [Entry],
        _ now: Nanoseconds,
        _ write: (inout ByteWriter, Entry) -> Void
    ) {
        let size = TradingFloor.entriesPerMessage
        for start in stride(from: 0, to: entries.count, by: size) {
            let number = nextMessageNumber()
            let part = entries[start..<min(entries.count, start + size)]
            // A session named the topic with or without the category, and is answered in its words.
            for general in [true, false] {
                let wanted = topic(general ? nil : category)
                broadcast(where: { $0.isAuthorized && $0.topics.contains(wanted) }) { out in
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
