import CZlib

/// Another source whose size and CRC-32 are known beforehand, as in a zip file.
struct CheckedSource: ByteSource {
    let name: String
    var source: any ByteSource
    let crc: UInt32
    let size: UInt64
    private var sum: UInt = 0
    private var count: UInt64 = 0

    init(name: String, source: any ByteSource, crc: UInt32, size: UInt64) {
        self.name = name
        self.source = source
        self.crc = crc
        self.size = size
    }

    mutating func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        let n = try source.read(into: buffer)
        if n > 0 {
            let bytes = buffer.baseAddress?.assumingMemoryBound(to: UInt8.self)
            sum = crc32(sum, bytes, UInt32(n))
            count += UInt64(n)
            // A small file that swells without end is stopped at its stated size.
            guard count <= size else { throw corrupt }
            return n
        }
        guard count == size, sum == UInt(crc) else { throw corrupt }
        return 0
    }

    private var corrupt: RecordingError {
        RecordingError(file: name, reason: "the compressed data is corrupt")
    }
}
