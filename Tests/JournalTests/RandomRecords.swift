import Book
import Journal
import Orders
import Units

/// Records of every kind, with values from all over their ranges.
struct RandomRecords {
    var random: SplitMix64

    init(seed: UInt64) { random = SplitMix64(seed: seed) }

    static let session = JournalSession(
        name: "recorded",
        behaviour: 1,
        build: "a test",
        account: "a venue, key 01234567",
        sync: .async,
        commandCapacity: 16,
        instruments: [
            Instrument(
                id: InstrumentID(0),
                category: .spot,
                symbol: "TESTUSDT",
                baseCoin: "TEST",
                quoteCoin: "USDT",
                tick: DecimalScale(multiplier: 5, decimals: 3),
                lot: DecimalScale(multiplier: 1, decimals: 2),
                priceRange: Price(ticks: 1)...Price(ticks: 1 << 40),
                quantityRange: Quantity(lots: 3)...Quantity(lots: 1 << 30),
                minimumNotional: Amount(billionths: 5_000_000_000),
                isTrading: false
            )
        ],
        configuration: [1, 2, 3, 4, 5]
    )

    /// One of each kind, in order.
    mutating func each() -> [PlainRecord] {
        (0..<16).map { record($0) }
    }

    /// One of any kind.
    mutating func any() -> PlainRecord { record(Int(random.next() % 16)) }

    private mutating func record(_ kind: Int) -> PlainRecord {
        let observed = kind >= 5 && kind <= 7 && flag()
        return PlainRecord(now: wide(), body: body(kind), isObservedOnly: observed)
    }

    private mutating func body(_ kind: Int) -> PlainRecord.Body {
        switch kind {
        case 0: return .session(RandomRecords.session)
        case 1: return .accept(parent(), plan: (0..<below(40)).map { _ in UInt8(below(256)) })
        case 2: return .timer
        case 3:
            let kind: DepthUpdate.Kind = flag() ? .snapshot : .delta
            return .depth(kind, sequence: Int64(below(1 << 40)), bids: levels(), asks: levels())
        case 4: return .trades((0..<below(4)).map { _ in trade() })
        case 5:
            return .order(
                .reply(
                    OrderReply(
                        operation: OrderOperation(rawValue: UInt8(below(3)))!,
                        child: child(),
                        outcome: OrderReply.Outcome(rawValue: UInt8(below(4)))!,
                        remedy: OrderRemedy.allCases[below(OrderRemedy.allCases.count)],
                        code: Int32(truncatingIfNeeded: wide()),
                        orderID: id(),
                        budget: BudgetReading(
                            limit: Int32(truncatingIfNeeded: wide()),
                            left: Int32(truncatingIfNeeded: wide()),
                            resetsIn: Nanoseconds(wide()),
                            isBatch: flag()
                        )
                    )
                )
            )
        case 6:
            return .order(
                .update(
                    OrderUpdate(
                        child: child(),
                        orderID: id(),
                        status: OrderStatus.allCases[below(OrderStatus.allCases.count)],
                        reason: OrderEndReason.allCases[below(OrderEndReason.allCases.count)],
                        price: Price(ticks: steps()),
                        quantity: Quantity(lots: abs(steps())),
                        filled: Quantity(lots: abs(steps())),
                        updatedAt: Nanoseconds(wide())
                    )
                )
            )
        case 7:
            return .order(
                .execution(
                    Execution(
                        child: child(),
                        id: id(),
                        orderID: id(),
                        side: flag() ? .buy : .sell,
                        price: Price(ticks: steps()),
                        quantity: Quantity(lots: abs(steps())),
                        isMaker: flag(),
                        fee: CoinAmount(billionths: Int128(wide()) << (flag() ? 0 : below(40))),
                        feeCoin: FeeCoin.allCases.randomElement(using: &random)!,
                        thirdCoin: flag() ? CoinName("COIN\(below(1_000))".utf8) : .none,
                        matchedAt: Nanoseconds(wide())
                    )
                )
            )
        case 8: return .link(coded())
        case 9: return .control(coded())
        case 10: return .command(command())
        case 11: return .ticker(ticker())
        case 12: return .account(coded())
        case 13: return .order(.absent(child()))
        case 14: return .order(.adopted(order()))
        default: return .close
        }
    }

