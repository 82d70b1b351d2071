import Foundation

/// How a recording is packed, told by its first bytes.
enum FileForm {
    /// What is not unpacked here, and what does it.
    private static let foreign: [(magic: [UInt8], name: String, remedy: String)] = [
        ([0x28, 0xb5, 0x2f, 0xfd], "zstd", "unpack it first: zstd -d FILE"),
        ([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], "xz", "unpack it first: xz -d FILE"),
        ([0x42, 0x5a, 0x68], "bzip2", "unpack it first: bzip2 -d FILE"),
        ([0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c], "7-Zip", "unpack it first: 7z x FILE"),
        ([0x04, 0x22, 0x4d, 0x18], "lz4", "unpack it first: lz4 -d FILE"),
        ([0x52, 0x61, 0x72, 0x21], "RAR", "unpack it first: unrar x FILE"),
        (
            [0x50, 0x41, 0x52, 0x31], "Parquet",
            "write it as CSV or NDJSON first: duckdb -c \"copy 'FILE' to 'OUT.csv'\""
        ),
        (
            [0x41, 0x52, 0x52, 0x4f, 0x57, 0x31], "Arrow",
            "write it as CSV or NDJSON first, with pyarrow or duckdb"
        ),
    ]

    /// What opens the texts of the recording `name`, in order.
    ///
    /// - Throws: `RecordingError` when it cannot be opened, is empty or is packed otherwise.
    static func sources(_ name: String) throws -> [() throws -> any ByteSource] {
        // Asked before it is opened: a pipe would be waited for, and a device has no end.
        var status = stat()
        guard stat(name, &status) == 0 else {
            throw RecordingError(
                file: name,
                reason: errno == ENOENT
                    ? "does not exist" : "cannot be read: \(String(cString: strerror(errno)))"
            )
        }
        switch status.st_mode & S_IFMT {
        case S_IFREG: break
        case S_IFDIR: throw RecordingError(file: name, reason: "is a directory")
        default: throw RecordingError(file: name, reason: "is a device or a pipe, and no file")
        }
        var plain = try FileSource(name)
        let head = try plain.head(8)
        guard !head.isEmpty else { throw RecordingError(file: name, reason: "is empty") }
        if let form = foreign.first(where: { head.starts(with: $0.magic) }) {
            let remedy = form.remedy.replacing("FILE", with: name)
            throw RecordingError(
                file: name,
                reason: "is packed as \(form.name), which is not read here; \(remedy)"
            )
        }
        if head.starts(with: [0x1f, 0x8b]) {
            return [{ try InflateSource(name, FileSource(name), .gzip) }]
        }
        guard head.starts(with: [0x50, 0x4b]) else { return [{ try FileSource(name) }] }
        let archive = try ZipArchive(name)
        return try archive.recordings().map { entry in { try archive.open(entry) } }
    }
}

extension ByteSource {
    /// The first `count` bytes, or all where there are fewer.
    mutating func head(_ count: Int) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            let n = try bytes.withUnsafeMutableBytes {
                try read(into: UnsafeMutableRawBufferPointer(rebasing: $0[filled...]))
            }
            if n == 0 { break }
            filled += n
        }
        return Array(bytes[..<filled])
    }
}
