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
    let count: Int
    private let entries: UnsafeMutablePointer<Entry>

    /// - Precondition: symbols have 1...32 bytes.
    init(_ instruments: [Instrument]) {
        count = instruments.count
        entries = .allocate(capacity: max(1, instruments.count))
        for (i, instrument) in instruments.enumerated() {
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

    deinit { entries.deallocate() }

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
