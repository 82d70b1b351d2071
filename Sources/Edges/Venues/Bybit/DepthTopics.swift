import Units
import Wire

/// The depth topics a connection carries, learned from their first messages and found by a hash of
/// their text: `50.BTCUSDT`.
///
/// One cache line a topic holds all that decoding its messages needs, so that a connection of five
/// hundred books costs no more a message than one of one, but for cache misses.
struct DepthTopics: ~Copyable {
    /// What decoding a topic's messages needs.
    struct Entry: BitwiseCopyable {
        /// The topic behind `orderbook.`, zero-padded.
        var text: (UInt64, UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0, 0)
        var tickMultiplier: Int64 = 0
        var lotMultiplier: Int64 = 0
        var instrument = InstrumentID(0)
        var depth: UInt16 = 0
        /// Bytes of `text`; 0 in a free slot.
        var count: UInt8 = 0
        /// Where the symbol begins in `text`.
        var symbolAt: UInt8 = 0
        var tickDecimals: UInt8 = 0
        var lotDecimals: UInt8 = 0
    }

    /// Longest `text`: five digits, a point, a symbol.
    private static let textCapacity = 40
    /// Slots that a topic may lie past its own.
    private static let probes = 16
    private let slots: UnsafeMutablePointer<Entry>
    private let mask: Int
    /// Turns a hash into its slot: the product's high bits are the mixed ones.
    private let shift: UInt64

    /// Room for two topics of each of so many instruments at half load; past that the table still
    /// works, but forgets.
    init(instrumentCount: Int) {
        precondition(MemoryLayout<Entry>.size == 64, "DepthTopics: a topic is a cache line")
        var count = 16
        while count < instrumentCount &* 4 { count &*= 2 }
        mask = count &- 1
        shift = UInt64(64 &- count.trailingZeroBitCount)
        slots = UnsafeMutableRawPointer.allocate(byteCount: count * 64, alignment: 64)
            .bindMemory(to: Entry.self, capacity: count)
        slots.initialize(repeating: Entry(), count: count)
    }

    deinit { slots.deallocate() }

    /// The topic that `text` continues with, up to its quote, which is passed as well; nil when it
    /// is none that was learned.
    ///
    /// - Complexity: O(1) expected; never allocates.
    @inline(__always)
    func take(_ text: inout FastText) -> UnsafePointer<Entry>? {
        guard let (hash, count) = DepthTopics.hash(text.next) else { return nil }
        var slot = home(hash)
        for _ in 0..<DepthTopics.probes {
            let entry = UnsafePointer(slots + slot)
            if entry.pointee.count == UInt8(truncatingIfNeeded: count),
                text.take(DepthTopics.bytes(entry), count)
            {
                text.next += 1
                return entry
            }
            if entry.pointee.count == 0 { return nil }
            slot = (slot &+ 1) & mask
        }
        return nil
    }

    @inline(__always)
    private func home(_ hash: UInt64) -> Int { Int(truncatingIfNeeded: hash &>> shift) }

    /// The entry's text.
    @inline(__always)
    static func bytes(_ entry: UnsafePointer<Entry>) -> UnsafePointer<UInt8> {
        UnsafeRawPointer(entry).assumingMemoryBound(to: UInt8.self)
    }

    /// A hash of the bytes before the next quote, and how many they are; nil when there is none
    /// within the longest topic.
    @inline(__always)
    private static func hash(_ text: UnsafePointer<UInt8>) -> (hash: UInt64, count: Int)? {
        var hash: UInt64 = 0
        var count = 0
        while count < textCapacity {
            let word = SWAR.load(text + count)
            let quotes = SWAR.marks(of: UInt8(ascii: "\""), in: word)
            // What comes before the first quote; all eight bytes when there is none.
            hash = (hash ^ word & ((quotes & (0 &- quotes)) &- 1)) &* 0x9e37_79b9_7f4a_7c15
            // A word without a quote moves on by a known count: the next one is loaded before this
            // one is understood.
            if quotes != 0 { return (hash, count &+ SWAR.firstIndex(quotes)) }
            count &+= 8
        }
        return nil
    }

    /// Remembers a topic that the general path has read.
    mutating func learn(_ topic: Topic, _ instrument: InstrumentTable.Entry) {
        guard let depth = UInt16(exactly: topic.depth) else { return }
        withUnsafeTemporaryAllocation(byteCount: 64, alignment: 8) { room in
            room.initializeMemory(as: UInt8.self, repeating: 0)
            var out = ByteWriter(UnsafeMutableRawBufferPointer(rebasing: room[..<56]))
            out.append(Int64(topic.depth))
            out.append(byte: UInt8(ascii: "."))
            let symbolAt = out.count
            instrument.appendSymbol(&out)
            let count = out.count
            out.append(byte: UInt8(ascii: "\""))
            let text = UnsafePointer(room.baseAddress!.assumingMemoryBound(to: UInt8.self))
            guard count <= DepthTopics.textCapacity,
                let (hash, hashed) = DepthTopics.hash(text), hashed == count
            else { return }
            var entry = Entry(
                tickMultiplier: instrument.tick.multiplier,
                lotMultiplier: instrument.lot.multiplier,
                instrument: instrument.id,
                depth: depth,
                count: UInt8(count),
                symbolAt: UInt8(symbolAt),
                tickDecimals: UInt8(clamping: instrument.tick.decimals),
                lotDecimals: UInt8(clamping: instrument.lot.decimals)
            )
            withUnsafeMutableBytes(of: &entry.text) {
                $0.copyMemory(from: UnsafeRawBufferPointer(rebasing: room[..<count]))
            }
            slots[place(for: entry, home: home(hash))] = entry
        }
    }

    /// Where `entry` goes: its own slot if it is known, else the first free one, else its home's.
    private func place(for entry: Entry, home: Int) -> Int {
        for i in 0..<DepthTopics.probes {
            let slot = (home &+ i) & mask
            let other = slots[slot]
            if other.count == 0 || (other.count == entry.count && other.text == entry.text) {
                return slot
            }
        }
        return home
    }
}

extension InstrumentTable.Entry {
    /// Appends the symbol's bytes.
    func appendSymbol(_ out: inout ByteWriter) {
        withUnsafeBytes(of: symbol) { bytes in
            for byte in bytes where byte != 0 { out.append(byte: byte) }
        }
    }
}
