import Foundation
import Wire

/// The lines of one recording: newline-delimited JSON, plain, `.gz` or `.zip`, told by content.
///
/// Streams with bounded memory: one line at a time, of at most `longestLine` bytes. Each line has
/// the padding that the scanners ask for.
public final class FeedFile {
    /// Bytes of the longest line that is accepted; a 1,000-level snapshot has about 50 KB.
    public static let longestLine = 4 << 20

    /// The file, as it was named.
    public let name: String
    /// The current line, from 1.
    public private(set) var line = 0
    private var sources: [() throws -> any ByteSource]
    private var source: (any ByteSource)?
    private var buffer: UnsafeMutableRawBufferPointer
    private var start = 0
    private var end = 0
    private var atEnd = false

    /// Opens the recording `name`.
    ///
    /// - Throws: `RecordingError` when it cannot be opened, is empty or is no such file.
    public init(_ name: String) throws {
        self.name = name
        buffer = .allocate(byteCount: 1 << 18, alignment: 64)
        sources = []
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: name, isDirectory: &isDirectory) else {
            throw RecordingError(file: name, reason: "does not exist")
        }
        guard !isDirectory.boolValue else {
            throw RecordingError(file: name, reason: "is a directory")
        }
        var magic = [UInt8](repeating: 0, count: 4)
        var plain = try FileSource(name)
        let n = try magic.withUnsafeMutableBytes { try plain.read(into: $0) }
        guard n > 0 else { throw RecordingError(file: name, reason: "is empty") }
        if magic.starts(with: [0x1f, 0x8b]) {
            sources = [{ try InflateSource(name, FileSource(name), .gzip) }]
        } else if magic.starts(with: [0x50, 0x4b]) {
            let archive = try ZipArchive(name)
            guard !archive.entries.isEmpty else {
                throw RecordingError(file: name, reason: "is a zip file without entries")
            }
            sources = archive.entries.map { entry in { try archive.open(entry) } }
        } else {
            sources = [{ try FileSource(name) }]
        }
        sources.reverse()
    }

    deinit { buffer.deallocate() }

    /// The next line that is not blank, without its end; nil after the last.
    ///
    /// The view is good until the next call, and 64 bytes past its end are readable.
    public func next() throws -> UnsafeRawBufferPointer? {
        while let found = try nextRaw() {
            line += 1
            var text = found
            if let last = text.last, last == 0x0d { text = .init(rebasing: text.dropLast()) }
            if text.allSatisfy({ $0 == 0x20 || $0 == 0x09 }) { continue }
            return text
        }
        return nil
    }

    private func nextRaw() throws -> UnsafeRawBufferPointer? {
        var scanned = start
        while true {
            if scanned < end,
                let newline = memchr(buffer.baseAddress! + scanned, 0x0a, end - scanned)
            {
                let stop = UnsafeRawPointer(newline) - UnsafeRawPointer(buffer.baseAddress!)
                defer { start = stop + 1 }
                return UnsafeRawBufferPointer(rebasing: buffer[start..<stop])
            }
            scanned = end
            if try !fill(&scanned) {
                guard start < end else { return nil }
                defer { start = end }
                return UnsafeRawBufferPointer(rebasing: buffer[start..<end])
            }
        }
    }

    /// Reads on; false when the current file inside has ended and nothing is pending after it.
    private func fill(_ scanned: inout Int) throws -> Bool {
        guard !atEnd else { return false }
        if source == nil {
            guard let open = sources.popLast() else {
                atEnd = true
                return false
            }
            source = try open()
        }
        if start > 0 {
            buffer.baseAddress!.copyMemory(
                from: buffer.baseAddress! + start,
                byteCount: end - start
            )
            end -= start
            scanned -= start
            start = 0
        }
        if buffer.count - end <= JSONScanner.padding {
            guard buffer.count < FeedFile.longestLine else {
                throw RecordingError(
                    file: name,
                    line: line + 1,
                    reason: "the line is longer than \(FeedFile.longestLine) bytes"
                )
            }
            let larger = UnsafeMutableRawBufferPointer.allocate(
                byteCount: buffer.count * 2,
                alignment: 64
            )
            larger.copyMemory(from: UnsafeRawBufferPointer(buffer))
            buffer.deallocate()
            buffer = larger
        }
        // What lies past the text is never written to by a read: the padding stays readable.
        let room = UnsafeMutableRawBufferPointer(
            rebasing: buffer[end..<buffer.count - JSONScanner.padding]
        )
        let n: Int
        do {
            n = try source!.read(into: room)
        } catch var error as RecordingError {
            error.line = error.line ?? line + 1
            throw error
        }
        if n == 0 {
            source = nil
            // An entry's last line may lack its newline; the next entry must not be glued to it.
            if start < end && buffer[end - 1] != 0x0a {
                buffer[end] = 0x0a
                end += 1
            }
            return true
        }
        end += n
        return true
    }
}
