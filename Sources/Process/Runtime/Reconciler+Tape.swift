internal import Book
internal import Units
internal import Venues

/// Prints that no market line brought.
extension Reconciler {
    /// Tells the prints that the venue lists since `since` of its clock, and whether its list goes
    /// back so far.
    func tellPrints(_ since: Nanoseconds) throws(SessionError) {
        let service = "recent-trade"
        let body = try call(
            service,
            requests.recentTrades(instrument.category, symbol: instrument.symbol)
        )
        let list = try SessionError.reading(service) { () throws(BybitReplyError) in
            try BybitReplies.recentTrades(body, instrument)
        }
        let latest = list.prefix(ReconcilerMail.printCapacity)
        let oldest = latest.map(\.matchedAt).min()
        let prints = latest.reversed().filter { $0.matchedAt >= since }
        mail.put(prints)
        try tell(.prints(prints.count, oldest: oldest.flatMap { $0 > since ? $0 : nil }))
    }
}
