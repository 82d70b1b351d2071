import Orders
import Units
import Wire

/// The instruments of one connection, found by the venue's symbol.
///
/// A handful of entries, compared whole words at a time: faster than any hash for so few.
struct InstrumentTable: ~Copyable {
    /// What decoding needs of an instrument.
    struct Entry: BitwiseCopyable {
        /// The symbol's bytes, zero-padded.
        var symbol: (UInt64, UInt64, UInt64, UInt64)
        var id: InstrumentID
        var category: ProductCategory
        var tick: DecimalSteps
        var lot: DecimalSteps
    }

    static let longestSymbol = 32
    /// Coins that follow the dollar.
    static let dollars = ["USDT", "USDC"]
    let count: Int
    private let entries: UnsafeMutablePointer<Entry>
    /// Names of base and quote coin, zero-padded; apart, for only fills ask for them.
    private let coins: UnsafeMutablePointer<(base: Coin, quote: Coin)>

    private let paidInDollars: UnsafeMutablePointer<Bool>

    private typealias Coin = (UInt64, UInt64)

    /// - Precondition: symbols have 1...32 bytes.
    init(_ instruments: [Instrument]) {
        count = instruments.count
        entries = .allocate(capacity: max(1, instruments.count))
        coins = .allocate(capacity: max(1, instruments.count))
        paidInDollars = .allocate(capacity: max(1, instruments.count))
        for (i, instrument) in instruments.enumerated() {
            (coins + i).initialize(
                to: (
                    InstrumentTable.coin(instrument.baseCoin.utf8),
                    InstrumentTable.coin(instrument.quoteCoin.utf8)
                )
            )
            let isInDollars = InstrumentTable.dollars.contains(instrument.quoteCoin)
            (paidInDollars + i).initialize(to: isInDollars)
            precondition((1...InstrumentTable.longestSymbol).contains(instrument.symbol.utf8.count))
            var words = InstrumentTable.noWords
            withUnsafeMutableBytes(of: &words) { $0.copyBytes(from: instrument.symbol.utf8) }
            (entries + i).initialize(
                to: Entry(
                    symbol: words,
                    id: instrument.id,
                    category: instrument.category,
                    tick: DecimalSteps(instrument.tick),
                    lot: DecimalSteps(instrument.lot)
                )
            )
        }
    }

    deinit {
        entries.deallocate()
        coins.deallocate()
        paidInDollars.deallocate()
    }

    private static func coin(_ name: some Collection<UInt8>) -> Coin {
        var words: Coin = (0, 0)
        guard name.count <= 16 else { return words }
        withUnsafeMutableBytes(of: &words) { $0.copyBytes(from: name) }
        return words
    }

    /// The coin of a fee: the one that the venue names, or else the one that its rules say. In spot
    /// a purchase pays of what it brings and a sale of what it brings; a rebate comes in the other.
    ///
    /// - SeeAlso: Bybit API v5, enum definitions, "Spot fee currency instruction" (read 2026-11-21).
    func feeCoin(_ index: Int, _ name: JSONText?, _ fee: CoinAmount, isBuy: Bool) -> FeeCoin {
        guard let name else {
            if entries[index].category == .linear { return .quote }
            return isBuy == (fee.billionths >= 0) ? .base : .quote
        }
        let told = InstrumentTable.coin(name.bytes)
        if told == (0, 0) { return .other }
        if told == coins[index].quote { return .quote }
        return told == coins[index].base ? .base : .other
    }

    /// Whether `name` is the base or the quote coin of an instrument; nil when it is neither.
    func coin(_ index: Int, _ name: JSONText) -> FeeCoin? {
        let told = InstrumentTable.coin(name.bytes)
        if told == (0, 0) { return nil }
        if told == coins[index].quote { return .quote }
        return told == coins[index].base ? .base : nil
    }

    /// Whether the quote coin follows the dollar, in which the venue states a whole account.
    func isPaidInDollars(_ index: Int) -> Bool { paidInDollars[index] }

    private static var noWords: (UInt64, UInt64, UInt64, UInt64) { (0, 0, 0, 0) }

    @inline(__always) subscript(index: Int) -> Entry {
        assert(index >= 0 && index < count)
        return entries[index]
    }

    /// Index of the instrument that `symbol` names, within `category` when that is stated.
    func index(_ symbol: UnsafeRawBufferPointer, _ category: ProductCategory? = nil) -> Int? {
        guard symbol.count <= InstrumentTable.longestSymbol else { return nil }
        var words = InstrumentTable.noWords
        withUnsafeMutableBytes(of: &words) { $0.copyMemory(from: symbol) }
        for i in 0..<count {
            let entry = entries + i
            if entry.pointee.symbol == words
                && (category == nil || category == entry.pointee.category)
            {
                return i
            }
        }
        return nil
    }
}
