internal import Orders
internal import Simulation
internal import Units
internal import Wire

extension TradingFloor {
    /// Lets a fault of the venue begin.
    func begin(_ fault: VenueFault, _ now: Nanoseconds) {
        switch fault {
        case .gap(let time): trouble.gapUntil = now + time
        case .cut(let kind):
            let ending = sessions.values.filter { $0.endpoint.socket == kind }
            for session in ending.sorted(by: { $0.number < $1.number }) { end(session) }
        case .turnAway(let time): trouble.turnsAwayUntil = now + time
        case .revoke: trouble.isRevoked = true
        case .freeze(let time): trouble.frozenUntil = now + time
        case .mute(let time): trouble.muteUntil = now + time
        case .limit(let time): trouble.limitedUntil = now + time
        case .deny(let code): trouble.deniedCode = code
        case .maintenance(let time): trouble.maintenanceUntil = now + time
        case .ban(let time): trouble.bannedUntil = now + time
        case .book(let what):
            for desk in desks {
                for depth in desk.publications.keys {
                    trouble.bookFaults[.book(desk: desk.index, depth: depth)] = what
                }
            }
        case .silence(let time): trouble.silentUntil = now + time
        case .late(let kind, let time): trouble.slow(kind, by: time)
        case .repeatExecutions: trouble.repeatsExecutions = true
        case .funding(let rateE8): for desk in desks { payFunding(desk, rateE8, now) }
        case .liquidate: for desk in desks { liquidate(desk, now) }
        case .others(let percent): for desk in desks { close(desk, percent, now) }
        case .withdraw(let amount): withdraw(amount, now)
        case .refuseTopic(let topic): trouble.refusedTopics.insert(topic)
        case .close(let time): trouble.closedUntil = now + time
        case .charge(let fees): for desk in desks { desk.exchange.fees = fees }
        case .announceTick(let tick): trouble.announcedTick = tick
        case .misstateTime(let error): trouble.timeError = error
        }
        notes.append("fault: \(fault)")
    }

    /// Refuses what the script or the venue's state refuses.
    func checkTrouble(_ fault: RequestFault?, _ now: Nanoseconds) throws(VenueRefusal) {
        if case .refuse(let code) = fault { throw VenueRefusal(code, "on demand") }
        if now < trouble.maintenanceUntil {
            throw VenueRefusal(10_016, "Service is restarting, please try again later.")
        }
    }

    /// Lets the holder of each position pay: an execution that moves no position.
    private func payFunding(_ desk: MarketDesk, _ rateE8: Int64, _ now: Nanoseconds) {
        let indices = desk.positionIndices.filter { desk.positions[$0].lots != 0 }
        guard desk.market.category == .linear, !indices.isEmpty else { return }
        for index in indices { payFunding(desk, desk.positions[index].lots, rateE8, now) }
        tellPositions(desk, now)
        tellWallet(now)
    }

    private func payFunding(
        _ desk: MarketDesk,
        _ lots: Int64,
        _ rateE8: Int64,
        _ now: Nanoseconds
    ) {
        let size = Quantity(lots: abs(lots))
        let price = Price(ticks: desk.referenceTicks)
        let value = desk.instrument.amount(Notional(price, size))
        let paid = Int64(clamping: Int128(value.billionths) * Int128(rateE8) / 100_000_000)
        let fee = Amount(billionths: lots > 0 ? paid : -paid)
        desk.pay(fee)
        let number = nextMessageNumber()
        push("execution", VenueTopic.executions, .linear, [desk], now) { out, desk in
            out.append(#"{"category":"linear""#)
            out.member("symbol", desk.market.symbol)
            // Far above the numbers of fills.
            out.member("execId", names.fill(number + 1 << 40, desk: desk.index))
            out.member("orderId", names.order(number + 1 << 40, desk: desk.index))
            out.append(#","orderLinkId":"","execType":"Funding","orderType":"UNKNOWN""#)
            out.member("side", lots > 0 ? "Sell" : "Buy")
            out.member("execPrice", price.ticks, desk.instrument.tick)
            out.member("execQty", size.lots, desk.instrument.lot)
            out.member("execValue", value)
            out.member("execFee", fee)
            out.member("feeRate", Amount(billionths: rateE8 * 10))
            out.member("feeCurrency", desk.instrument.quoteCoin)
            out.append(#","isMaker":false,"leavesQty":"0","orderPrice":"0","orderQty":"0""#)
            out.member("execTime", count: now.millisecondCount)
            out.append(#","seq":"#)
            out.append(desk.sequence)
            out.append("}")
        }
    }

    /// Lets the account's owner take some of the first market's quote coin away, with which its
    /// positions come nearer to their liquidation.
    private func withdraw(_ amount: Amount, _ now: Nanoseconds) {
        guard let coin = desks.first?.instrument.quoteCoin else { return }
        withdrawn[coin, default: .zero] += amount
        tellWallet(now)
        for desk in desks where desk.instrument.quoteCoin == coin { tellPositions(desk, now) }
    }

    /// Cancels the account's orders and closes its position at whatever the book pays.
    private func liquidate(_ desk: MarketDesk, _ now: Nanoseconds) {
        for order in desk.exchange.openOrders {
            _ = try? desk.exchange.cancel(link: order.link, now: now)
        }
        for index in desk.positionIndices {
            let lots = abs(desk.positions[index].lots)
            close(desk, index, lots, ExchangeOrder.liquidationPrefix, reduceOnly: true, now)
        }
        tell(desk, now)
    }

    /// Lets other hands of the account close a part of its positions, with plain orders.
    private func close(_ desk: MarketDesk, _ percent: Int, _ now: Nanoseconds) {
        guard desk.market.category == .linear else { return }
        for index in desk.positionIndices {
            let lots = abs(desk.positions[index].lots)
            close(
                desk,
                index,
                (lots * Int64(percent) + 99) / 100,
                "#others-",
                reduceOnly: false,
                now
            )
        }
        tell(desk, now)
    }

    /// Closes so much of a position at whatever the book pays.
    private func close(
        _ desk: MarketDesk,
        _ index: Int,
        _ lots: Int64,
        _ prefix: String,
        reduceOnly: Bool,
        _ now: Nanoseconds
    ) {
        let side: Side = desk.positions[index].lots > 0 ? .sell : .buy
        guard lots > 0, let price = try? desk.protectivePrice(side) else { return }
        _ = try? desk.exchange.place(
            link: prefix + "\(nextMessageNumber())",
            side: side,
            timeInForce: .immediateOrCancel,
            price: price,
            quantity: Quantity(lots: lots),
            reduceOnly: reduceOnly,
            positionIndex: UInt8(index),
            now: now
        )
    }
}

extension VenueEndpoint {
    /// What a fault script calls its sockets.
    var socket: SocketKind {
        switch self {
        case .publicMarket: .market
        case .privateStream: .account
        case .trade: .trade
        }
    }
}

extension OrderOperationName {
    /// What a fault script calls it.
    var kind: RequestKind {
        switch self {
        case .create: .create
        case .amend: .amend
        case .cancel: .cancel
        }
    }
}
