public import Synchronization

/// A value in memory that one thread may write while others read, as 64-bit relaxed atomics.
///
/// A reader may see words of two values, which is no data race; the user keeps a sequence
/// number with it by which torn values are told and thrown away.
///
/// - SeeAlso: Boehm, "Can seqlocks get along with programming language memory models?", 2012.
@frozen @usableFromInline
struct AtomicWords<Value: BitwiseCopyable> {
    @usableFromInline let words: UnsafeMutablePointer<Atomic<UInt64>>

    /// The words `Value` fills; a constant where the type is known.
    @inlinable @inline(__always)
    static var count: Int { (MemoryLayout<Value>.size &+ 7) / 8 }

    /// Words at `memory`, which has room for `count` of them.
    @inlinable init(_ memory: UnsafeMutableRawPointer) {
        words = memory.bindMemory(to: Atomic<UInt64>.self, capacity: Self.count)
        for i in 0..<Self.count { (words + i).initialize(to: Atomic(0)) }
    }

    /// The words that were initialised at `memory` before.
    @inlinable @inline(__always)
    init(at memory: UnsafeMutableRawPointer) {
        words = memory.assumingMemoryBound(to: Atomic<UInt64>.self)
    }

    @inlinable @inline(__always)
    func store(_ value: Value) {
        withUnsafeTemporaryAllocation(of: UInt64.self, capacity: Self.count) { copy in
            guard let copy = copy.baseAddress else { return }
            // The value may end inside the last word.
            copy[Self.count &- 1] = 0
            UnsafeMutableRawPointer(copy).storeBytes(of: value, as: Value.self)
            var i = 0
            while i < Self.count {
                words[i].store(copy[i], ordering: .relaxed)
                i &+= 1
            }
        }
    }

    @inlinable @inline(__always)
    func load() -> Value {
        withUnsafeTemporaryAllocation(of: UInt64.self, capacity: Self.count) { copy in
            let copy = copy.baseAddress.unsafelyUnwrapped
            var i = 0
            while i < Self.count {
                copy[i] = words[i].load(ordering: .relaxed)
                i &+= 1
            }
            return UnsafeRawPointer(copy).loadUnaligned(as: Value.self)
        }
    }
}
