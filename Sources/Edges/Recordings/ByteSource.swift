import CZlib
import Foundation

/// Bytes of a recording in order, decompressed as they are read: plain, gzip or one zip entry.
protocol ByteSource {
    /// Fills `buffer` from its start; returns how many bytes, 0 at the end.
    mutating func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int
}

/// A range of a file, as it is.
struct FileSource: ByteSource {
    let name: String
    let handle: FileHandle
    /// Bytes left to read; nil for "to the end".
    var left: UInt64?

    /// A source of `length` bytes at `offset`, or of all that follows.
    init(_ name: String, offset: UInt64 = 0, length: UInt64? = nil) throws {
        self.name = name
        guard let handle = FileHandle(forReadingAtPath: name) else {
            throw RecordingError(file: name, reason: "cannot be opened")
        }
        self.handle = handle
        left = length
        do {
            try handle.seek(toOffset: offset)
        } catch {
            throw RecordingError(file: name, reason: "cannot be read")
        }
    }

    mutating func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        let wanted = Int(min(UInt64(buffer.count), left ?? .max))
        guard wanted > 0 else { return 0 }
        let data: Data?
        do {
            data = try handle.read(upToCount: wanted)
        } catch {
            throw RecordingError(file: name, reason: "cannot be read")
        }
        guard let data, !data.isEmpty else {
            if let left, left > 0 { throw RecordingError(file: name, reason: "is truncated") }
            return 0
        }
        data.copyBytes(to: buffer, count: data.count)
        left = left.map { $0 - UInt64(data.count) }
        return data.count
    }
}

/// What another source holds, inflated: gzip (any number of members, zeros behind them) or raw
/// deflate (zip).
final class InflateSource: ByteSource {
    enum Format {
        case gzip
        case rawDeflate
    }

    private let name: String
    private let format: Format
    private var source: any ByteSource
    private let stream: UnsafeMutablePointer<z_stream>
    private let input: UnsafeMutableRawBufferPointer
    private var isFinished = false
    private var isInMember = true

    init(_ name: String, _ source: any ByteSource, _ format: Format) throws {
        self.name = name
        self.format = format
        self.source = source
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        input = .allocate(byteCount: 1 << 16, alignment: 16)
        // 15 is the largest window; +16 asks for gzip, a negative one for no header at all.
        guard sluice_inflate_init(stream, format == .gzip ? 15 + 16 : -15) == Z_OK else {
            throw RecordingError(file: name, reason: "zlib cannot start")
        }
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
        input.deallocate()
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        guard !isFinished else { return 0 }
        stream.pointee.next_out = buffer.baseAddress?.assumingMemoryBound(to: UInt8.self)
        stream.pointee.avail_out = UInt32(clamping: buffer.count)
        let wanted = stream.pointee.avail_out
        while stream.pointee.avail_out == wanted {
            if stream.pointee.avail_in == 0 {
                let n = try source.read(into: input)
                if n == 0 {
                    guard !isInMember else {
                        throw RecordingError(file: name, reason: "the compressed data is truncated")
                    }
                    isFinished = true
                    return 0
                }
                stream.pointee.next_in = input.baseAddress?.assumingMemoryBound(to: UInt8.self)
                stream.pointee.avail_in = UInt32(n)
            }
            if !isInMember {
                // Another gzip member follows, or zeros that pad the file to a block.
                while stream.pointee.avail_in > 0, stream.pointee.next_in.pointee == 0 {
                    stream.pointee.next_in += 1
                    stream.pointee.avail_in -= 1
                }
                if stream.pointee.avail_in == 0 { continue }
                inflateReset(stream)
                isInMember = true
            }
            switch inflate(stream, Z_NO_FLUSH) {
            case Z_OK, Z_BUF_ERROR: continue
            case Z_STREAM_END:
                isInMember = false
                if format == .rawDeflate { isFinished = true }
                if isFinished { return Int(wanted - stream.pointee.avail_out) }
            default:
                throw RecordingError(file: name, reason: "the compressed data is corrupt")
            }
        }
        return Int(wanted - stream.pointee.avail_out)
    }
}
