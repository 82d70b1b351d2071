import Algos
import Book
import Engine
import Foundation
import Journal
import Orders
import Replay
import Reports
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
    /// A member; what has no text is not told on the line.
    private struct Field {
        var name: String
        var text: String?
        var json: String
    }

    private var fields: [Field] = []
    private let names: JournalNames
    private let entry: (number: UInt64, now: Nanoseconds, kind: String)

    init(_ entry: JournalEntry, _ names: JournalNames) {
        self.names = names
        self.entry = (entry.number, entry.now, "\(entry.kind)")
        mark("observed", entry.isObservedOnly)
        switch entry.record {
        case .session(let session): add(session)
        case .accept(let order, let plan): add(order, plan)
        case .timer, .close: break
        case .market(let event): add(event)
        case .order(let event): add(event)
        case .account(let coded):
            add(coded, AccountEvent(coded))
        case .link(let coded):
            word("event", LinkEvent(coded).map(\.word) ?? "unknown \(coded.code)")
        case .control(let coded):
            word("asked", ControlCommand(coded).map(\.word) ?? "unknown \(coded.code)")
        case .command(let command): add(command)
        case .gap(let gap):
            number("market", gap.market)
            number("orders", gap.orders)
        }
    }

    /// "17 1700000000000000000 place child=3 …".
    var text: String {
        let parts = fields.compactMap { field in field.text.map { "\(field.name)=\($0)" } }
        return (["\(entry.number)", "\(entry.now.count)", entry.kind] + parts)
            .joined(separator: " ")
    }

    /// The same as an object.
    var json: String {
        let head = #"{"number":\#(entry.number),"recordedAt":"\#(entry.now.utc(digits: 9))","#
        let members = fields.map { #","\#($0.name)":\#($0.json)"# }
        return head + #""kind":"\#(entry.kind)""# + members.joined() + "}"
    }

    /// A JSON string.
    static func quoted(_ text: String) -> String { JSONTree.text(text).document }

    private mutating func number(_ name: String, _ value: (some BinaryInteger)?) {
        let text = value.map { "\($0)" }
        fields.append(Field(name: name, text: text, json: text ?? "null"))
    }

    private mutating func word(_ name: String, _ value: String?) {
        let json = value.map { JournalLine.quoted($0) } ?? "null"
        fields.append(Field(name: name, text: value, json: json))
    }

    private mutating func flag(_ name: String, _ value: Bool) {
        fields.append(Field(name: name, text: "\(value)", json: "\(value)"))
    }

    /// A flag that the line tells only where it is set.
    private mutating func mark(_ name: String, _ value: Bool) {
        fields.append(Field(name: name, text: value ? "true" : nil, json: "\(value)"))
    }

    private mutating func instant(_ name: String, _ value: Nanoseconds?) {
        let json = value.map { "\"\($0.utc(digits: 9))\"" } ?? "null"
        fields.append(Field(name: name, text: value.map { "\($0.count)" }, json: json))
    }

    private mutating func amount(_ name: String, _ value: Amount?) {
        word(name, value.map { DecimalScale(multiplier: 1, decimals: 9).text($0.billionths) })
    }

    private mutating func coinAmount(_ name: String, _ value: CoinAmount) {
        let small = Int64(exactly: value.billionths).map { Amount(billionths: $0) }
        if let small { amount(name, small) } else { word(name, value.exactText) }
    }

    /// A list, of lists of texts.
    private mutating func list(_ name: String, _ rows: [[String]]) {
        func joined(_ texts: [String]) -> String { "[\(texts.joined(separator: ","))]" }
        fields.append(
            Field(
                name: name,
                text: joined(rows.map(joined)),
                json: joined(rows.map { joined($0.map { JournalLine.quoted($0) }) })
            )
        )
    }

    private mutating func price(_ name: String, _ price: Price?, _ instrument: Instrument?) {
        word(name, price.map { instrument?.tick.text($0.ticks) ?? "\($0.ticks)" })
    }

    private mutating func lots(_ name: String, _ lots: Quantity, _ instrument: Instrument?) {
        word(name, instrument?.lot.text(lots.lots) ?? "\(lots.lots)")
    }

    private mutating func child(_ child: ChildID) {
        number("parent", child.parent.index)
        number("child", child.number)
    }

    private mutating func symbol(_ id: InstrumentID) -> Instrument? {
        let instrument = names.instrument(id)
        word("symbol", instrument?.symbol ?? "#\(id.index)")
        return instrument
    }

    private mutating func add(_ session: JournalSession) {
        word("name", session.name)
        word("build", session.build)
        number("behaviour", session.behaviour)
        number("commandCapacity", session.commandCapacity)
        word("symbols", session.instruments.map(\.symbol).joined(separator: ","))
    }

    private mutating func add(_ order: ParentOrder, _ plan: UnsafeRawBufferPointer) {
        number("parent", order.id.index)
        let instrument = symbol(order.instrument)
        word("side", "\(order.side)")
        lots("quantity", order.quantity, instrument)
        price("limit", order.limit, instrument)
        instant("startsAt", order.startsAt)
        instant("endsAt", order.endsAt)
        let plan = ExecutionPlan(journalBytes: plan)
        word("algorithm", plan?.schedule.name)
        if case .vwap(let profile)? = plan?.schedule { profile.deallocate() }
    }

    private mutating func add(_ event: MarketEvent) {
        switch event {
        case .depth(let update):
            let instrument = symbol(update.instrument)
            word("book", "\(update.kind)")
            number("depth", update.depth)
            number("sequence", update.sequence)
            levels("bids", update.bids, instrument)
            levels("asks", update.asks, instrument)
        case .trades(let batch):
            let instrument = symbol(batch.instrument)
            let prints = batch.trades.map { trade in
                let price = instrument?.tick.text(trade.price.ticks) ?? "\(trade.price.ticks)"
                let lots = instrument?.lot.text(trade.quantity.lots) ?? "\(trade.quantity.lots)"
                return [price, lots, "\(trade.aggressor)"]
            }
            list("prints", prints)
        case .ticker(let update):
            _ = symbol(update.instrument)
            amount("mark", update.markPrice)
        }
    }

    private mutating func levels(
        _ name: String,
        _ levels: UnsafeBufferPointer<LevelChange>,
        _ instrument: Instrument?
    ) {
        list(
            name,
            levels.map { level in
                [
                    instrument?.tick.text(level.ticks) ?? "\(level.ticks)",
                    instrument?.lot.text(level.lots) ?? "\(level.lots)",
                ]
            }
        )
    }

    private mutating func add(_ event: OrderEvent) {
        switch event {
        case .reply(let reply):
            child(reply.child)
            word("operation", "\(reply.operation)")
            word("outcome", "\(reply.outcome)")
            number("code", reply.code)
            add(reply.budget)
            mark("batch", reply.budget.isBatch)
            word("orderId", reply.orderID.text)
        case .update(let update):
            child(update.child)
            word("status", "\(update.status)")
            word("reason", "\(update.reason)")
            price("price", update.price, names.only)
            lots("quantity", update.quantity, names.only)
            lots("filled", update.filled, names.only)
            word("orderId", update.orderID.text)
        case .execution(let fill):
            child(fill.child)
            word("side", "\(fill.side)")
            price("price", fill.price, names.only)
            lots("quantity", fill.quantity, names.only)
            flag("maker", fill.isMaker)
            coinAmount("fee", fill.fee)
            word("feeCoin", fill.thirdCoin.isEmpty ? "\(fill.feeCoin)" : fill.thirdCoin.text)
            word("id", fill.id.text)
            word("orderId", fill.orderID.text)
        case .absent(let absent):
            child(absent)
        case .adopted(let order):
            add(.place(order))
        }
    }

    /// What the venue told of the request budget, where it did.
    private mutating func add(_ budget: BudgetReading) {
        let isTold = budget.limit > 0
        number("requestLimit", isTold ? budget.limit : nil)
        number("requestsLeft", isTold ? budget.left : nil)
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
        case .stated(let id, let leg, let position, let changedAt):
            word("said", "stated")
            word("leg", leg == .only ? nil : "\(leg)")
            lots("position", position, symbol(id))
            instant("changedAt", changedAt == .zero ? nil : changedAt)
        case .earlierToday(let id, let moved, let cash):
            word("said", "earlierToday")
            lots("position", moved, symbol(id))
            amount("cash", cash)
        case .equity(let equity):
            word("said", "equity")
            amount("equity", equity)
        case .liquidation(let id, let leg, let level):
            word("said", "liquidation")
            let instrument = symbol(id)
            word("leg", leg == .only ? nil : "\(leg)")
            price("price", level, instrument)
        case .priceLimits(let id, let highestBuy, let lowestSell):
            word("said", "priceLimits")
            let instrument = symbol(id)
            price("highestBuy", highestBuy, instrument)
            price("lowestSell", lowestSell, instrument)
        case .priceRange(let id, let lowest, let highest):
            word("said", "priceRange")
            let instrument = symbol(id)
            price("lowestPrice", lowest, instrument)
            price("highestPrice", highest, instrument)
        case .quantityRange(let id, let smallest, let largest):
            word("said", "quantityRange")
            let instrument = symbol(id)
            lots("smallest", smallest, instrument)
            lots("largest", largest, instrument)
        case .minimumNotional(let id, let least):
            word("said", "minimumNotional")
            _ = symbol(id)
            amount("minimumNotional", least)
        case .trading(let id, let isTrading):
            word("said", "trading")
            _ = symbol(id)
            flag("trading", isTrading)
        case .clockError(let error):
            word("said", "clockError")
            number("errorNs", error.count)
        case .privateHeard:
            word("said", "privateHeard")
        case .spent(let request):
            word("said", "spent")
            _ = symbol(request.instrument)
            word("operation", "\(request.operation)")
            instant("sentAt", request.sentAt)
            word("remedy", "\(request.remedy)")
            add(request.budget)
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

extension LinkEvent {
    /// The word for it; which instrument is not told, for a session has one.
    fileprivate var word: String {
        switch self {
        case .feedGap: "feedGap"
        case .feedDown: "feedDown"
        default: "\(self)"
        }
    }
}

extension ControlCommand {
    /// The word for it; which parent is not told, for a session has one.
    fileprivate var word: String {
        if case .cancel = self { "cancel" } else { "\(self)" }
    }
}
