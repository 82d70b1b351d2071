public import Synchronization

/// A stream of messages from one thread to any number of others, without a lock.
///
/// The writer never waits and never looks at a reader: it overwrites the oldest message. Each slot
/// is a cache line with a sequence number that tells which message it holds and whether it is
/// being written, so a reader that was overtaken learns exactly how many messages it missed:
///
///     number = 2 · position + 1   message `position` is being written
///     number = 2 · position + 2   message `position` can be read
///
/// For every reader, received + missed = written, once it has read to the end.
///
/// - Complexity: O(1), no allocation after `init`; 64 bytes a slot.
public final class BroadcastRing<Message: BitwiseCopyable & Sendable>: @unchecked Sendable {
    /// Bytes of the largest message.
    public static var messageBytes: Int { 56 }

    /// How many messages it keeps.
    public let capacity: Int
    private let memory: UnsafeMutableRawPointer
    private let hasWriter = Atomic(false)

    /// A ring in which nothing was written.
    ///
    /// - Precondition: `capacity` is a power of two, at least two; a message has 1 to 56 bytes.
    public init(capacity: Int) {
        precondition(capacity > 1 && capacity & (capacity - 1) == 0)
        precondition(1...BroadcastRing.messageBytes ~= MemoryLayout<Message>.size)
        self.capacity = capacity
        memory = .allocate(byteCount: capacity * 64, alignment: 64)
        for i in 0..<capacity {
            let slot = memory + i * 64
            slot.bindMemory(to: Atomic<UInt64>.self, capacity: 1).initialize(to: Atomic(0))
            _ = AtomicWords<Message>(slot + 8)
        }
    }

    deinit { memory.deallocate() }

    /// The end that writes. Traps when it was taken before.
    public func writer() -> Writer {
        let isTaken = hasWriter.exchange(true, ordering: .relaxed)
        precondition(!isTaken, "BroadcastRing: one writer")
        return Writer(self, memory)
    }

    /// A new end that reads, from the first message ever written: what the ring no longer holds
    /// counts as missed.
    public func reader() -> Reader { Reader(self, memory) }

    /// What a reader finds.
    @frozen
    public enum Reading {
        /// The next message.
        case message(Message)
        /// The writer was faster: so many messages are gone, and reading goes on after them.
        case missed(UInt64)
        /// Nothing was written since.
        case empty
    }

    /// The writing end; it belongs to one thread at a time and keeps the ring alive.
    @frozen
    public struct Writer: ~Copyable, @unchecked Sendable {
        @usableFromInline let slots: UnsafeMutableRawPointer
        @usableFromInline let mask: UInt64
        @usableFromInline var position: UInt64 = 0
        private let ring: BroadcastRing

        /// Messages written so far.
        public var count: UInt64 { position }

        init(_ ring: BroadcastRing, _ slots: UnsafeMutableRawPointer) {
            self.ring = ring
            self.slots = slots
            mask = UInt64(ring.capacity - 1)
        }

        /// Writes `message` over the oldest one.
        @inlinable @inline(__always)
        public mutating func publish(_ message: Message) {
            let slot = slots + Int(truncatingIfNeeded: (position & mask) &<< 6)
            let number = slot.assumingMemoryBound(to: Atomic<UInt64>.self)
            number.pointee.store(position &* 2 &+ 1, ordering: .relaxed)
            // The odd number must be visible before any word of the new message.
            atomicMemoryFence(ordering: .releasing)
            AtomicWords<Message>(at: slot + 8).store(message)
            number.pointee.store(position &* 2 &+ 2, ordering: .releasing)
            position &+= 1
        }
    }

    /// A reading end; it belongs to one thread at a time and keeps the ring alive.
    @frozen
    public struct Reader: ~Copyable, @unchecked Sendable {
        @usableFromInline let slots: UnsafeMutableRawPointer
        @usableFromInline let mask: UInt64
        @usableFromInline var position: UInt64 = 0
        private let ring: BroadcastRing

        init(_ ring: BroadcastRing, _ slots: UnsafeMutableRawPointer) {
            self.ring = ring
            self.slots = slots
            mask = UInt64(ring.capacity - 1)
        }

        /// The next message, or how many were missed, or that there is nothing.
        @inlinable @inline(__always)
        public mutating func next() -> Reading {
            let slot = slots + Int(truncatingIfNeeded: (position & mask) &<< 6)
            let number = slot.assumingMemoryBound(to: Atomic<UInt64>.self)
            let expected = position &* 2 &+ 2
            let before = number.pointee.load(ordering: .acquiring)
            if before < expected { return .empty }
            if before == expected {
                let message = AtomicWords<Message>(at: slot + 8).load()
                // No word may be read after the second look at the number.
                atomicMemoryFence(ordering: .acquiring)
                if number.pointee.load(ordering: .relaxed) == expected {
                    position &+= 1
                    return .message(message)
                }
            }
            return overtaken(number.pointee.load(ordering: .acquiring))
        }

        /// Goes on half a ring behind the writer: far enough from it not to be overtaken at once.
        @inlinable @inline(never)
        mutating func overtaken(_ number: UInt64) -> Reading {
            let writing = (number &- 1) / 2
            let resumed = writing &- (mask &+ 1) / 2
            let missed = resumed &- position
            position = resumed
            return .missed(missed)
        }
    }
}
