/// Archives made by hand, after the formats' own documents: nothing in them is compressed.
enum Packed {
    /// One entry of a zip file.
    struct Entry {
        var name: String
        var text: String
        var method: UInt16 = 0
        var flags: UInt16 = 0
        /// Its sizes and its place stand in 64-bit fields alone.
        var isWide = false
    }

    /// A gzip member that holds `text` in stored blocks.
    static func gzip(_ text: String) -> [UInt8] {
        let bytes = Array(text.utf8)
        var blocks: [UInt8] = []
        for start in stride(from: 0, to: max(1, bytes.count), by: 60_000) {
            let part = bytes[start..<min(bytes.count, start + 60_000)]
            blocks.append(start + 60_000 >= bytes.count ? 1 : 0)
            blocks += number(part.count, 2) + number(part.count ^ 0xffff, 2) + part
        }
        return [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3] + blocks + number(Int(crc(bytes)), 4)
            + number(bytes.count, 4)
    }

    /// A zip file; with 64-bit records at its end where an entry is wide.
    static func zip(_ entries: [Entry]) -> [UInt8] {
        var file: [UInt8] = []
        var directory: [UInt8] = []
        for entry in entries {
            let bytes = Array(entry.text.utf8)
            let name = Array(entry.name.utf8)
            let at = file.count
            let size = entry.isWide ? 0xffff_ffff : bytes.count
            let common =
                number(45, 2) + number(Int(entry.flags), 2) + number(Int(entry.method), 2)
                + number(0, 4) + number(Int(crc(bytes)), 4) + number(size, 4) + number(size, 4)
                + number(name.count, 2)
            let sizes = number(bytes.count, 8) + number(bytes.count, 8)
            let local = entry.isWide ? number(1, 2) + number(16, 2) + sizes : []
            file += number(0x0403_4b50, 4) + common + number(local.count, 2) + name + local + bytes
            let extra = entry.isWide ? number(1, 2) + number(24, 2) + sizes + number(at, 8) : []
            directory +=
                number(0x0201_4b50, 4) + number(45, 2) + common + number(extra.count, 2)
                + number(0, 2) + number(0, 2) + number(0, 2) + number(0, 4)
                + number(entry.isWide ? 0xffff_ffff : at, 4) + name + extra
        }
        let start = file.count
        file += directory
        let isWide = entries.contains(where: \.isWide)
        if isWide {
            let record = file.count
            file +=
                number(0x0606_4b50, 4) + number(44, 8) + number(45, 2) + number(45, 2)
                + number(0, 4) + number(0, 4) + number(entries.count, 8)
                + number(entries.count, 8) + number(directory.count, 8) + number(start, 8)
            file += number(0x0706_4b50, 4) + number(0, 4) + number(record, 8) + number(1, 4)
        }
        let count = isWide ? 0xffff : entries.count
        return file + number(0x0605_4b50, 4) + number(0, 4) + number(count, 2) + number(count, 2)
            + number(isWide ? 0xffff_ffff : directory.count, 4)
            + number(isWide ? 0xffff_ffff : start, 4) + number(0, 2)
    }

    /// `value` in `count` bytes, the lowest first.
    private static func number(_ value: Int, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
    }

    /// CRC-32, bit by bit.
    private static func crc(_ bytes: [UInt8]) -> UInt32 {
        var sum = UInt32.max
        for byte in bytes {
            sum ^= UInt32(byte)
            for _ in 0..<8 {
                let isOdd = sum & 1 == 1
                sum >>= 1
                if isOdd { sum ^= 0xedb8_8320 }
            }
        }
        return ~sum
    }
}
