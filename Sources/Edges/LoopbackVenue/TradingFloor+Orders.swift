internal import Orders
internal import Simulation
internal import Units
internal import Wire

/// The operations on one order that the venue offers, on the trade socket and in REST.
enum OrderOperationName: String {
    case create = "order.create"
    case amend = "order.amend"
    case cancel = "order.cancel"
}

extension TradingFloor {
    /// Does what `fields` ask for. The caller replies first and then tells what happened.
    func perform(
        _ operation: OrderOperationName,
        _ fields: [String: String],
        isBatch: Bool = false,
        _ now: Nanoseconds
    ) throws(VenueRefusal) -> (order: ExchangeOrder, desk: MarketDesk) {
        let word = fields["category"] ?? ""
        guard let category = ProductCategory(bybit: word) else {
            throw VenueRefusal(10_404, "unknown category")
        }
        guard let desk = desk(fields["symbol"] ?? "", category) else {
            throw VenueRefusal(category == .spot ? 170_121 : 10_001, "symbol invalid")
        }
        let reading = meter.count(operation.kind, category, isBatch: isBatch, now)
        self.reading = reading
        if reading.isOver {
            throw VenueRefusal(10_006, "Too many visits. Exceeded the API Rate Limit.")
        }
        if operation == .create && now < trouble.closedUntil {
            throw VenueRefusal(category == .spot ? 170_151 : 110_074, "This contract is not live.")
        }
        let order =
            switch operation {
            case .create: try create(desk, fields, now)
            case .amend: try amend(desk, fields, now)
            case .cancel: try cancel(desk, fields, now)
            }
        return (order, desk)
    }

    private func create(
        _ desk: MarketDesk,
        _ fields: [String: String],
        _ now: Nanoseconds
    ) throws(VenueRefusal) -> ExchangeOrder {
        guard let side = Side.allCases.first(where: { $0.bybitName == fields["side"] }) else {
            throw .parameter("side")
        }
        let positionIndex = UInt8(fields["positionIdx"] ?? "0") ?? .max
        guard desk.positionIndices.contains(Int(positionIndex)) else {
            throw .parameter("position idx not match position mode")
        }
        let isSpot = desk.market.category == .spot
        // A spot purchase at market states what it spends, unless it says otherwise.
        let spends =
            isSpot && side == .buy && fields["orderType"] == "Market"
            && fields["marketUnit"] != "baseCoin"
        let quantity = try spends ? desk.affordable(fields["qty"]) : desk.quantity(fields["qty"])
        if isSpot && fields["reduceOnly"] == "true" { throw .parameter("reduceOnly") }
        var terms = TimeInForce.goodTillCancel
        let price: Price
        switch fields["orderType"] {
        case "Limit":
            price = try desk.price(fields["price"])
            let (highest, lowest) = desk.priceLimits
            if side == .buy && price.ticks > highest {
                throw VenueRefusal(isSpot ? 170_132 : 110_003, "Order price is above the limit.")
            }
            if side == .sell && price.ticks < lowest {
                throw VenueRefusal(isSpot ? 170_133 : 110_003, "Order price is below the limit.")
            }
            if let word = fields["timeInForce"] {
                guard let named = TimeInForce(bybit: word) else { throw .parameter("timeInForce") }
                terms = named
            }
        case "Market":
            price = try desk.protectivePrice(side)
            terms = .immediateOrCancel
        default: throw .parameter("orderType")
        }
        let link = try link(fields["orderLinkId"])
        do throws(ExchangeRefusal) {
            return try desk.exchange.place(
                link: link,
                side: side,
                timeInForce: terms,
                price: price,
                quantity: quantity,
                reduceOnly: fields["reduceOnly"] == "true",
                positionIndex: positionIndex,
                now: now
            )
        } catch {
            throw VenueRefusal(error, desk.market.category, ended: nil)
        }
    }

    private func amend(
        _ desk: MarketDesk,
        _ fields: [String: String],
        _ now: Nanoseconds
    ) throws(VenueRefusal) -> ExchangeOrder {
        let link = try existingLink(desk, fields)
        let price = try desk.optional(fields["price"], desk.price)
        let quantity = try desk.optional(fields["qty"], desk.quantity)
        if price == nil && quantity == nil { throw VenueRefusal(34_040, "not modified") }
        do throws(ExchangeRefusal) {
            return try desk.exchange.amend(link: link, price: price, quantity: quantity, now: now)
        } catch {
            let ended = desk.exchange.find(link: link)
            throw VenueRefusal(error, desk.market.category, ended: ended)
        }
    }

