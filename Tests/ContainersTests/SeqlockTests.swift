import Containers
import Synchronization
import Testing

@Suite("Seqlock", .timeLimit(.minutes(10)))
struct SeqlockTests {
    /// A value that shows when it is torn: every word says the same. The tail fills half a word.
    private struct Snapshot: BitwiseCopyable {
        var words: InlineArray<9, UInt64>
        var tail: UInt32

        init(_ n: UInt64) {
            words = InlineArray(repeating: n)
            tail = UInt32(truncatingIfNeeded: n)
        }

        var isWhole: Bool {
            for i in 1..<9 where words[i] != words[0] { return false }
            return tail == UInt32(truncatingIfNeeded: words[0])
        }
    }

    /// The lock and the reader's progress, shared by two threads.
    private final class Shared: Sendable {
        let lock = Seqlock(Snapshot(0))
        let isDone = Atomic(false)
    }

    @Test("what was stored last is what is loaded")
    func single() {
        let lock = Seqlock(UInt8(3))
        #expect(lock.load() == 3)
        for n in UInt8(0)...255 {
            lock.store(n)
            #expect(lock.load() == n)
        }
    }

    @Test("a concurrent reader sees whole values only, and never an older one than before")
    func concurrent() async {
        let shared = Shared()
        let last = UInt64(200_000)
        let reader = Task.detached { () -> (torn: Int, backwards: Int, last: UInt64) in
            var torn = 0
            var backwards = 0
            var latest = UInt64(0)
            while true {
                let isDone = shared.isDone.load(ordering: .acquiring)
                let value = shared.lock.load()
                if !value.isWhole { torn += 1 }
                if value.words[0] < latest { backwards += 1 }
                latest = value.words[0]
                if isDone { return (torn, backwards, latest) }
            }
        }
        for n in 1...last { shared.lock.store(Snapshot(n)) }
        shared.isDone.store(true, ordering: .releasing)
        let seen = await reader.value
        #expect(seen.torn == 0)
        #expect(seen.backwards == 0)
        #expect(seen.last == last)
    }
}
