internal import CUring
internal import Glibc

/// The buffers the kernel fills as bytes arrive, shared by all connections.
///
/// Mapped, not malloced: should the kernel still hold one when the loop ends, it writes to an
/// unmapped page, which fails, rather than to somebody else's memory.
struct ReceiveBuffers: ~Copyable {
    static let group: Int32 = 0

    let count: Int
    let bytesEach: Int
    private let ring: UnsafeMutablePointer<io_uring_buf_ring>
    private let memory: UnsafeMutableRawPointer

    init(
        _ uring: UnsafeMutablePointer<io_uring>,
        count: Int,
        bytesEach: Int
    ) throws(TransportError) {
        guard count.nonzeroBitCount == 1, count <= 32_768, bytesEach > 0 else {
            throw .configuration("receiveBuffers must be a power of two up to 32768")
        }
        let protection = PROT_READ | PROT_WRITE
        let flags = MAP_PRIVATE | MAP_ANONYMOUS | Int32(MAP_POPULATE)
        guard let mapped = mmap(nil, count * bytesEach, protection, flags, -1, 0),
            mapped != MAP_FAILED
        else { throw .system(call: "mmap", errno: errno) }
        guard let made = sluice_uring_buffers(uring, UInt32(count), ReceiveBuffers.group) else {
            let error = errno
            munmap(mapped, count * bytesEach)
            throw .system(call: "io_uring_register_buf_ring", errno: error)
        }
        memory = mapped
        ring = made
        self.count = count
        self.bytesEach = bytesEach
        for buffer in 0..<count { recycle(buffer) }
    }

    /// - Precondition: the io_uring is gone.
    deinit {
        sluice_uring_free_buffers(ring, UInt32(count))
        munmap(memory, count * bytesEach)
    }

    /// The first `length` bytes of a buffer the kernel gave us.
    func bytes(_ buffer: Int, _ length: Int) -> UnsafeRawBufferPointer {
        precondition(buffer < count && length <= bytesEach)
        return UnsafeRawBufferPointer(start: memory + buffer &* bytesEach, count: length)
    }

    /// Gives a buffer back to the kernel.
    func recycle(_ buffer: Int) {
        let mask = Int32(count &- 1)
        io_uring_buf_ring_add(
            ring,
            memory + buffer &* bytesEach,
            UInt32(truncatingIfNeeded: bytesEach),
            UInt16(truncatingIfNeeded: buffer),
            mask,
            0
        )
        io_uring_buf_ring_advance(ring, 1)
    }
}
