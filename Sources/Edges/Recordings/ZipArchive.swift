import Foundation

/// The entries of a zip file, by its central directory.
///
/// - SeeAlso: PKWARE, APPNOTE.TXT 6.3, sections 4.3.7, 4.3.12 and 4.3.16.
struct ZipArchive {
    /// One file inside.
    struct Entry {
        var name: String
        /// 0 stored, 8 deflated.
        var method: UInt16
        var crc: UInt32
        var compressedSize: UInt64
        var size: UInt64
        var headerOffset: UInt64
    }

    let name: String
    let entries: [Entry]

    /// Reads the directory of the zip file `name`.
    init(_ name: String) throws {
        self.name = name
        guard let data = try? Data(contentsOf: URL(fileURLWithPath: name), options: .alwaysMapped)
        else {
            throw RecordingError(file: name, reason: "cannot be opened")
        }
        entries = try ZipArchive.directory([UInt8](data.suffix(1 << 16 + 1 << 8)), data, name)
    }

    private static func directory(_ tail: [UInt8], _ data: Data, _ name: String) throws -> [Entry] {
        let corrupt = RecordingError(file: name, reason: "is no zip file, or a truncated one")
        // The end record is 22 bytes and a comment; look for it from the back.
        guard tail.count >= 22 else { throw corrupt }
        var at = tail.count - 22
        while at >= 0 && tail.number(at, 4) != 0x0605_4b50 { at -= 1 }
        guard at >= 0 else { throw corrupt }
        let count = tail.number(at + 10, 2)
        let size = tail.number(at + 12, 4)
        let offset = tail.number(at + 16, 4)
        guard offset != 0xffff_ffff, size != 0xffff_ffff else {
            throw RecordingError(file: name, reason: "is a zip64 file, which is not supported")
        }
        guard offset + size <= UInt64(data.count) else { throw corrupt }
        let start = data.startIndex + Int(offset)
        let directory = [UInt8](data[start..<start + Int(size)])
        var entries: [Entry] = []
        var next = 0
        for _ in 0..<count {
            guard next + 46 <= directory.count, directory.number(next, 4) == 0x0201_4b50 else {
                throw corrupt
            }
            let nameLength = Int(directory.number(next + 28, 2))
            let rest = Int(directory.number(next + 30, 2) + directory.number(next + 32, 2))
            guard next + 46 + nameLength + rest <= directory.count else { throw corrupt }
            let text = directory[next + 46..<next + 46 + nameLength]
            guard directory.number(next + 8, 2) & 1 == 0 else {
                throw RecordingError(file: name, reason: "is encrypted")
            }
            entries.append(
                Entry(
                    name: String(decoding: text, as: UTF8.self),
                    method: UInt16(directory.number(next + 10, 2)),
                    crc: UInt32(directory.number(next + 16, 4)),
                    compressedSize: directory.number(next + 20, 4),
                    size: directory.number(next + 24, 4),
                    headerOffset: directory.number(next + 42, 4)
                )
            )
            next += 46 + nameLength + rest
        }
        return entries.filter { !$0.name.hasSuffix("/") }
    }

    /// The bytes of `entry`, inflated and checked.
    func open(_ entry: Entry) throws -> any ByteSource {
        // The local header repeats the name, and may have extra fields of its own length.
        var header = [UInt8](repeating: 0, count: 30)
        var source = try FileSource(name, offset: entry.headerOffset, length: 30)
        let n = try header.withUnsafeMutableBytes { try source.read(into: $0) }
        guard n == 30, header.number(0, 4) == 0x0403_4b50 else {
            throw RecordingError(file: name, reason: "is a corrupt zip file")
        }
        let start = entry.headerOffset + 30 + header.number(26, 2) + header.number(28, 2)
        let bytes = try FileSource(name, offset: start, length: entry.compressedSize)
        switch entry.method {
        case 0:
            return CheckedSource(name: name, source: bytes, crc: entry.crc, size: entry.size)
        case 8:
            let inflated = try InflateSource(name, bytes, .rawDeflate)
            return CheckedSource(name: name, source: inflated, crc: entry.crc, size: entry.size)
        default:
            throw RecordingError(
                file: name,
                reason: "uses zip method \(entry.method); only 0 and 8 are supported"
            )
        }
    }
}

extension [UInt8] {
    /// The little-endian number of `count` bytes at `offset`.
    fileprivate func number(_ offset: Int, _ count: Int) -> UInt64 {
        var value: UInt64 = 0
        for i in (0..<count).reversed() { value = value << 8 | UInt64(self[offset + i]) }
        return value
    }
}
