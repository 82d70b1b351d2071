internal import CLinux
public import Synchronization

/// A queue of bytes of fixed capacity from one thread to one other, without a lock.
///
/// The memory is mapped twice in a row, so what is reserved and what is readable is always one
/// contiguous range, wherever it lies: no message is split and no end of the buffer is skipped.
///
///     position & (capacity − 1)   where a byte lies
///     written − released          bytes that wait, at most the capacity
///
/// The two ends are handles: each is made once, moves to its thread, and keeps its position there.
/// Each looks at the other's position only when the one it remembers does not do. What does not
/// fit is refused; nothing is lost or overwritten.
///
/// - Complexity: O(1), no allocation after `init`.
public final class ByteRing: @unchecked Sendable {
    /// How many bytes it holds.
    public let capacity: Int
    private let memory: UnsafeMutableRawPointer
    /// The producer's and the consumer's published positions, on cache lines of their own.
    private let positions: UnsafeMutableRawPointer
    private let hasProducer = Atomic(false)
    private let hasConsumer = Atomic(false)

    /// Bytes between the two positions: two lines, for the processor fetches them in pairs.
    @usableFromInline static var distance: Int { 128 }

    /// An empty ring; nil when the system gives no memory, with the reason in `errno`.
    ///
    /// - Precondition: `capacity` is a power of two and a multiple of 4,096.
    public init?(capacity: Int) {
        precondition(capacity >= 4_096 && capacity & (capacity - 1) == 0)
        guard let memory = sluice_map_twice(capacity) else { return nil }
        self.capacity = capacity
        self.memory = memory
        positions = .allocate(byteCount: 2 * ByteRing.distance, alignment: ByteRing.distance)
        for i in 0..<2 {
            (positions + i * ByteRing.distance).bindMemory(to: Atomic<UInt64>.self, capacity: 1)
                .initialize(to: Atomic(0))
        }
    }

    deinit {
        positions.deallocate()
        sluice_unmap_twice(memory, capacity)
    }

    /// The end that writes. Traps when it was taken before.
    public func producer() -> Producer {
        let isTaken = hasProducer.exchange(true, ordering: .relaxed)
        precondition(!isTaken, "ByteRing: one producer")
        return Producer(self, memory, positions)
    }

    /// The end that reads. Traps when it was taken before.
    public func consumer() -> Consumer {
        let isTaken = hasConsumer.exchange(true, ordering: .relaxed)
        precondition(!isTaken, "ByteRing: one consumer")
        return Consumer(self, memory, positions)
    }

    /// The writing end; it belongs to one thread at a time and keeps the ring alive.
    @frozen
    public struct Producer: ~Copyable, @unchecked Sendable {
        @usableFromInline let memory: UnsafeMutableRawPointer
        @usableFromInline let written: UnsafeMutablePointer<Atomic<UInt64>>
        @usableFromInline let released: UnsafeMutablePointer<Atomic<UInt64>>
        @usableFromInline let mask: UInt64
        @usableFromInline var position: UInt64 = 0
        /// The consumer's position when it was last looked at.
        @usableFromInline var freeFrom: UInt64 = 0
        private let ring: ByteRing

        init(
            _ ring: ByteRing,
            _ memory: UnsafeMutableRawPointer,
            _ positions: UnsafeMutableRawPointer
        ) {
            self.ring = ring
            self.memory = memory
            written = positions.assumingMemoryBound(to: Atomic<UInt64>.self)
            released = (positions + ByteRing.distance)
                .assumingMemoryBound(to: Atomic<UInt64>.self)
            mask = UInt64(ring.capacity - 1)
        }

        /// Room for `count` bytes, of which the consumer sees nothing before `commit`; nil unless
        /// `spare` bytes stay free after them.
        ///
        /// - Precondition: `count` and `spare` are not negative.
        @inlinable @inline(__always)
        public mutating func reserve(
            _ count: Int,
            sparing spare: Int = 0
        ) -> UnsafeMutableRawPointer? {
            let needed = UInt64(truncatingIfNeeded: count &+ spare)
            if position &- freeFrom &+ needed > mask &+ 1 {
                // What the consumer has read must have been read before it is overwritten.
                // (acquire ↔ release in `Consumer.release`)
                freeFrom = released.pointee.load(ordering: .acquiring)
                if position &- freeFrom &+ needed > mask &+ 1 { return nil }
            }
            return memory + Int(truncatingIfNeeded: position & mask)
        }

        /// Hands the first `count` bytes reserved to the consumer.
        ///
        /// - Precondition: they were reserved and written.
        @inlinable @inline(__always)
        public mutating func commit(_ count: Int) {
            position &+= UInt64(truncatingIfNeeded: count)
            // A consumer that sees the position must see the bytes. (release ↔ acquire in
            // `Consumer.readable`)
            written.pointee.store(position, ordering: .releasing)
        }
    }

    /// The reading end; it belongs to one thread at a time and keeps the ring alive.
    @frozen
    public struct Consumer: ~Copyable, @unchecked Sendable {
        @usableFromInline let memory: UnsafeMutableRawPointer
        @usableFromInline let written: UnsafeMutablePointer<Atomic<UInt64>>
        @usableFromInline let released: UnsafeMutablePointer<Atomic<UInt64>>
        @usableFromInline let mask: UInt64
        @usableFromInline var position: UInt64 = 0
        private let ring: ByteRing

        init(
            _ ring: ByteRing,
            _ memory: UnsafeMutableRawPointer,
            _ positions: UnsafeMutableRawPointer
        ) {
            self.ring = ring
            self.memory = memory
            written = positions.assumingMemoryBound(to: Atomic<UInt64>.self)
            released = (positions + ByteRing.distance)
                .assumingMemoryBound(to: Atomic<UInt64>.self)
            mask = UInt64(ring.capacity - 1)
        }

        /// Everything committed and not released, oldest first. The bytes are the consumer's to
        /// read and to change until it releases them.
        @inlinable
        public mutating func readable() -> UnsafeMutableRawBufferPointer {
            let end = written.pointee.load(ordering: .acquiring)
            return UnsafeMutableRawBufferPointer(
                start: memory + Int(truncatingIfNeeded: position & mask),
                count: Int(truncatingIfNeeded: end &- position)
            )
        }

        /// Gives the oldest `count` bytes back to the producer.
        ///
        /// - Precondition: they were readable.
        @inlinable
        public mutating func release(_ count: Int) {
            position &+= UInt64(truncatingIfNeeded: count)
            released.pointee.store(position, ordering: .releasing)
        }
    }
}
