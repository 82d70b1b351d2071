import Foundation

/// The entries of a zip file, by its central directory.
///
/// - SeeAlso: PKWARE, APPNOTE.TXT 6.3, sections 4.3.7, 4.3.12, 4.3.14 to 4.3.16 and 4.5.3.
struct ZipArchive {
    /// One file inside.
    struct Entry {
        var name: String
        /// 0 stored, 8 deflated.
        var method: UInt16
        var isEncrypted: Bool
        var crc: UInt32
        var compressedSize: UInt64
        var size: UInt64
        var headerOffset: UInt64
    }

    let name: String
    /// All of them but folders.
    let entries: [Entry]

    /// Reads the directory of the zip file `name`.
    init(_ name: String) throws {
        self.name = name
        guard let data = try? Data(contentsOf: URL(fileURLWithPath: name), options: .alwaysMapped)
        else {
            throw RecordingError(file: name, reason: "cannot be opened")
        }
        entries = try ZipDirectory(data, name).entries.filter { !$0.name.hasSuffix("/") }
    }

    /// The entries that hold lines of data, in the archive's order; what else it holds is passed
    /// over: a system's own files, notes in prose.
    ///
    /// - Throws: `RecordingError` that names the entries when none of them is a recording, or the
    /// one   that cannot be read.
    func recordings() throws -> [Entry] {
        let candidates = entries.filter { !ZipArchive.isHidden($0.name) }
        guard !candidates.isEmpty else {
            throw RecordingError(file: name, reason: "is a zip file without entries")
        }
        let found = try candidates.filter { entry in
            var source = try open(entry)
            return ZipArchive.isData(try source.head(4_096))
        }
        guard !found.isEmpty else {
            let names = candidates.prefix(5).map(\.name).joined(separator: ", ")
            throw RecordingError(file: name, reason: "holds no recording, only \(names)")
        }
        return found
    }

    /// Whether a system put it there: `__MACOSX/…`, `._name`, `.DS_Store`.
    private static func isHidden(_ name: String) -> Bool {
        let parts = name.split(separator: "/")
        return parts.first == "__MACOSX" || parts.last?.hasPrefix(".") ?? true
    }

    /// Whether a text begins like JSON, a number or a table of several columns.
    private static func isData(_ head: [UInt8]) -> Bool {
        let bom: [UInt8] = [0xef, 0xbb, 0xbf]
        let text = head.starts(with: bom) ? head.dropFirst(3) : head[...]
        guard let first = text.firstIndex(where: { $0 > 0x20 }) else { return false }
        if Array("{[-0123456789".utf8).contains(text[first]) { return true }
        let line = text[first...].prefix { $0 != 0x0a }
        return line.count { Array(",;\t".utf8).contains($0) } >= 3
    }

    /// The bytes of `entry`, inflated and checked.
    func open(_ entry: Entry) throws -> any ByteSource {
        guard !entry.isEncrypted else {
            throw RecordingError(file: name, reason: "the entry \(entry.name) is encrypted")
        }
        // The local header repeats the name, and may have extra fields of its own length.
        var source = try FileSource(name, offset: entry.headerOffset, length: 30)
        let header = try source.head(30)
        guard header.count == 30, header.number(0, 4) == 0x0403_4b50 else {
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
                reason: "the entry \(entry.name) uses zip method \(entry.method); only 0 and 8 are "
                    + "supported"
            )
        }
    }
}
