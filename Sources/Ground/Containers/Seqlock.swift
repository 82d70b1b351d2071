public import Synchronization

/// A value one thread publishes and any number read, without a lock on either side.
///
/// The writer never waits. A reader that meets a write in progress tries again, so it always gets
/// a value that was published whole. The value is copied as 64-bit relaxed atomics between two
/// looks at a sequence number: no data race even in the torn reads that are thrown away.
///
/// - Complexity: O(size) to store and to load; 64 bytes take about 2 ns each (bench
///   `seqlock.store`, `seqlock.load`).
public struct Seqlock<Value: BitwiseCopyable>: ~Copyable, @unchecked Sendable {
    @usableFromInline let sequence: UnsafeMutablePointer<Atomic<UInt64>>
    @usableFromInline let words: AtomicWords<Value>

    /// A lock that holds `value`.
    public init(_ value: Value) {
        precondition(MemoryLayout<Value>.size > 0, "Seqlock: there is something to publish")
        // One block: the number shares its cache line with the value's first words.
        let memory = UnsafeMutableRawPointer.allocate(
            byteCount: 8 + AtomicWords<Value>.count * 8,
            alignment: 64
        )
        sequence = memory.bindMemory(to: Atomic<UInt64>.self, capacity: 1)
        sequence.initialize(to: Atomic(0))
        words = AtomicWords(memory + 8)
        store(value)
    }

    deinit { UnsafeMutableRawPointer(sequence).deallocate() }

    /// Publishes `value`. One writer only.
    @inlinable public func store(_ value: Value) {
        let start = sequence.pointee.load(ordering: .relaxed)
        sequence.pointee.store(start &+ 1, ordering: .relaxed)
        // The odd number must be visible before any word of the new value.
        atomicMemoryFence(ordering: .releasing)
        words.store(value)
        sequence.pointee.store(start &+ 2, ordering: .releasing)
    }

    /// The value last published whole.
    @inlinable public func load() -> Value {
        while true {
            let before = sequence.pointee.load(ordering: .acquiring)
            let value = words.load()
            // No word may be read after the second look at the number.
            atomicMemoryFence(ordering: .acquiring)
            if before & 1 == 0 && sequence.pointee.load(ordering: .relaxed) == before {
                return value
            }
        }
    }
}
