import Foundation

/// The central directory of a zip file; of one past 4 GiB by its 64-bit records.
struct ZipDirectory {
    private(set) var entries: [ZipArchive.Entry] = []

    /// Reads the directory of the zip file `name`, which is `data`.
    init(_ data: Data, _ name: String) throws {
        let corrupt = RecordingError(file: name, reason: "is no zip file, or a truncated one")
        guard let place = ZipDirectory.place(data) else { throw corrupt }
        let (total, overflows) = place.offset.addingReportingOverflow(place.size)
        guard !overflows, total <= UInt64(data.count) else { throw corrupt }
        let start = data.startIndex + Int(place.offset)
        let directory = [UInt8](data[start..<start + Int(place.size)])
        var next = 0
        for _ in 0..<place.count {
            guard next + 46 <= directory.count, directory.number(next, 4) == 0x0201_4b50 else {
                throw corrupt
            }
            let nameLength = Int(directory.number(next + 28, 2))
            let extraLength = Int(directory.number(next + 30, 2))
            let extraAt = next + 46 + nameLength
            let end = extraAt + extraLength + Int(directory.number(next + 32, 2))
            guard end <= directory.count else { throw corrupt }
            var entry = ZipArchive.Entry(
                name: String(decoding: directory[next + 46..<extraAt], as: UTF8.self),
                method: UInt16(directory.number(next + 10, 2)),
                isEncrypted: directory.number(next + 8, 2) & 1 != 0,
                crc: UInt32(directory.number(next + 16, 4)),
                compressedSize: directory.number(next + 20, 4),
                size: directory.number(next + 24, 4),
                headerOffset: directory.number(next + 42, 4)
            )
            guard entry.widen(directory[extraAt..<extraAt + extraLength]) else { throw corrupt }
            // The local header has 30 bytes at least.
            guard entry.headerOffset <= UInt64(data.count) else { throw corrupt }
            entries.append(entry)
            next = end
        }
    }

    private typealias Place = (count: UInt64, size: UInt64, offset: UInt64)

    /// Where the directory lies; nil when the file does not say.
    private static func place(_ data: Data) -> Place? {
        // The end record is 22 bytes and a comment; look for it from the back.
        let tail = [UInt8](data.suffix(1 << 16 + 1 << 8))
        guard tail.count >= 22 else { return nil }
        var at = tail.count - 22
        while at >= 0 && tail.number(at, 4) != 0x0605_4b50 { at -= 1 }
        guard at >= 0 else { return nil }
        let place = (tail.number(at + 10, 2), tail.number(at + 12, 4), tail.number(at + 16, 4))
        guard place.0 == 0xffff || place.1 == 0xffff_ffff || place.2 == 0xffff_ffff else {
            return place
        }
        // The locator, which names the 64-bit end record, stands right before.
        guard at >= 20, tail.number(at - 20, 4) == 0x0706_4b50 else { return nil }
        let record = tail.number(at - 12, 8)
        guard record <= UInt64(data.count), UInt64(data.count) - record >= 56 else { return nil }
        let start = data.startIndex + Int(record)
        let wide = [UInt8](data[start..<start + 56])
        guard wide.number(0, 4) == 0x0606_4b50 else { return nil }
        return (wide.number(32, 8), wide.number(40, 8), wide.number(48, 8))
    }
}

extension ZipArchive.Entry {
    /// Takes the sizes that did not fit from the extra field of kind 1; false when they are not
    /// there.
    fileprivate mutating func widen(_ extra: ArraySlice<UInt8>) -> Bool {
        let narrow: UInt64 = 0xffff_ffff
        guard size == narrow || compressedSize == narrow || headerOffset == narrow else {
            return true
        }
        let bytes = Array(extra)
        var at = 0
        while at + 4 <= bytes.count {
            let length = Int(bytes.number(at + 2, 2))
            let end = min(bytes.count, at + 4 + length)
            if bytes.number(at, 2) == 1 {
                var next = at + 4
                func take(_ value: inout UInt64) -> Bool {
                    guard value == narrow else { return true }
                    guard next + 8 <= end else { return false }
                    value = bytes.number(next, 8)
                    next += 8
                    return true
                }
                return take(&size) && take(&compressedSize) && take(&headerOffset)
            }
            at += 4 + length
        }
        return false
    }
}

extension [UInt8] {
    /// The little-endian number of `count` bytes at `offset`.
    func number(_ offset: Int, _ count: Int) -> UInt64 {
        var value: UInt64 = 0
        for i in (0..<count).reversed() { value = value << 8 | UInt64(self[offset + i]) }
        return value
    }
}
