import Foundation
import Wire

/// The lines of one recording, plain, `.gz` or `.zip`, told by content; of a JSON list its objects,
/// however they are broken into lines.
///
/// Streams with bounded memory: one line at a time, of at most `longestLine` bytes. Each line has
/// the padding that the scanners ask for. Byte order marks and blank lines are passed over.
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
    /// Whether the current source is a JSON list.
    private var isList = false
    /// Ends of lines that were passed within the last object of a list.
    private var linesInside = 0

    /// Opens the recording `name`.
    ///
    /// - Throws: `RecordingError` when it cannot be opened, is empty or is no such file.
    public init(_ name: String) throws {
        self.name = name
        buffer = .allocate(byteCount: 1 << 18, alignment: 64)
        sources = try FileForm.sources(name)
        sources.reverse()
    }

    deinit { buffer.deallocate() }

    /// The next line that is not blank, without its end; nil after the last.
    ///
    /// The view is good until the next call, and 64 bytes past its end are readable.
    public func next() throws -> UnsafeRawBufferPointer? {
        while true {
            if source == nil && start == end {
                guard let open = sources.popLast() else { return nil }
                source = try open()
                try begin()
            }
            if isList {
                if let found = try nextObject() { return found }
            } else if let found = try nextLine() {
                line += 1
                var text = found
                if let last = text.last, last == 0x0d { text = .init(rebasing: text.dropLast()) }
                if !text.allSatisfy({ $0 == 0x20 || $0 == 0x09 }) { return text }
            }
        }
    }

    /// Looks at how a source begins.
    private func begin() throws {
        var scanned = end
        while end - start < 64, try fill(&scanned) {}
        let mark = buffer[start..<end].prefix(3)
        if mark.elementsEqual([0xef, 0xbb, 0xbf]) { start += 3 }
        if mark.starts(with: [0xff, 0xfe]) || mark.starts(with: [0xfe, 0xff]) {
            throw RecordingError(file: name, reason: "is UTF-16 text: save it as UTF-8")
        }
        let first = buffer[start..<end].first { ![0x20, 0x09, 0x0a, 0x0d].contains($0) }
        isList = first == UInt8(ascii: "[")
        linesInside = 0
        if isList { line += 1 }
    }

    /// The next line; nil when the source has ended.
    private func nextLine() throws -> UnsafeRawBufferPointer? {
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

    /// The next object of a list, at any depth of lists; nil when the source has ended. What lies
    /// between the objects (commas, brackets, numbers, texts) is passed over.
    private func nextObject() throws -> UnsafeRawBufferPointer? {
        line += linesInside
        linesInside = 0
        var at = start
        var depth = 0
        var isText = false
        while true {
            if at == end {
                if depth == 0 && !isText { start = at }
                if try fill(&at) { continue }
                guard depth == 0, !isText else {
                    throw RecordingError(file: name, line: line, reason: "the list is truncated")
                }
                start = end
                return nil
            }
            let byte = buffer[at]
            at += 1
            if isText {
                if byte == UInt8(ascii: "\\") {
                    // The byte behind it ends no text.
                    if at == end, try !fill(&at) { continue }
                    at += 1
                } else if byte == UInt8(ascii: "\"") {
                    isText = false
                }
                continue
            }
            switch byte {
            case UInt8(ascii: "\""): isText = true
            case 0x0a: if depth == 0 { line += 1 } else { linesInside += 1 }
            case UInt8(ascii: "{"):
                if depth == 0 { start = at - 1 }
                depth += 1
            case UInt8(ascii: "}"):
                guard depth > 0 else { throw stray }
                depth -= 1
                if depth == 0 {
                    defer { start = at }
                    return UnsafeRawBufferPointer(rebasing: buffer[start..<at])
                }
            case UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: ","), 0x20, 0x09, 0x0d,
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "+"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "E"):
                continue
            default:
                if depth == 0 { throw stray }
            }
        }
    }

    private var stray: RecordingError {
        RecordingError(file: name, line: line, reason: "a character that no JSON list holds")
    }

    /// Reads on; false when the source has ended. `scanned` moves along with the text.
    private func fill(_ scanned: inout Int) throws -> Bool {
        guard source != nil else { return false }
        if start > 0 {
            buffer.baseAddress!.copyMemory(
                from: buffer.baseAddress! + start,
                byteCount: end - start
            )
            end -= start
            scanned -= start
            start = 0
        }
        if buffer.count - end <= JSONScanner.padding { try grow() }
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
        if n == 0 { source = nil }
        end += n
        return n > 0
    }

    private func grow() throws {
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
}
