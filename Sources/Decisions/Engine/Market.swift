internal import Book
internal import Orders
internal import Risk
internal import Units

/// All the engine knows of one instrument.
struct Market: ~Copyable {
    let instrument: InstrumentID
    let filters: RiskFilters
    var isTrading: Bool
    private(set) var book: OrderBook
    /// The book's best prices, and whether orders may be based on it, as of its last change.
    private(set) var quote = BBO.empty
    private(set) var isTrusted = false
    var tape = TradeTape(countsRPI: false)
    /// When the last book message was taken in.
    var bookAt = Nanoseconds.zero
    /// Our own fills since the start: they print publicly, so others' volume is tape − own.
    var own = Quantity.zero
    var ownNotional = Notional.zero
    var position = Position()
    var othersRate = VolumeRate()
    /// The latest mid of a trusted book, twice, in ticks.
    var midHalfTicks: Int64 = 0
    /// Parents that are not final, by slot.
    var parents: UnsafeMutablePointer<UInt32>
    var parentCount = 0

    init(_ instrument: Instrument, _ configuration: EngineConfiguration) {
        self.instrument = instrument.id
        filters = RiskFilters(instrument, configuration.limits)
        isTrading = instrument.isTrading
        book = OrderBook(instrument: instrument.id, window: configuration.bookWindow)
        parents = .allocate(capacity: configuration.parents)
    }

    deinit { parents.deallocate() }

    /// Takes in one book message.
    mutating func apply(_ update: DepthUpdate) -> BookResult {
        let result = book.apply(update)
        noteBook()
        return result
    }

    /// Empties the book, which then waits for a snapshot.
    mutating func invalidate() {
        book.invalidate()
        noteBook()
    }

    private mutating func noteBook() {
        quote = book.readBBO()
        isTrusted = quote.isTwoSided && book.integrity == .sound
        if isTrusted { midHalfTicks = quote.midHalfTicks }
    }

    /// What others have traded since the process began; the prints of our own fills are taken out.
    ///
    /// A fill can be told before its print, which makes the figure briefly low: the safe side.
    var others: Quantity { tape.total.quantity - own }
    var othersNotional: Notional { tape.total.notional - ownNotional }

    mutating func add(parent slot: Int) {
        parents[parentCount] = UInt32(truncatingIfNeeded: slot)
        parentCount &+= 1
    }

    mutating func remove(parentAt index: Int) {
        parentCount &-= 1
        parents[index] = parents[parentCount]
    }
}
