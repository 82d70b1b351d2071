public import Orders
public import Units
import Wire

extension BybitReplies {
    /// A position as the venue states it.
    public struct PositionStatement: Hashable, Sendable {
        /// What is held.
        public var held: VenuePosition
        /// The average entry price in the quote coin, for reports; nil when flat, and in hedge mode
        /// when both positions are open.
        public var averagePrice: Double?
        /// Where the venue would liquidate it, to the nearest tick; nil for nowhere, and in hedge
        /// mode, where each position has its own.
        public var liquidationPrice: Price?

        /// Long and short together, signed.
        public var lots: Int64 { held.net.lots }
    }

    /// The position in `instrument`, from `position/list`: the mode is read from the rows' indices,
    /// which the venue gives even when nothing is held. Flat and one-way when none is stated.
    public static func position(
        _ body: [UInt8],
        _ instrument: Instrument
    ) throws(BybitReplyError) -> PositionStatement {
        try read(body) { (json) throws(DecodeError) in
            var lots: [Int64] = [0, 0, 0]
            var prices: [Double] = []
            var liquidation: Price?
            var isHedged = false
            try json.forEachInList { (json) throws(DecodeError) in
                guard let row = try json.position(instrument) else { return }
                isHedged = isHedged || row.index > 0
                let (sum, overflows) = lots[row.index].addingReportingOverflow(row.lots)
                if overflows { throw json.error(.overflow) }
                lots[row.index] = sum
                if row.lots != 0, let price = row.averagePrice { prices.append(price) }
                if row.lots != 0 { liquidation = row.liquidation }
            }
            // A long position that is negative, or a one-way one beside hedged ones, is no account
            // that could be traded on.
            guard !isHedged || (lots[0] == 0 && lots[1] >= 0 && lots[2] <= 0) else {
                throw json.error(.outOfRange)
            }
            let held: VenuePosition =
                isHedged
                ? .hedged(long: Quantity(lots: lots[1]), short: Quantity(lots: lots[2]))
                : .oneWay(Quantity(lots: lots[0]))
            return PositionStatement(
                held: held,
                averagePrice: prices.count == 1 ? prices[0] : nil,
                liquidationPrice: isHedged ? nil : liquidation
            )
        }
    }
}

/// One row of the position list.
private struct PositionRow {
    var index: Int
    var lots: Int64
    var averagePrice: Double?
    var liquidation: Price?
}

extension JSONScanner {
    /// One row of the position list; nil when it is of another symbol.
    fileprivate mutating func position(
        _ instrument: Instrument
    ) throws(DecodeError) -> PositionRow? {
        var symbol: JSONText?
        var side: JSONText?
        var size: JSONText?
        var averagePrice: JSONText?
        var liquidation: JSONText?
        var index: Int64 = 0
        try openObject()
        while let key = try nextKey() {
            if key.equals("symbol") {
                symbol = try string()
            } else if key.equals("side") {
                side = try string()
            } else if key.equals("size") {
                size = try string()
            } else if key.equals("positionIdx") {
                index = try looseInteger()
            } else if key.equals("avgPrice") || key.equals("entryPrice") {
                averagePrice = try string()
            } else if key.equals("liqPrice") {
                liquidation = try string()
            } else {
                try skipValue()
            }
        }
        guard let symbol, let side else { throw error(.missingField) }
        guard symbol.string == instrument.symbol else { return nil }
        guard (0...2).contains(index) else { throw error(.outOfRange) }
        let lots = try stepsOrZero(size, DecimalSteps(instrument.lot))
        guard lots > 0 else { return PositionRow(index: Int(index), lots: 0) }
        guard side.equals("Buy") || side.equals("Sell") else { throw error(.badWord, at: side) }
        var row = PositionRow(index: Int(index), lots: side.equals("Buy") ? lots : -lots)
        row.averagePrice = averagePrice.flatMap { Double($0.string) }
        // It is no multiple of the tick.
        if let liquidation, !liquidation.isEmpty {
            let ticks = instrument.tick.nearest(try amount(of: liquidation))
            if ticks > 0 { row.liquidation = Price(ticks: ticks) }
        }
        return row
    }
}
