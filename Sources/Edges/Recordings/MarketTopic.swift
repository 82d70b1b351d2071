import Wire

/// The topic of a line that names a market, read ahead of decoding: it decides for which symbol a
/// decoder is made.
struct MarketTopic {
    var symbol: String

    /// Nil when the line is of no market: a control reply, a private message.
    init?(_ payload: UnsafeRawBufferPointer) throws(DecodeError) {
        var json = JSONScanner(payload)
        guard try json.kind() == .object else { return nil }
        try json.openObject()
        while let key = try json.nextKey() {
            guard key.equals("topic") else {
                try json.skipValue()
                continue
            }
            guard try json.kind() == .string else { return nil }
            let topic = try json.string()
            let isMarket =
                topic.starts(with: "orderbook.") || topic.starts(with: "publicTrade.")
                || topic.starts(with: "tickers.")
            guard isMarket, let symbol = topic.string.split(separator: ".").last else {
                return nil
            }
            self.symbol = String(symbol)
            return
        }
        return nil
    }
}
