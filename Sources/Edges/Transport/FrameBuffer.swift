internal import COpenSSL

/// Plaintext of one connection on its way to the parsers: contiguous, with room to read beyond.
///
///     | used | unread | room | padding |
///            head     tail   capacity
///
/// It starts over at 0 whenever all is read, so a quiet connection stays within a few cache lines.
/// What was ever written is wiped when it is cleared and when it ends: answers of an exchange name
/// positions and keys, and freed memory is anybody's.
///
/// - Invariant: `0 ≤ head ≤ tail ≤ capacity`.
public struct FrameBuffer: ~Copyable {
    private let base: UnsafeMutableRawPointer
    /// Bytes it holds at most.
    public let capacity: Int
    private var head = 0
    private var tail = 0
    /// Bytes from the front that were written since the last wipe.
    private var touched = 0

    /// An empty buffer of `capacity` bytes, followed by ``Message/padding`` readable ones.
    ///
    /// The bytes are not touched: pages that no message ever reaches cost no memory.
    public init(capacity: Int) {
        self.capacity = capacity
        base = .allocate(byteCount: capacity + Message.padding, alignment: 64)
    }

    deinit {
        OPENSSL_cleanse(base, touched)
        base.deallocate()
    }

    /// Whether everything is consumed.
    public var isEmpty: Bool { head == tail }

    /// What is not consumed yet.
    public var unread: UnsafeMutableRawBufferPointer {
        UnsafeMutableRawBufferPointer(start: base + head, count: tail &- head)
    }

    /// Where further bytes go.
    public var room: UnsafeMutableRawBufferPointer {
        UnsafeMutableRawBufferPointer(start: base + tail, count: capacity &- tail)
    }

    /// Counts `n` bytes written to ``room``.
    public mutating func append(_ n: Int) {
        precondition(n <= capacity &- tail)
        tail &+= n
        touched = max(touched, tail)
    }

    /// Takes the last `n` bytes back, after a reader closed a gap.
    public mutating func shorten(by n: Int) {
        precondition(n <= tail &- head)
        tail &-= n
    }

    /// Gives up `n` bytes at the front; they stay readable until the next ``append(_:)``.
    public mutating func consume(_ n: Int) {
        precondition(n <= tail &- head)
        head &+= n
        if head == tail {
            head = 0
            tail = 0
        }
    }

    /// Moves the unread bytes to the front when little room is left behind them.
    public mutating func makeRoom(_ wanted: Int) {
        guard capacity &- tail < wanted, head > 0 else { return }
        let count = tail &- head
        base.copyMemory(from: base + head, byteCount: count)
        head = 0
        tail = count
    }

    /// Forgets everything, and wipes it.
    public mutating func clear() {
        OPENSSL_cleanse(base, touched)
        touched = 0
        head = 0
        tail = 0
    }
}
