public import Synchronization

/// A queue of fixed capacity from one thread to one other, without a lock.
///
/// Each slot is a cache line that holds a sequence number and a message, so a message costs the
/// transfer of one line and nothing else is shared:
///
///     slot i   number = position      free for the producer that comes to `position`
///              number = position + 1  a message for the consumer that comes to `position`
///
/// The two ends are handles: each is made once, moves to its thread, and keeps its position there.
/// When the ring is full `push` says so; nothing is lost or overwritten.
///
/// - Complexity: O(1), no allocation after `init`; 64 bytes a slot.
/// - SeeAlso: Vyukov, "Bounded MPMC queue", 1024cores.net.
public final class SPSCRing<Message: BitwiseCopyable & Sendable>: @unchecked Sendable {
    /// Bytes of the largest message.
    public static var messageBytes: Int { 56 }

    /// How many messages it holds.
    public let capacity: Int
    private let memory: UnsafeMutableRawPointer
    private let hasProducer = Atomic(false)
    private let hasConsumer = Atomic(false)

    /// An empty ring.
    ///
    /// - Precondition: `capacity` is a power of two, at least two (in a ring of one slot, full and
    ///   free for the next lap would be the same number); a message has at most 56 bytes and needs
    ///   no wider alignment than eight.
    public init(capacity: Int) {
        precondition(capacity > 1 && capacity & (capacity - 1) == 0)
        precondition(MemoryLayout<Message>.size <= SPSCRing.messageBytes)
        precondition(MemoryLayout<Message>.alignment <= 8)
        self.capacity = capacity
        memory = .allocate(byteCount: capacity * 64, alignment: 64)
        memory.initializeMemory(as: UInt8.self, repeating: 0, count: capacity * 64)
        for i in 0..<capacity {
            (memory + i * 64).bindMemory(to: Atomic<UInt64>.self, capacity: 1)
                .initialize(to: Atomic(UInt64(i)))
        }
    }

    deinit { memory.deallocate() }

    /// The end that pushes. Traps when it was taken before.
    public func producer() -> Producer {
        let isTaken = hasProducer.exchange(true, ordering: .relaxed)
        precondition(!isTaken, "SPSCRing: one producer")
        return Producer(self, memory)
    }

    /// The end that pops. Traps when it was taken before.
    public func consumer() -> Consumer {
        let isTaken = hasConsumer.exchange(true, ordering: .relaxed)
        precondition(!isTaken, "SPSCRing: one consumer")
        return Consumer(self, memory)
    }

    /// The sending end; it belongs to one thread at a time and keeps the ring alive.
    @frozen
    public struct Producer: ~Copyable, @unchecked Sendable {
        @usableFromInline let slots: UnsafeMutableRawPointer
        @usableFromInline let mask: UInt64
        @usableFromInline var position: UInt64 = 0
        private let ring: SPSCRing

        init(_ ring: SPSCRing, _ slots: UnsafeMutableRawPointer) {
            self.ring = ring
            self.slots = slots
            mask = UInt64(ring.capacity - 1)
        }

        /// Appends `message`; false when the ring is full.
        @inlinable @inline(__always)
        public mutating func push(_ message: Message) -> Bool {
            let slot = slots + Int(truncatingIfNeeded: (position & mask) &<< 6)
            let number = slot.assumingMemoryBound(to: Atomic<UInt64>.self)
            guard number.pointee.load(ordering: .acquiring) == position else { return false }
            (slot + 8).storeBytes(of: message, as: Message.self)
            // A consumer that sees the number must see the message. (release ↔ acquire in `pop`)
            number.pointee.store(position &+ 1, ordering: .releasing)
            position &+= 1
            return true
        }
    }

    /// The receiving end; it belongs to one thread at a time and keeps the ring alive.
    @frozen
    public struct Consumer: ~Copyable, @unchecked Sendable {
        @usableFromInline let slots: UnsafeMutableRawPointer
        @usableFromInline let mask: UInt64
        @usableFromInline var position: UInt64 = 0
        private let ring: SPSCRing

        init(_ ring: SPSCRing, _ slots: UnsafeMutableRawPointer) {
            self.ring = ring
            self.slots = slots
            mask = UInt64(ring.capacity - 1)
        }

        /// The oldest message; nil when there is none.
        @inlinable @inline(__always)
        public mutating func pop() -> Message? {
            let slot = slots + Int(truncatingIfNeeded: (position & mask) &<< 6)
            let number = slot.assumingMemoryBound(to: Atomic<UInt64>.self)
            guard number.pointee.load(ordering: .acquiring) == position &+ 1 else { return nil }
            let message = (slot + 8).load(as: Message.self)
            // The slot is free for the next lap once the message has been read. (release ↔ acquire
            // in `push`)
            number.pointee.store(position &+ mask &+ 1, ordering: .releasing)
            position &+= 1
            return message
        }
    }
}
