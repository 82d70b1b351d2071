public import Synchronization

/// A value one thread publishes and any number read, without a lock on either side.
///
/// The writer never waits. A reader that meets a write in progress tries again, so it always gets
/// a value that was published whole. The value is copied as 64-bit relaxed atomics between two
/// sequence numbers: no data race even in the torn reads that are thrown away.
///
/// - SeeAlso: Boehm, "Can seqlocks get along with programming language memory models?", 2012.
public struct Seqlock<Value: BitwiseCopyable>: ~Copyable, @unchecked Sendable {
    @usableFromInline let sequence: UnsafeMutablePointer<Atomic<UInt64>>
    @usableFromInline let words: UnsafeMutablePointer<Atomic<UInt64>>
    @usableFromInline let wordCount: Int

    /// A lock that holds `value`.
    public init(_ value: Value) {
        wordCount = (MemoryLayout<Value>.size + 7) / 8
        sequence = .allocate(capacity: 1)
        sequence.initialize(to: Atomic(0))
        words = .allocate(capacity: wordCount)
        for i in 0..<wordCount { (words + i).initialize(to: Atomic(0)) }
        store(value)
    }

    deinit {
        sequence.deinitialize(count: 1)
        sequence.deallocate()
        words.deinitialize(count: wordCount)
        words.deallocate()
    }

    /// Publishes `value`. One writer only.
    @inlinable public func store(_ value: Value) {
        let start = sequence.pointee.load(ordering: .relaxed)
        sequence.pointee.store(start &+ 1, ordering: .relaxed)
        // The odd number must be visible before any word of the new value.
        atomicMemoryFence(ordering: .releasing)
        withUnsafeBytes(of: value) { bytes in
            for i in 0..<wordCount {
                var word: UInt64 = 0
                let rest = min(8, bytes.count &- i &* 8)
                withUnsafeMutableBytes(of: &word) {
                    $0.baseAddress!.copyMemory(
                        from: bytes.baseAddress! + i &* 8,
                        byteCount: rest
                    )
                }
                words[i].store(word, ordering: .relaxed)
            }
        }
        sequence.pointee.store(start &+ 2, ordering: .releasing)
    }

    /// The value last published whole.
    @inlinable public func load() -> Value {
        withUnsafeTemporaryAllocation(of: UInt64.self, capacity: wordCount) { copy in
            while true {
                let before = sequence.pointee.load(ordering: .acquiring)
                if before & 1 == 0 {
                    for i in 0..<wordCount { copy[i] = words[i].load(ordering: .relaxed) }
                    // No word may be read after the second look at the number.
                    atomicMemoryFence(ordering: .acquiring)
                    if sequence.pointee.load(ordering: .relaxed) == before {
                        return UnsafeRawPointer(copy.baseAddress!).loadUnaligned(as: Value.self)
                    }
                }
            }
        }
    }
}
