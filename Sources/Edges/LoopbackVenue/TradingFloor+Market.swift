internal import Book
internal import Orders
internal import Simulation
internal import Units
internal import Wire

/// The public REST lists besides instruments and bars, and the ticker.
extension TradingFloor {
    /// Rate of every funding, in 10⁻⁸, and how long one lasts.
    fileprivate static let fundingRate = Amount(billionths: 100_000)
    fileprivate static let fundingMilliseconds: Int64 = 8 * 3_600_000

    /// `GET /v5/market/orderbook`.
    func orderBook(
        _ parameters: [String: String],
        _ now: Nanoseconds
    ) throws(VenueRefusal) -> ResultWriter {
        let desk = try desk(parameters)
        let usual = desk.market.category == .spot ? 1 : 25
        guard let depth = Int(parameters["limit"] ?? "\(usual)"), (1...1_000).contains(depth)
        else { throw .parameter("limit") }
        let book = desk.exchange.snapshot(depth: depth)
        return { out in
            out.append(#""s":""#)
            out.append(desk.market.symbol)
            out.append(#"","b":["#)
            out.levels(book.bids, desk.instrument)
            out.append(#"],"a":["#)
            out.levels(book.asks, desk.instrument)
            out.append(#"],"ts":\#(now.millisecondCount),"u":\#(desk.sequence)"#)
            out.append(#","seq":\#(desk.sequence),"cts":\#(now.millisecondCount)"#)
        }
    }

    /// `GET /v5/market/tickers`.
    func tickers(
        _ parameters: [String: String],
        _ now: Nanoseconds
    ) throws(VenueRefusal) -> ResultWriter {
        let desk = try desk(parameters)
        return { out in
            out.append(#""category":""#)
            out.append(desk.market.category.name)
            out.append(#"","list":["#)
            out.ticker(desk, now, withTouch: true)
            out.append("]")
        }
    }

    /// `GET /v5/market/recent-trade`, newest first.
    func recentTrades(_ parameters: [String: String]) throws(VenueRefusal) -> ResultWriter {
        let desk = try desk(parameters)
        let most = desk.market.category == .spot ? 60 : 1_000
        guard let limit = Int(parameters["limit"] ?? "\(min(500, most))"), limit > 0 else {
            throw .parameter("limit")
        }
        let prints = desk.recentPrints.suffix(min(limit, most)).reversed()
        return { [names] out in
            out.append(#""category":""#)
            out.append(desk.market.category.name)
            out.append(#"","list":["#)
            for (i, entry) in prints.enumerated() {
                let print = entry.print
                out.append(i == 0 ? #"{"symbol":""# : #",{"symbol":""#)
                out.append(desk.market.symbol)
                out.append("\"")
                switch print.source {
                case .feed(let id): out.member("execId", id.text)
                case .fill(let number):
                    out.member("execId", names.fill(number, desk: desk.index))
                }
                out.member("price", print.price.ticks, desk.instrument.tick)
                out.member("size", print.quantity.lots, desk.instrument.lot)
                out.member("side", print.aggressor.bybitName)
                out.member("time", count: entry.at.millisecondCount)
                out.append(print.isBlock ? #","isBlockTrade":true"# : #","isBlockTrade":false"#)
                out.append(print.isRPI ? #","isRPITrade":true}"# : #","isRPITrade":false}"#)
            }
            out.append("]")
        }
    }

    /// `GET /v5/market/funding/history`: the same rate every eight hours.
    func fundingHistory(
        _ parameters: [String: String],
        _ now: Nanoseconds
    ) throws(VenueRefusal) -> ResultWriter {
        let desk = try desk(parameters)
        guard desk.market.category == .linear else { throw .parameter("category") }
        if parameters["startTime"] != nil && parameters["endTime"] == nil {
            throw .parameter("startTime alone")
        }
        let length = TradingFloor.fundingMilliseconds
        let start = Int64(parameters["startTime"] ?? "") ?? 0
        let end = min(Int64(parameters["endTime"] ?? "") ?? .max, now.millisecondCount)
        let limit = min(200, max(1, Int64(parameters["limit"] ?? "") ?? 200))
        let times = (0..<limit).map { (max(0, end) / length - $0) * length }.filter { $0 >= start }
        return { out in
            out.append(#""category":"linear","list":["#)
            for (i, time) in times.enumerated() {
                out.append(i == 0 ? #"{"symbol":""# : #",{"symbol":""#)
                out.append(desk.market.symbol)
                out.append("\"")
                out.member("fundingRate", TradingFloor.fundingRate)
                out.member("fundingRateTimestamp", count: time)
                out.append("}")
            }
            out.append("]")
        }
    }

    /// `GET /v5/market/price-limit`: five per cent to either side of the book.
    func priceLimit(
        _ parameters: [String: String],
        _ now: Nanoseconds
    ) throws(VenueRefusal) -> ResultWriter {
        let desk = try desk(parameters)
        let (buy, sell) = desk.priceLimits
        return { out in
            out.append(#""symbol":""#)
            out.append(desk.market.symbol)
            out.append("\"")
            out.member("buyLmt", buy, desk.instrument.tick)
            out.member("sellLmt", sell, desk.instrument.tick)
            out.member("ts", count: now.millisecondCount)
        }
    }

    /// `GET /v5/market/risk-limit`: one tier.
    func riskLimit(_ parameters: [String: String]) throws(VenueRefusal) -> ResultWriter {
        let desk = try desk(parameters)
        guard desk.market.category == .linear else { throw .parameter("category") }
        return { out in
            out.append(#""category":"linear","nextPageCursor":"","list":[{"id":1,"symbol":""#)
            out.append(desk.market.symbol)
            out.append(#"","riskLimitValue":"2000000000","maintenanceMargin":"0.005""#)
            out.append(#","initialMargin":"0.01","isLowestRisk":1,"maxLeverage":"100.00""#)
            out.append(#","mmDeduction":""}]"#)
        }
    }

    /// Publishes the ticker, at most every 100 ms.
    func publishTicker(_ desk: MarketDesk, _ now: Nanoseconds) {
        guard now - desk.tickerAt >= .milliseconds(100) else { return }
        desk.tickerAt = now
        let topic = VenueTopic.ticker(desk: desk.index)
        broadcast(where: { $0.topics.contains(topic) }) { $0.tickerMessage(desk, now) }
        publishBounds(desk, now)
    }

    /// Publishes the bounds of prices, at most every 300 ms.
    private func publishBounds(_ desk: MarketDesk, _ now: Nanoseconds) {
        guard now - desk.boundsAt >= .milliseconds(300) else { return }
        desk.boundsAt = now
        let topic = VenueTopic.bounds(desk: desk.index)
        broadcast(where: { $0.topics.contains(topic) }) { $0.boundsMessage(desk, now) }
    }
}

extension MarketDesk {
    /// The highest legal price of a buy and the lowest of a sale, in ticks.
    var priceLimits: (buy: Int64, sell: Int64) {
        (referenceTicks + referenceTicks / 20, referenceTicks - referenceTicks / 20)
    }
}

extension ByteWriter {
    /// Appends a message of the `tickers` topic: always whole, which a client takes as well.
    mutating func tickerMessage(_ desk: MarketDesk, _ now: Nanoseconds) {
        append(#"{"topic":"tickers."#)
        append(desk.market.symbol)
        append(#"","type":"snapshot","data":"#)
        ticker(desk, now, withTouch: desk.market.category == .linear)
        append(#","cs":\#(desk.sequence),"ts":\#(now.millisecondCount)}"#)
    }

    /// Appends a message of the `priceLimit` topic.
    mutating func boundsMessage(_ desk: MarketDesk, _ now: Nanoseconds) {
        let (buy, sell) = desk.priceLimits
        append(#"{"topic":"priceLimit."#)
        append(desk.market.symbol)
        append(#"","data":{"symbol":""#)
        append(desk.market.symbol)
        append("\"")
        member("buyLmt", buy, desk.instrument.tick)
        member("sellLmt", sell, desk.instrument.tick)
        append(#"},"ts":\#(now.millisecondCount)}"#)
    }

    fileprivate mutating func ticker(_ desk: MarketDesk, _ now: Nanoseconds, withTouch: Bool) {
        let tick = desk.instrument.tick
        let middle = desk.referenceTicks
        append(#"{"symbol":""#)
        append(desk.market.symbol)
        append("\"")
        member("lastPrice", desk.lastPrint ?? middle, tick)
        for name in ["highPrice24h", "lowPrice24h", "prevPrice24h"] as [StaticString] {
            member(name, middle, tick)
        }
        append(#","volume24h":"0","turnover24h":"0","price24hPcnt":"0""#)
        if withTouch {
            let book = desk.exchange.snapshot(depth: 1)
            if let bid = book.bids.first {
                member("bid1Price", bid.ticks, tick)
                member("bid1Size", bid.lots, desk.instrument.lot)
            }
            if let ask = book.asks.first {
                member("ask1Price", ask.ticks, tick)
                member("ask1Size", ask.lots, desk.instrument.lot)
            }
        }
        if desk.market.category == .linear {
            member("markPrice", middle, tick)
            member("indexPrice", middle, tick)
            append(#","openInterest":"0","openInterestValue":"0","fundingIntervalHour":"8""#)
            member("fundingRate", TradingFloor.fundingRate)
            let length = TradingFloor.fundingMilliseconds
            member("nextFundingTime", count: (now.millisecondCount / length + 1) * length)
        } else {
            append(#","usdIndexPrice":"""#)
        }
        append("}")
    }
}
