internal import Orders
internal import Simulation
internal import Units
internal import Wire

extension TradingFloor {
    func serverTime(_ now: Nanoseconds) -> ResultWriter {
        let origin = faults.origin
        let now = now + trouble.timeError
        return { out in
            out.append(#""timeSecond":""#)
            out.append(now.count / 1_000_000_000)
            out.append("\"")
            out.member("timeNano", count: now.count)
            // A client may tell faults that were meant from others.
            if let origin { out.member("faults", origin) }
        }
    }

    func instruments(
        _ parameters: [String: String],
        _ now: Nanoseconds
    ) throws(VenueRefusal) -> ResultWriter {
        let status: StaticString = now < trouble.closedUntil ? "Closed" : "Trading"
        let word = parameters["category"] ?? ""
        guard let category = ProductCategory(bybit: word) else { throw .parameter("category") }
        let symbol = parameters["symbol"]
        let found = desks.filter {
            $0.market.category == category && (symbol == nil || $0.market.symbol == symbol)
        }
        if found.isEmpty { throw .parameter("symbol invalid") }
        let tick = trouble.announcedTick
        return { out in
            out.append(#""category":""#)
            out.append(category.name)
            out.append(#"","nextPageCursor":"","list":["#)
            for (i, desk) in found.enumerated() {
                if i > 0 { out.append(",") }
                var instrument = desk.instrument
                if let tick { instrument.tick = tick }
                out.instrument(instrument, desk.index, status)
            }
            out.append("]")
        }
    }

    func feeRate(_ parameters: [String: String]) throws(VenueRefusal) -> ResultWriter {
        let desk = try desk(parameters)
        let fees = desk.exchange.fees
        return { out in
            out.append(#""category":""#)
            out.append(desk.market.category.name)
            out.append(#"","list":[{"symbol":""#)
            out.append(desk.market.symbol)
            out.append("\"")
            out.member("takerFeeRate", Amount(billionths: fees.takerRateE8 * 10))
            out.member("makerFeeRate", Amount(billionths: fees.makerRateE8 * 10))
            out.append("}]")
        }
    }

    func orders(_ parameters: [String: String]) throws(VenueRefusal) -> ResultWriter {
        if let whole = try wholeAccount(parameters) { return orders(of: whole) }
        let desk = try desk(parameters)
        var found = desk.exchange.openOrders.reversed() as [ExchangeOrder]
        if let link = parameters["orderLinkId"], !link.isEmpty {
            found = desk.exchange.find(link: link).map { [$0] } ?? []
        } else if let id = parameters["orderId"], !id.isEmpty {
            let order = names.orderNumber(id, desk: desk.index)
                .flatMap { desk.exchange.find(number: $0) }
            found = order.map { [$0] } ?? []
        } else if parameters["openOnly"] == "1" {
            found = desk.recentlyEnded.reversed()
        }
        let page = try Page(found, parameters, usual: 20, most: 50) { $0.number }
        return page.writer(desk.market.category) {
            $0.order($1, desk, self.names, withCategory: false)
        }
    }

    /// `GET /v5/order/history`: orders that ended, of one symbol or of all.
    func history(_ parameters: [String: String]) throws(VenueRefusal) -> ResultWriter {
        let (desks, category) = try listed(parameters)
        let found = desks.flatMap { desk in
            let isWanted = filter(parameters, desk)
            return desk.ended.filter { isWanted($0, $0.updatedAt) }.map { (desk, $0) }
        }.sorted { $0.1.number > $1.1.number }
        let page = try Page(found, parameters, usual: 20, most: 50) {
            $0.1.number << 8 | Int64($0.0.index)
        }
        return page.writer(category) { $0.order($1.1, $1.0, self.names, withCategory: false) }
    }

    /// `GET /v5/execution/list`: fills, of one symbol or of all.
    func executions(_ parameters: [String: String]) throws(VenueRefusal) -> ResultWriter {
        let (desks, category) = try listed(parameters)
        let found = desks.flatMap { desk in
            let isWanted = filter(parameters, desk)
            return desk.fills.filter { isWanted($0.order, $0.at) }.map { (desk, $0) }
        }.sorted { $0.1.number > $1.1.number }
        let page = try Page(found, parameters, usual: 50, most: 100) {
            $0.1.number << 8 | Int64($0.0.index)
        }
        return page.writer(category) { $0.execution($1.1, $1.0, self.names) }
    }

    /// The markets that a list of the past is of: one, or all of a product class.
    private func listed(
        _ parameters: [String: String]
    ) throws(VenueRefusal) -> ([MarketDesk], ProductCategory) {
        if !(parameters["symbol"] ?? "").isEmpty {
            let desk = try desk(parameters)
            return ([desk], desk.market.category)
        }
        guard let category = ProductCategory(bybit: parameters["category"] ?? "linear") else {
            throw .parameter("category")
        }
        return (desks.filter { $0.market.category == category }, category)
    }

    /// Which entries of such a list are wanted: by an order's names and the entry's time.
    private func filter(
        _ parameters: [String: String],
        _ desk: MarketDesk
    ) -> (ExchangeOrder, Nanoseconds) -> Bool {
        let start = Int64(parameters["startTime"] ?? "") ?? .min
        let end = Int64(parameters["endTime"] ?? "") ?? .max
        let link = parameters["orderLinkId"] ?? ""
        let id = parameters["orderId"] ?? ""
        let number = id.isEmpty ? nil : names.orderNumber(id, desk: desk.index) ?? 0
        return { order, time in
            time.millisecondCount >= start && time.millisecondCount <= end
                && (link.isEmpty || order.link == link)
                && (number == nil || order.number == number)
        }
    }

    func positions(
        _ parameters: [String: String],
        _ now: Nanoseconds
    ) throws(VenueRefusal) -> ResultWriter {
        var asked = try wholeAccount(parameters) ?? []
        if asked.isEmpty { asked = [try desk(parameters)] }
        guard asked.allSatisfy({ $0.market.category == .linear }) else {
            throw .parameter("category")
        }
        return { out in
            out.append(#""category":"linear","nextPageCursor":"","list":["#)
            var isFirst = true
            for desk in asked {
                let prices = self.liquidationPrices(desk)
                for index in desk.positionIndices {
                    if !isFirst { out.append(",") }
                    isFirst = false
                    let price = prices[index]
                    out.position(desk, index, entryName: "avgPrice", liquidation: price, now)
                }
            }
            out.append("]")
        }
    }

    /// The markets that a list names by their settlement coin, or, in spot, by naming none; nil
    /// when it names one symbol.
    private func wholeAccount(
        _ parameters: [String: String]
    ) throws(VenueRefusal) -> [MarketDesk]? {
        guard (parameters["symbol"] ?? "").isEmpty else { return nil }
        guard let category = ProductCategory(bybit: parameters["category"] ?? "linear") else {
            throw .parameter("category")
        }
        let coin = parameters["settleCoin"] ?? ""
        if category != .spot && coin.isEmpty { throw .parameter("symbol or settleCoin") }
        return desks.filter {
            $0.market.category == category && (coin.isEmpty || $0.instrument.quoteCoin == coin)
        }
    }

    /// Open orders of several markets on one page, as many as there are.
    private func orders(of desks: [MarketDesk]) -> ResultWriter {
        { out in
            out.append(#""nextPageCursor":"","list":["#)
            var isFirst = true
            for desk in desks {
                for order in desk.exchange.openOrders {
                    if !isFirst { out.append(",") }
                    isFirst = false
                    out.order(order, desk, self.names, withCategory: false)
                }
            }
            out.append("]")
        }
    }
}

/// One page of a list that is newest first; the cursor is the number of its last entry.
private struct Page<Entry> {
    let entries: [Entry]
    let cursor: String

    init(
        _ all: [Entry],
        _ parameters: [String: String],
        usual: Int,
        most: Int,
        number: (Entry) -> Int64
    ) throws(VenueRefusal) {
        var limit = usual
        if let text = parameters["limit"] {
            guard let count = Int(text), count > 0 else { throw .parameter("limit") }
            limit = min(count, most)
        }
        var rest = all[...]
        if let text = parameters["cursor"], !text.isEmpty {
            guard let last = Int64(text) else { throw .parameter("cursor") }
            rest = rest.drop { number($0) >= last }
        }
        entries = Array(rest.prefix(limit))
        cursor = rest.count > limit ? entries.last.map { "\(number($0))" } ?? "" : ""
    }

    func writer(
        _ category: ProductCategory,
        _ write: @escaping (inout ByteWriter, Entry) -> Void
    ) -> TradingFloor.ResultWriter {
        { out in
            out.append(#""category":""#)
            out.append(category.name)
            out.append(#"","nextPageCursor":""#)
            out.append(cursor)
            out.append(#"","list":["#)
            for (i, entry) in entries.enumerated() {
                if i > 0 { out.append(",") }
                write(&out, entry)
            }
            out.append("]")
        }
    }
}

extension ByteWriter {
    /// Appends an instrument as `instruments-info` states it.
    fileprivate mutating func instrument(
        _ instrument: Instrument,
        _ index: Int,
        _ status: StaticString
    ) {
        let isSpot = instrument.category == .spot
        append(#"{"symbol":""#)
        append(instrument.symbol)
        append(#"","symbolId":\#(index + 1),"status":""#)
        append(status)
        append("\"")
        member("baseCoin", instrument.baseCoin)
        member("quoteCoin", instrument.quoteCoin)
        if !isSpot {
            member("settleCoin", instrument.quoteCoin)
            append(#","contractType":"LinearPerpetual","fundingInterval":480"#)
        }
        append(#","priceFilter":{"tickSize":""#)
        append(1, scale: instrument.tick)
        append("\"")
        if !isSpot {
            member("minPrice", instrument.priceRange.lowerBound.ticks, instrument.tick)
            member("maxPrice", instrument.priceRange.upperBound.ticks, instrument.tick)
        }
        append(#"},"lotSizeFilter":{""#)
        append(isSpot ? #"basePrecision":""# : #"qtyStep":""#)
        append(1, scale: instrument.lot)
        append("\"")
        member("minOrderQty", instrument.quantityRange.lowerBound.lots, instrument.lot)
        let most = instrument.quantityRange.upperBound.lots
        member("maxOrderQty", most, instrument.lot)
        if isSpot { member("maxLimitOrderQty", most, instrument.lot) }
        if isSpot {
            member("minOrderAmt", instrument.minimumNotional)
        } else {
            member("minNotionalValue", instrument.minimumNotional)
        }
        append(#"},"symbolType":""}"#)
    }
}
