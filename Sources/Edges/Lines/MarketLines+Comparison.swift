public import Book
internal import Units

extension MarketLines {
    /// Whether `book` holds exactly the levels of the snapshot `update`. O(levels).
    public static func isSame(_ update: DepthUpdate, _ book: borrowing OrderBook) -> Bool {
        guard book.levelCount(.buy) == update.bids.count,
            book.levelCount(.sell) == update.asks.count
        else { return false }
        for level in update.bids
        where book.quantity(at: Price(ticks: level.ticks), .buy).lots != level.lots {
            return false
        }
        for level in update.asks
        where book.quantity(at: Price(ticks: level.ticks), .sell).lots != level.lots {
            return false
        }
        return true
    }
}