    private func cancel(
        _ desk: MarketDesk,
        _ fields: [String: String],
        _ now: Nanoseconds
    ) throws(VenueRefusal) -> ExchangeOrder {
        let link = try existingLink(desk, fields)
        do throws(ExchangeRefusal) {
            return try desk.exchange.cancel(link: link, now: now)
        } catch {
            let ended = desk.exchange.find(link: link)
            throw VenueRefusal(error, desk.market.category, ended: ended)
        }
    }

    /// The name for a new order: the client's, or one that no client can give.
    private func link(_ text: String?) throws(VenueRefusal) -> String {
        guard let text, !text.isEmpty else { return "#\(nextMessageNumber())" }
        let isPlain = text.utf8.allSatisfy {
            switch $0 {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                true
            default: false
            }
        }
        guard isPlain && text.utf8.count <= 36 else { throw .parameter("orderLinkId") }
        return text
    }

    /// The name of the order that a request is about; its id goes before its link.
    private func existingLink(
        _ desk: MarketDesk,
        _ fields: [String: String]
    ) throws(VenueRefusal) -> String {
        if let id = fields["orderId"], !id.isEmpty {
            guard let number = names.orderNumber(id, desk: desk.index),
                let order = desk.exchange.find(number: number)
            else { throw VenueRefusal(.notFound, desk.market.category, ended: nil) }
            return order.link
        }
        guard let link = fields["orderLinkId"], !link.isEmpty else {
            throw .parameter("orderId or orderLinkId")
        }
        return link
    }
}

extension MarketDesk {
    /// A price of an order, on the tick.
    func price(_ text: String?) throws(VenueRefusal) -> Price {
        Price(ticks: try steps(text, instrument.tick, "price"))
    }

    /// A quantity of an order, on the step.
    func quantity(_ text: String?) throws(VenueRefusal) -> Quantity {
        Quantity(lots: try steps(text, instrument.lot, "qty"))
    }

    /// A field that may be absent.
    func optional<Value>(
        _ text: String?,
        _ read: (String?) throws(VenueRefusal) -> Value
    ) throws(VenueRefusal) -> Value? {
        guard let text, !text.isEmpty else { return nil }
        return try read(text)
    }

    /// The price of a market order: as far as the venue lets one slip, five per cent.
    func protectivePrice(_ side: Side) throws(VenueRefusal) -> Price {
        guard let best = exchange.best(side.opposite) else {
            throw VenueRefusal(110_118, "Market order has no price: low liquidity")
        }
        return side.improved(best, byTicks: best.ticks / 20)
    }

    /// What an amount of the quote coin buys of what the book shows, rounded down to a lot.
    func affordable(_ text: String?) throws(VenueRefusal) -> Quantity {
        let cents = DecimalScale(multiplier: 1, decimals: 8)
        var left = Int128(try steps(text, cents, "qty"))
        // Ticks × lots in the same hundred-millionths.
        var unit = Int128(instrument.tick.multiplier) * Int128(instrument.lot.multiplier)
        for _ in 0..<max(0, 8 - instrument.tick.decimals - instrument.lot.decimals) { unit *= 10 }
        var lots: Int64 = 0
        for level in exchange.snapshot(depth: 1_000).asks where left > 0 {
            let taken = min(Int128(level.lots), left / (Int128(level.ticks) * unit))
            lots += Int64(taken)
            left -= taken * Int128(level.ticks) * unit
            if taken < Int128(level.lots) { break }
        }
        return Quantity(lots: lots)
    }

    private func steps(
        _ text: String?,
        _ scale: DecimalScale,
        _ name: String
    ) throws(VenueRefusal) -> Int64 {
        let bytes = Array((text ?? "").utf8)
        let padded = bytes + [UInt8](repeating: 0, count: 8)
        let steps = padded.withUnsafeBufferPointer {
            try? DecimalSteps(scale).parse($0.baseAddress!, count: bytes.count)
        }
        // Ticks and lots stay so low that their product and sums cannot overflow.
        guard let steps, steps > 0, steps < 1 << 50 else { throw .parameter(name) }
        return steps
    }
}