    private mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &random) }
    private mutating func flag() -> Bool { random.next() & 1 == 0 }
    private mutating func wide() -> Int64 {
        Int64(bitPattern: random.next()) >> Int64(8 + below(50))
    }
    /// Ticks or lots within the format's bounds.
    private mutating func steps() -> Int64 {
        Int64(bitPattern: random.next()) >> Int64(14 + below(44))
    }
    private mutating func coded() -> CodedEvent {
        CodedEvent(
            code: UInt8(below(256)),
            index: UInt32(truncatingIfNeeded: random.next()),
            first: wide(),
            second: wide()
        )
    }
    private mutating func child() -> ChildID {
        ChildID(parent: ParentID(UInt32(below(1 << 32))), number: UInt32(below(1 << 32)))
    }
    private mutating func id() -> ExternalID {
        ExternalID(
            String((0..<below(41)).map { _ in Character(UnicodeScalar(UInt8(33 + below(90)))) })
        )!
    }
    private mutating func levels() -> [LevelChange] {
        (0..<below(6)).map { _ in LevelChange(ticks: steps(), lots: abs(steps())) }
    }
    private mutating func trade() -> Trade {
        Trade(
            price: Price(ticks: steps()),
            quantity: Quantity(lots: abs(steps())),
            aggressor: flag() ? .buy : .sell,
            isBlock: flag(),
            isRPI: flag(),
            matchedAt: Nanoseconds(wide()),
            crossSequence: wide(),
            id: id()
        )
    }
    private mutating func ticker() -> TickerUpdate {
        var update = TickerUpdate(instrument: InstrumentID(3), publishedAt: Nanoseconds(wide()))
        if flag() { update.markPrice = Amount(billionths: wide()) }
        if flag() { update.indexPrice = Amount(billionths: wide()) }
        if flag() { update.lastPrice = Amount(billionths: wide()) }
        if flag() { update.fundingRateE9 = wide() }
        if flag() { update.nextFundingAt = Nanoseconds(wide()) }
        return update
    }
    private mutating func parent() -> ParentOrder {
        let start = wide()
        return ParentOrder(
            id: ParentID(UInt32(below(100))),
            instrument: InstrumentID(UInt16(below(1 << 16))),
            side: flag() ? .buy : .sell,
            quantity: Quantity(lots: 1 + Int64(below(1 << 40))),
            limit: flag() ? Price(ticks: steps()) : nil,
            reduceOnly: flag(),
            startsAt: Nanoseconds(start),
            endsAt: Nanoseconds(start + 1 + Int64(below(1 << 40)))
        )
    }
    private mutating func order() -> PlaceOrder {
        PlaceOrder(
            child: child(),
            instrument: InstrumentID(UInt16(below(1 << 16))),
            side: flag() ? .buy : .sell,
            timeInForce: TimeInForce.allCases[below(TimeInForce.allCases.count)],
            price: Price(ticks: steps()),
            quantity: Quantity(lots: abs(steps())),
            reduceOnly: flag()
        )
    }
    private mutating func command() -> OrderCommand {
        let instrument = InstrumentID(UInt16(below(1 << 16)))
        switch below(3) {
        case 0:
            return .place(order())
        case 1:
            return .amend(
                AmendOrder(
                    child: child(),
                    instrument: instrument,
                    price: Price(ticks: steps()),
                    quantity: Quantity(lots: abs(steps()))
                )
            )
        default:
            return .cancel(CancelOrder(child: child(), instrument: instrument))
        }
    }
}
