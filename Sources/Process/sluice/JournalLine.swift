import Algos
import Book
import Engine
import Foundation
import Journal
import Orders
import Replay
import Units

/// The decimals of a journal's instruments; raw ticks and lots where its session is not known.
struct JournalNames {
    private var instruments: [Instrument] = []

    init() {}

    init(_ session: JournalSession) { instruments = session.instruments }

    func instrument(_ id: InstrumentID) -> Instrument? {
        Int(id.index) < instruments.count ? instruments[Int(id.index)] : nil
    }

    /// The only instrument, for records that name none.
    var only: Instrument? { instruments.count == 1 ? instruments[0] : nil }
}

/// One record as a line of text and as a JSON object.
struct JournalLine {
    /// A value that JSON writes as it is, or in quotes.
    private enum Value {
        case plain(String)
        case quoted(String)
    }

    private var fields: [(name: String, value: Value)] = []
    private let names: JournalNames
    private let entry: (number: UInt64, now: Int64, kind: String)

    init(_ entry: JournalEntry, _ names: JournalNames) {
        self.names = names
        self.entry = (entry.number, entry.now.count, "\(entry.kind)")
        if entry.isObservedOnly { plain("observed", "true") }
        switch entry.record {
        case .session(let session): add(session)
        case .accept(let order, let plan): add(order, plan)
        case .timer, .close: break
        case .market(let event): add(event)
        case .order(let event): add(event)
        case .account(let coded):
            add(coded, AccountEvent(coded))
        case .link(let coded):
            word("event", LinkEvent(coded).map { "\($0)" } ?? "unknown \(coded.code)")
        case .control(let coded):
            word("asked", ControlCommand(coded).map { "\($0)" } ?? "unknown \(coded.code)")
        case .command(let command): add(command)
        case .gap(let gap):
            plain("market", "\(gap.market)")
            plain("orders", "\(gap.orders)")
        }
    }

    /// "17 1700000000000000000 place child=3 …".
    var text: String {
        let parts = fields.map { field in
            switch field.value {
            case .plain(let text), .quoted(let text): "\(field.name)=\(text)"
            }
        }
        return (["\(entry.number)", "\(entry.now)", entry.kind] + parts).joined(separator: " ")
    }

    /// The same as an object.
    var json: String {
        var text = #"{"number":\#(entry.number),"now":\#(entry.now),"kind":"\#(entry.kind)""#
        for field in fields {
            let value =
                switch field.value {
                case .plain(let text): text
                case .quoted(let text): JournalLine.quoted(text)
                }
            text += #","\#(field.name)":\#(value)"#
        }
        return text + "}"
    }

    /// A JSON string.
    static func quoted(_ text: String) -> String {
        var out = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": out += "\\\""
            case "\\": out += "\\\\"
            case _ where scalar.value < 0x20: out += String(format: "\\u%04x", scalar.value)
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out + "\""
    }

    mutating func plain(_ name: String, _ value: String) {
        fields.append((name, .plain(value)))
    }

    mutating func word(_ name: String, _ value: String) {
        fields.append((name, .quoted(value)))
    }

    private mutating func price(_ name: String, _ price: Price, _ instrument: Instrument?) {
        plain(name, instrument?.tick.text(price.ticks) ?? "\(price.ticks)")
    }

    private mutating func lots(_ name: String, _ lots: Quantity, _ instrument: Instrument?) {
        plain(name, instrument?.lot.text(lots.lots) ?? "\(lots.lots)")
    }

    private mutating func child(_ child: ChildID) {
        plain("parent", "\(child.parent.index)")
        plain("child", "\(child.number)")
    }

    private mutating func symbol(_ id: InstrumentID) -> Instrument? {
        let instrument = names.instrument(id)
        word("symbol", instrument?.symbol ?? "#\(id.index)")
        return instrument
    }

    private mutating func add(_ session: JournalSession) {
        word("name", session.name)
        word("build", session.build)
        plain("behaviour", "\(session.behaviour)")
        plain("commandCapacity", "\(session.commandCapacity)")
        word("symbols", session.instruments.map(\.symbol).joined(separator: ","))
    }

    private mutating func add(_ order: ParentOrder, _ plan: UnsafeRawBufferPointer) {
        plain("parent", "\(order.id.index)")
        let instrument = symbol(order.instrument)
        word("side", "\(order.side)")
        lots("quantity", order.quantity, instrument)
        if let limit = order.limit { price("limit", limit, instrument) }
        plain("startsAt", "\(order.startsAt.count)")
        plain("endsAt", "\(order.endsAt.count)")
        guard let plan = ExecutionPlan(journalBytes: plan) else { return }
        word("algorithm", plan.schedule.name)
        if case .vwap(let profile) = plan.schedule { profile.deallocate() }
    }

