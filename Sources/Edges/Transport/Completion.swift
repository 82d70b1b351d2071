/// One finished operation, whichever backend did it.
struct Completion: BitwiseCopyable {
    /// What the operation was for, as ``Operation/userData(_:_:)`` made it.
    var userData: UInt64
    /// Bytes, a descriptor or 0; a negative errno when it failed.
    var result: Int32
    /// The receive buffer that holds the bytes; negative when there is none.
    var bufferIndex: Int32 = -1
    /// Where in the buffer the bytes begin.
    var offset: Int32 = 0
    /// Whether the operation goes on and will complete again.
    var goesOn = false
    /// When it was taken from the kernel, in `sluice_ticks`.
    var ticks: UInt64
    /// When the kernel received the bytes, in nanoseconds of CLOCK_REALTIME; 0 when it did not say.
    var kernelNanoseconds: Int64 = 0

    /// The receive buffer that holds the bytes; nil when there is none.
    var buffer: Int? { bufferIndex >= 0 ? Int(bufferIndex) : nil }
}

/// Completions taken from the kernel and not looked at yet, oldest first.
///
/// The backend fills it until it is full; what does not fit stays with the kernel.
///
/// - Invariant: `0 ≤ tail − head ≤ capacity`, a power of two.
struct CompletionQueue: ~Copyable {
    private let slots: UnsafeMutablePointer<Completion>
    private let mask: Int
    private var head = 0
    private var tail = 0

    /// An empty queue for `capacity` completions, rounded up to a power of two.
    init(capacity: Int) {
        var size = 1
        while size < capacity { size *= 2 }
        mask = size - 1
        slots = .allocate(capacity: size)
    }

    deinit { slots.deallocate() }

    var isEmpty: Bool { head == tail }
    var isFull: Bool { tail &- head > mask }

    mutating func append(_ completion: Completion) {
        precondition(!isFull, "CompletionQueue: the backend asks for room first")
        slots[tail & mask] = completion
        tail &+= 1
    }

    mutating func next() -> Completion? {
        guard head != tail else { return nil }
        defer { head &+= 1 }
        return slots[head & mask]
    }
}
