public import Engine
public import Journal
internal import Orders
internal import Units

/// The numbers that links and controls have in a journal. They are the format: a new case gets a
/// new number, and none is used again.
extension LinkEvent {
    /// The event as a journal keeps it.
    public var coded: CodedEvent {
        switch self {
        case .privateUp: CodedEvent(code: 1)
        case .privateDown: CodedEvent(code: 2)
        case .tradeDown: CodedEvent(code: 3)
        case .feedGap(let instrument): CodedEvent(code: 4, index: UInt32(instrument.index))
        case .feedDown(let instrument): CodedEvent(code: 5, index: UInt32(instrument.index))
        case .journalDown: CodedEvent(code: 6)
        case .tradeUp: CodedEvent(code: 7)
        case .restarted: CodedEvent(code: 8)
        case .privateLost: CodedEvent(code: 9)
        case .tradeLost: CodedEvent(code: 10)
        case .journalStalled: CodedEvent(code: 11)
        case .journalUp: CodedEvent(code: 12)
        }
    }

    /// Reads what a journal keeps; nil for a number this build does not know.
    public init?(_ coded: CodedEvent) {
        let instrument = InstrumentID(UInt16(truncatingIfNeeded: coded.index))
        switch coded.code {
        case 1: self = .privateUp
        case 2: self = .privateDown
        case 3: self = .tradeDown
        case 4: self = .feedGap(instrument)
        case 5: self = .feedDown(instrument)
        case 6: self = .journalDown
        case 7: self = .tradeUp
        case 8: self = .restarted
        case 9: self = .privateLost
        case 10: self = .tradeLost
        case 11: self = .journalStalled
        case 12: self = .journalUp
        default: return nil
        }
    }
}

extension ControlCommand {
    /// The command as a journal keeps it.
    public var coded: CodedEvent {
        switch self {
        case .cancel(let parent): CodedEvent(code: 1, index: parent.index)
        case .halt: CodedEvent(code: 2)
        case .reduce: CodedEvent(code: 3)
        case .resume: CodedEvent(code: 4)
        }
    }

    /// Reads what a journal keeps; nil for a number this build does not know.
    public init?(_ coded: CodedEvent) {
        switch coded.code {
        case 1: self = .cancel(ParentID(coded.index))
        case 2: self = .halt
        case 3: self = .reduce
        case 4: self = .resume
        default: return nil
        }
    }
}

extension AccountEvent {
    /// The event as a journal keeps it.
    public var coded: CodedEvent {
        switch self {
        case .opening(let instrument, let position):
            CodedEvent(code: 1, index: UInt32(instrument.index), first: position.lots)
        case .openingHedged(let instrument, let long, let short):
            CodedEvent(
                code: 10,
                index: UInt32(instrument.index),
                first: long.lots,
                second: short.lots
            )
        case .stated(let instrument, let leg, let held, let changedAt):
            CodedEvent(
                code: 22 + leg.rawValue,
                index: UInt32(instrument.index),
                first: held.lots,
                second: changedAt.count
            )
        case .earlierToday(let instrument, let moved, let cash):
            CodedEvent(
                code: 26,
                index: UInt32(instrument.index),
                first: moved.lots,
                second: cash.billionths
            )
        case .equity(let amount):
            CodedEvent(code: 2, first: amount.billionths)
        case .liquidation(let instrument, let leg, let price):
            CodedEvent(
                code: price == nil ? 4 : 3,
                index: UInt32(instrument.index),
                first: price?.ticks ?? 0,
                second: Int64(leg.rawValue)
            )
        case .priceLimits(let instrument, let highestBuy, let lowestSell):
            CodedEvent(
                code: 5,
                index: UInt32(instrument.index),
                first: highestBuy.ticks,
                second: lowestSell.ticks
            )
        case .priceRange(let instrument, let lowest, let highest):
            CodedEvent(
                code: 30,
                index: UInt32(instrument.index),
                first: lowest.ticks,
                second: highest.ticks
            )
        case .quantityRange(let instrument, let smallest, let largest):
            CodedEvent(
                code: 31,
                index: UInt32(instrument.index),
                first: smallest.lots,
                second: largest.lots
            )
        case .minimumNotional(let instrument, let amount):
            CodedEvent(
                code: 32,
                index: UInt32(instrument.index),
                first: amount.billionths
            )
        case .trading(let instrument, let isTrading):
            CodedEvent(code: 6, index: UInt32(instrument.index), first: isTrading ? 1 : 0)
        case .clockError(let error):
            CodedEvent(code: 7, first: error.count)
        case .privateHeard:
            CodedEvent(code: 8)
        case .positionDiffers(let instrument, let venue):
            CodedEvent(code: 9, index: UInt32(instrument.index), first: venue.lots)
        case .spent(let request):
            request.coded
        case .stepsChanged(let instrument):
            CodedEvent(code: 21, index: UInt32(instrument.index))
        }
    }

    /// Reads what a journal keeps; nil for a number this build does not know.
    public init?(_ coded: CodedEvent) {
        let instrument = InstrumentID(UInt16(truncatingIfNeeded: coded.index))
        switch coded.code {
        case 1: self = .opening(instrument, Quantity(lots: coded.first))
        case 2: self = .equity(Amount(billionths: coded.first))
        case 3, 4:
            guard let leg = UInt8(exactly: coded.second).flatMap({ PositionLeg(rawValue: $0) })
            else { return nil }
            let price = coded.code == 3 ? Price(ticks: coded.first) : nil
            self = .liquidation(instrument, leg, price)
        case 5:
            self = .priceLimits(
                instrument,
                highestBuy: Price(ticks: coded.first),
                lowestSell: Price(ticks: coded.second)
            )
        case 6: self = .trading(instrument, coded.first != 0)
        case 7: self = .clockError(Nanoseconds(coded.first))
        case 8: self = .privateHeard
        case 10:
            self = .openingHedged(
                instrument,
                long: Quantity(lots: coded.first),
                short: Quantity(lots: coded.second)
            )
        case 9: self = .positionDiffers(instrument, venue: Quantity(lots: coded.first))
        case 20:
            guard let request = OutsideRequest(coded) else { return nil }
            self = .spent(request)
        case 21: self = .stepsChanged(instrument)
        case 30:
            let (lowest, highest) = (Price(ticks: coded.first), Price(ticks: coded.second))
            self = .priceRange(instrument, lowest, highest)
        case 31:
            let (smallest, largest) = (Quantity(lots: coded.first), Quantity(lots: coded.second))
            self = .quantityRange(instrument, smallest, largest)
        case 32: self = .minimumNotional(instrument, Amount(billionths: coded.first))
        case 22...24:
            guard let leg = PositionLeg(rawValue: coded.code - 22) else { return nil }
            let held = Quantity(lots: coded.first)
            self = .stated(instrument, leg, held, at: Nanoseconds(coded.second))
        case 26:
            let cash = Amount(billionths: coded.second)
            self = .earlierToday(instrument, moved: Quantity(lots: coded.first), cash: cash)
        default: return nil
        }
    }
}