    private mutating func add(_ event: MarketEvent) {
        switch event {
        case .depth(let update):
            let instrument = symbol(update.instrument)
            word("book", "\(update.kind)")
            plain("depth", "\(update.depth)")
            plain("sequence", "\(update.sequence)")
            levels("bids", update.bids, instrument)
            levels("asks", update.asks, instrument)
        case .trades(let batch):
            let instrument = symbol(batch.instrument)
            let prints = batch.trades.map { trade in
                let price = instrument?.tick.text(trade.price.ticks) ?? "\(trade.price.ticks)"
                let lots = instrument?.lot.text(trade.quantity.lots) ?? "\(trade.quantity.lots)"
                return "[\(price),\(lots),\"\(trade.aggressor)\"]"
            }
            plain("prints", "[\(prints.joined(separator: ","))]")
        case .ticker(let update):
            _ = symbol(update.instrument)
            if let mark = update.markPrice { plain("markE9", "\(mark.billionths)") }
        }
    }

    private mutating func levels(
        _ name: String,
        _ levels: UnsafeBufferPointer<LevelChange>,
        _ instrument: Instrument?
    ) {
        let texts = levels.map { level in
            let price = instrument?.tick.text(level.ticks) ?? "\(level.ticks)"
            return "[\(price),\(instrument?.lot.text(level.lots) ?? "\(level.lots)")]"
        }
        plain(name, "[\(texts.joined(separator: ","))]")
    }

    private mutating func add(_ event: OrderEvent) {
        switch event {
        case .reply(let reply):
            child(reply.child)
            word("operation", "\(reply.operation)")
            word("outcome", "\(reply.outcome)")
            plain("code", "\(reply.code)")
            if reply.budget.limit > 0 {
                plain("limit", "\(reply.budget.limit)")
                plain("left", "\(reply.budget.left)")
            }
            if reply.budget.isBatch { plain("batch", "true") }
            word("orderID", reply.orderID.text)
        case .update(let update):
            child(update.child)
            word("status", "\(update.status)")
            word("reason", "\(update.reason)")
            price("price", update.price, names.only)
            lots("quantity", update.quantity, names.only)
            lots("filled", update.filled, names.only)
            word("orderID", update.orderID.text)
        case .execution(let fill):
            child(fill.child)
            word("side", "\(fill.side)")
            price("price", fill.price, names.only)
            lots("quantity", fill.quantity, names.only)
            plain("maker", "\(fill.isMaker)")
            plain("feeE9", "\(fill.fee.billionths)")
            word("feeCoin", fill.thirdCoin.isEmpty ? "\(fill.feeCoin)" : fill.thirdCoin.text)
            word("id", fill.id.text)
            word("orderID", fill.orderID.text)
        case .absent(let absent):
            child(absent)
        case .adopted(let order):
            add(.place(order))
        }
    }

    private mutating func add(_ coded: CodedEvent, _ event: AccountEvent?) {
        switch event {
        case .opening(let id, let position):
            word("said", "opening")
            lots("position", position, symbol(id))
        case .openingHedged(let id, let long, let short):
            word("said", "openingHedged")
            lots("long", long, symbol(id))
            lots("short", short, symbol(id))
        case .positionDiffers(let id, let position):
            word("said", "positionDiffers")
            lots("position", position, symbol(id))
        case .equity(let equity):
            word("said", "equity")
            plain("equityE9", "\(equity.billionths)")
        case .liquidation(let id, let leg, let level):
            word("said", "liquidation")
            let instrument = symbol(id)
            if leg != .only { word("position", "\(leg)") }
            if let level { price("price", level, instrument) }
        case .priceLimits(let id, let highestBuy, let lowestSell):
            word("said", "priceLimits")
            let instrument = symbol(id)
            price("highestBuy", highestBuy, instrument)
            price("lowestSell", lowestSell, instrument)
        case .trading(let id, let isTrading):
            word("said", "trading")
            _ = symbol(id)
            plain("trading", "\(isTrading)")
        case .clockError(let error):
            word("said", "clockError")
            plain("nanoseconds", "\(error.count)")
        case .privateHeard:
            word("said", "privateHeard")
        case .spent(let request):
            word("said", "spent")
            _ = symbol(request.instrument)
            word("operation", "\(request.operation)")
            plain("sentAt", "\(request.sentAt.count)")
            word("remedy", "\(request.remedy)")
            plain("limit", "\(request.budget.limit)")
            plain("left", "\(request.budget.left)")
        case .stepsChanged(let id):
            word("said", "stepsChanged")
            _ = symbol(id)
        case nil:
            word("said", "unknown \(coded.code)")
        }
    }

    private mutating func add(_ command: OrderCommand) {
        child(command.child)
        switch command {
        case .place(let order):
            let instrument = symbol(order.instrument)
            word("side", "\(order.side)")
            word("terms", "\(order.timeInForce)")
            price("price", order.price, instrument)
            lots("quantity", order.quantity, instrument)
        case .amend(let amend):
            let instrument = symbol(amend.instrument)
            price("price", amend.price, instrument)
            lots("quantity", amend.quantity, instrument)
        case .cancel(let cancel):
            _ = symbol(cancel.instrument)
        }
    }
}
