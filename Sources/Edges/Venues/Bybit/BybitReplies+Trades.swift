public import Book
public import Units
import Wire

extension BybitReplies {
    /// Prints of `instrument`, newest first, from `market/recent-trade`: what repairs a tape whose
    /// stream was away.
    public static func recentTrades(
        _ body: [UInt8],
        _ instrument: Instrument
    ) throws(BybitReplyError) -> [Trade] {
        try read(body) { (json) throws(DecodeError) in
            var trades: [Trade] = []
            try json.forEachInList { (json) throws(DecodeError) in
                if let trade = try json.recentTrade(instrument) { trades.append(trade) }
            }
            return trades
        }
    }
}

extension JSONScanner {
    /// One print; nil when it is of another symbol, or of less than a lot.
    fileprivate mutating func recentTrade(
        _ instrument: Instrument
    ) throws(DecodeError) -> Trade? {
        var symbol: JSONText?
        var id: JSONText?
        var price: JSONText?
        var size: JSONText?
        var side: JSONText?
        var time: JSONText?
        var sequence: JSONText?
        var isBlock = false
        var isRPI = false
        try openObject()
        while let key = try nextKey() {
            if key.equals("symbol") {
                symbol = try optionalText()
            } else if key.equals("execId") {
                id = try optionalText()
            } else if key.equals("price") {
                price = try optionalText()
            } else if key.equals("size") {
                size = try optionalText()
            } else if key.equals("side") {
                side = try optionalText()
            } else if key.equals("time") {
                time = try optionalText()
            } else if key.equals("seq") {
                sequence = try optionalText()
            } else if key.equals("isBlockTrade") {
                isBlock = try optionalBool() ?? false
            } else if key.equals("isRPITrade") {
                isRPI = try optionalBool() ?? false
            } else {
                try skipValue()
            }
        }
        guard symbol?.string == instrument.symbol else { return nil }
        guard let id, let price, let size, let side, let time else { throw error(.missingField) }
        guard side.equals("Buy") || side.equals("Sell") else { throw error(.badWord, at: side) }
        guard let name = ExternalID(id.bytes), !name.isEmpty else {
            throw error(.overflow, at: id)
        }
        // Off the step a print is rounded down, as on the stream.
        let ticks = max(1, try steps(of: price, DecimalSteps(instrument.tick), .down))
        let lots = try steps(of: size, DecimalSteps(instrument.lot), .down)
        guard lots > 0 else { return nil }
        guard ticks < BybitDecoder.stepLimit, lots < BybitDecoder.stepLimit else {
            throw error(.outOfRange, at: price)
        }
        return Trade(
            price: Price(ticks: ticks),
            quantity: Quantity(lots: lots),
            aggressor: side.equals("Buy") ? .buy : .sell,
            isBlock: isBlock,
            isRPI: isRPI,
            matchedAt: try milliseconds(of: time),
            crossSequence: try sequence.map { (text) throws(DecodeError) in
                try steps(of: text, .whole)
            } ?? 0,
            id: name
        )
    }
}
