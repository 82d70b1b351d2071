import Glibc

/// An input that ends where readable memory ends, so that a read past it faults at once.
final class GuardedBytes {
    private let base: UnsafeMutableRawPointer
    private let capacity: Int
    private var start: UnsafeMutableRawPointer
    private var count = 0

    /// What continues the text on purpose, in the padding that text decoders ask for.
    private static let lure = Array(#"00","0"]],"u":1,"seq":1},"cts":1}]}]}"}]}}"#.utf8)
    /// Bytes of padding that text decoders may read.
    static let padding = 64

    init(capacity: Int) {
        let page = 4_096
        self.capacity = capacity
        guard
            let memory = mmap(
                nil,
                capacity + page,
                PROT_READ | PROT_WRITE,
                MAP_PRIVATE | MAP_ANONYMOUS,
                -1,
                0
            ), memory != MAP_FAILED, mprotect(memory + capacity, page, PROT_NONE) == 0
        else { fatalError("no memory for guarded input") }
        base = memory
        start = memory + capacity
    }

    /// Sets the input.
    func set(_ bytes: [UInt8]) {
        precondition(bytes.count + GuardedBytes.padding <= capacity)
        count = bytes.count
        start = base + capacity - count
        bytes.withUnsafeBytes {
            if count > 0 { start.copyMemory(from: $0.baseAddress!, byteCount: count) }
        }
    }

    /// The input; the byte after it faults.
    var payload: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: start, count: count) }

    /// A copy of the input.
    var bytes: [UInt8] { Array(payload) }

    /// Hands out the input with the padding of text decoders behind it, then restores it.
    func withPadding<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        let padded = base + capacity - count - GuardedBytes.padding
        memmove(padded, start, count)
        for i in 0..<GuardedBytes.padding {
            padded.storeBytes(
                of: GuardedBytes.lure[i % GuardedBytes.lure.count],
                toByteOffset: count + i,
                as: UInt8.self
            )
        }
        let result = body(UnsafeRawBufferPointer(start: padded, count: count))
        memmove(start, padded, count)
        return result
    }
}
