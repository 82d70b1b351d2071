internal import COpenSSL

/// Bytes of one connection that wait for the kernel to take them; wiped when cleared and at the
/// end.
///
/// - Invariant: `0 ≤ head ≤ tail ≤ capacity`.
public struct SendBuffer: ~Copyable {
    let base: UnsafeMutableRawPointer
    /// Bytes it holds at most.
    public let capacity: Int
    private var head = 0
    private(set) var tail = 0
    /// Bytes from the front that were written since the last wipe.
    private var touched = 0

    /// An empty buffer of `capacity` bytes.
    ///
    /// The bytes are not touched: pages that no backlog ever reaches cost no memory.
    public init(capacity: Int) {
        self.capacity = capacity
        base = .allocate(byteCount: capacity, alignment: 64)
    }

    deinit {
        OPENSSL_cleanse(base, touched)
        base.deallocate()
    }

    /// What waits.
    public var pending: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: base + head, count: tail &- head)
    }

    /// Whether `n` more bytes fit.
    public mutating func hasRoom(_ n: Int) -> Bool {
        if n <= capacity &- tail { return true }
        guard n <= capacity &- (tail &- head) else { return false }
        let count = tail &- head
        base.copyMemory(from: base + head, byteCount: count)
        head = 0
        tail = count
        return true
    }

    /// Adds bytes; false when they do not fit.
    public mutating func append(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard hasRoom(bytes.count) else { return false }
        if let from = bytes.baseAddress {
            (base + tail).copyMemory(from: from, byteCount: bytes.count)
        }
        tail &+= bytes.count
        touched = max(touched, tail)
        return true
    }

    /// Takes over what was written behind ``tail`` in place.
    mutating func extend(to tail: Int) {
        precondition(self.tail <= tail && tail <= capacity)
        self.tail = tail
        touched = max(touched, tail)
    }

    /// Gives up `n` bytes that the kernel took.
    public mutating func consume(_ n: Int) {
        precondition(n <= tail &- head)
        head &+= n
        if head == tail {
            head = 0
            tail = 0
        }
    }

    /// Forgets everything, and wipes it.
    public mutating func clear() {
        OPENSSL_cleanse(base, touched)
        touched = 0
        head = 0
        tail = 0
    }
}
