internal import Glibc

/// The memory that bytes arrive in, shared by all connections.
///
/// Mapped, not malloced: should the kernel still hold a buffer when the loop ends, it writes to an
/// unmapped page, which fails, rather than to other memory.
///
/// Copies share the memory, which is unmapped with the last of them.
struct ReceiveBuffers {
    private final class Mapping {
        let memory: UnsafeMutableRawPointer
        let bytes: Int

        init(_ memory: UnsafeMutableRawPointer, _ bytes: Int) {
            self.memory = memory
            self.bytes = bytes
        }

        deinit { munmap(memory, bytes) }
    }

    let count: Int
    let bytesEach: Int
    private let memory: UnsafeMutableRawPointer
    private let mapping: Mapping

    init(count: Int, bytesEach: Int) throws(TransportError) {
        guard count.nonzeroBitCount == 1, count <= 32_768, bytesEach > 0 else {
            throw .configuration("receiveBuffers must be a power of two up to 32768")
        }
        let protection = PROT_READ | PROT_WRITE
        let flags = MAP_PRIVATE | MAP_ANONYMOUS | Int32(MAP_POPULATE)
        guard let mapped = mmap(nil, count * bytesEach, protection, flags, -1, 0),
            mapped != MAP_FAILED
        else { throw .system(call: "mmap", errno: errno) }
        memory = mapped
        mapping = Mapping(mapped, count * bytesEach)
        self.count = count
        self.bytesEach = bytesEach
    }

    /// The whole of a buffer.
    func base(_ buffer: Int) -> UnsafeMutableRawPointer {
        precondition(buffer >= 0 && buffer < count)
        return memory + buffer &* bytesEach
    }

    /// `length` bytes of a buffer, from `offset`.
    func bytes(_ buffer: Int, _ offset: Int, _ length: Int) -> UnsafeRawBufferPointer {
        precondition(offset >= 0 && length >= 0 && offset &+ length <= bytesEach)
        return UnsafeRawBufferPointer(start: base(buffer) + offset, count: length)
    }
}
