internal import Orders
internal import Simulation
internal import Units
internal import Wire

extension ByteWriter {
    /// Appends an order as the `order` topic and the REST lists state it.
    mutating func order(
        _ order: ExchangeOrder,
        _ desk: MarketDesk,
        _ names: VenueNames,
        withCategory: Bool
    ) {
        let instrument = desk.instrument
        append(#"{"symbol":""#)
        append(desk.market.symbol)
        append("\"")
        if withCategory { member("category", desk.market.category.name) }
        member("orderId", names.order(order.number, desk: desk.index))
        member("orderLinkId", order.clientLink)
        member("side", order.side.bybitName)
        append(#","orderType":"Limit""#)
        member("timeInForce", order.timeInForce.bybitName)
        member("price", order.price.ticks, instrument.tick)
        member("qty", order.quantity.lots, instrument.lot)
        member("orderStatus", order.bybitStatus(desk.market.category))
        let leaves = order.status.isTerminal ? 0 : order.leaves.lots
        member("leavesQty", leaves, instrument.lot)
        member("leavesValue", instrument.amount(Notional(order.price, Quantity(lots: leaves))))
        member("cumExecQty", order.filled.lots, instrument.lot)
        member("cumExecValue", instrument.amount(order.filledNotional))
        if order.filled.lots > 0 {
            let tickLots = order.filledNotional.tickLots
            member("avgPrice", instrument.averagePrice(tickLots, lots: order.filled.lots))
        } else {
            append(#","avgPrice":"""#)
        }
        let baseFee = desk.baseFees[order.number]
        member("cumExecFee", baseFee ?? CoinAmount(order.fees))
        append(#","cumFeeDetail":{""#)
        append(baseFee == nil ? instrument.quoteCoin : instrument.baseCoin)
        append(#"":""#)
        append(baseFee ?? CoinAmount(order.fees))
        append(#""},"closedPnl":"0""#)
        append(#","cancelType":""#)
        append(order.bybitCancelType)
        append(#"","rejectReason":""#)
        append(order.bybitRejectReason)
        append(order.reduceOnly ? #"","reduceOnly":true"# : #"","reduceOnly":false"#)
        append(#","closeOnTrigger":false,"positionIdx":\#(order.positionIndex)"#)
        append(#","createType":"CreateByUser""#)
        append(#","isLeverage":"","stopOrderType":"","triggerPrice":"","triggerDirection":0"#)
        append(#","smpType":"None","smpGroup":0,"smpOrderId":"","marketUnit":"","#)
        append(#""feeCurrency":"""#)
        member("createdTime", count: order.createdAt.millisecondCount)
        member("updatedTime", count: order.updatedAt.millisecondCount)
        append("}")
    }

    /// Appends a fill as the `execution` topic and the REST list state it.
    mutating func execution(_ fill: ExchangeFill, _ desk: MarketDesk, _ names: VenueNames) {
        let instrument = desk.instrument
        let order = fill.order
        append(#"{"category":""#)
        append(desk.market.category.name)
        append("\"")
        member("symbol", desk.market.symbol)
        member("execId", names.fill(fill.number, desk: desk.index))
        member("orderId", names.order(order.number, desk: desk.index))
        member("orderLinkId", order.clientLink)
        member("side", order.side.bybitName)
        member("execPrice", fill.price.ticks, instrument.tick)
        member("execQty", fill.quantity.lots, instrument.lot)
        member("execValue", instrument.amount(Notional(fill.price, fill.quantity)))
        append(order.isLiquidation ? #","execType":"BustTrade""# : #","execType":"Trade""#)
        let baseFee = desk.baseFee(fill)
        member("execFee", baseFee ?? CoinAmount(fill.fee))
        let fees = desk.exchange.fees
        let rate = fill.isMaker ? fees.makerRateE8 : fees.takerRateE8
        member("feeRate", Amount(billionths: rate * 10))
        member("feeCurrency", baseFee == nil ? instrument.quoteCoin : instrument.baseCoin)
        append(fill.isMaker ? #","isMaker":true"# : #","isMaker":false"#)
        member("leavesQty", order.leaves.lots, instrument.lot)
        member("orderPrice", order.price.ticks, instrument.tick)
        member("orderQty", order.quantity.lots, instrument.lot)
        append(#","orderType":"Limit","stopOrderType":"UNKNOWN","createType":"CreateByUser""#)
        append(#","closedSize":"0","execPnl":"0""#)
        member("markPrice", desk.referenceTicks, instrument.tick)
        append(#","indexPrice":"""#)
        member("execTime", count: fill.at.millisecondCount)
        append(#","isLeverage":"0","marketUnit":"","blockTradeId":"","extraFees":"","seq":"#)
        append(desk.sequence)
        append("}")
    }

    /// Appends a fill as the `execution.fast` topic states it: no fee, and no link for makers.
    mutating func fastExecution(_ fill: ExchangeFill, _ desk: MarketDesk, _ names: VenueNames) {
        append(#"{"category":""#)
        append(desk.market.category.name)
        append("\"")
        member("symbol", desk.market.symbol)
        member("execId", names.fill(fill.number, desk: desk.index))
        member("execPrice", fill.price.ticks, desk.instrument.tick)
        member("execQty", fill.quantity.lots, desk.instrument.lot)
        member("orderId", names.order(fill.order.number, desk: desk.index))
        append(fill.isMaker ? #","isMaker":true"# : #","isMaker":false"#)
        member("orderLinkId", fill.isMaker ? "" : fill.order.clientLink)
        member("side", fill.order.side.bybitName)
        member("execTime", count: fill.at.millisecondCount)
        append(#","seq":"#)
        append(desk.sequence)
        append("}")
    }

    /// Appends a position; its entry price has another name on the topic than in REST.
    mutating func position(
        _ desk: MarketDesk,
        _ index: Int,
        entryName: StaticString,
        liquidation: Price?,
        _ now: Nanoseconds
    ) {
        let position = desk.positions[index]
        let instrument = desk.instrument
        let size = abs(position.lots)
        append(#"{"category":"linear""#)
        member("symbol", desk.market.symbol)
        member("side", position.side)
        member("size", size, instrument.lot)
        append(#","positionIdx":\#(index)"#)
        member(entryName, instrument.averagePrice(position.entryTickLots, lots: size))
        member("positionValue", instrument.amount(Notional(tickLots: position.entryTickLots)))
        append(#","leverage":"10""#)
        member("markPrice", desk.referenceTicks, instrument.tick)
        if let liquidation {
            member("liqPrice", liquidation.ticks, instrument.tick)
        } else {
            append(#","liqPrice":"""#)
        }
        member("unrealisedPnl", desk.unrealisedProfit(index))
        append(#","positionStatus":"Normal","adlRankIndicator":0"#)
        append(#","isReduceOnly":false,"seq":"#)
        append(desk.sequence)
        member("updatedTime", count: now.millisecondCount)
        append("}")
    }
}

extension ProductCategory {
    /// The class that the venue's word names; nil for one it does not trade here.
    init?(bybit word: some StringProtocol) {
        guard let found = ProductCategory.allCases.first(where: { $0.name == word }) else {
            return nil
        }
        self = found
    }
}

extension Side {
    var bybitName: String { self == .buy ? "Buy" : "Sell" }
}

extension TimeInForce {
    var bybitName: String {
        switch self {
        case .goodTillCancel: "GTC"
        case .postOnly: "PostOnly"
        case .immediateOrCancel: "IOC"
        case .fillOrKill: "FOK"
        }
    }

    /// The terms that the venue's word names; nil for a word it does not know.
    init?(bybit word: String) {
        guard let found = TimeInForce.allCases.first(where: { $0.bybitName == word }) else {
            return nil
        }
        self = found
    }
}

extension ExchangeOrder {
    /// The client's name for the order; empty when the venue had to make one up.
    var clientLink: String { link.hasPrefix("#") ? "" : link }

    /// What every name of an order that closes a position for the venue begins with.
    static let liquidationPrefix = "#liquidation-"

    /// Whether the venue sent it to close a position.
    var isLiquidation: Bool { link.hasPrefix(ExchangeOrder.liquidationPrefix) }

    fileprivate func bybitStatus(_ category: ProductCategory) -> String {
        switch status {
        case .new: "New"
        case .partiallyFilled: "PartiallyFilled"
        case .filled: "Filled"
        case .cancelled:
            category == .spot && filled.lots > 0 ? "PartiallyFilledCanceled" : "Cancelled"
        case .rejected, .other: "Rejected"
        }
    }

    fileprivate var bybitCancelType: StaticString {
        if lostPosition { return "CancelByReduceOnly" }
        return switch reason {
        case .byUser: "CancelByUser"
        case .disconnected: "CancelByDCP"
        case .other, .absent: "CancelBySmp"
        case .none, .postOnlyWouldTake, .noLiquidity, .cancelTooLate: "UNKNOWN"
        }
    }

    fileprivate var bybitRejectReason: StaticString {
        if lostPosition { return "EC_PerCancelRequest" }
        return switch reason {
        case .none: "EC_NoError"
        case .byUser, .disconnected: "EC_PerCancelRequest"
        case .postOnlyWouldTake: "EC_PostOnlyWillTakeLiquidity"
        case .noLiquidity:
            timeInForce == .fillOrKill ? "EC_NoEnoughQtyToFill" : "EC_NoImmediateQtyToFill"
        case .cancelTooLate: "EC_TooLateToCancel"
        case .other, .absent: "EC_BySelfMatch"
        }
    }
}
