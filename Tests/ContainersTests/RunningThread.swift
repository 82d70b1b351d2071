import Foundation

/// Runs `body` on a thread of its own and waits for its result without holding a worker thread:
/// ends of a ring that wait for each other must not share one.
func onThread<Result: Sendable>(_ body: @escaping @Sendable () -> Result) async -> Result {
    await withCheckedContinuation { continuation in
        let thread = Thread { continuation.resume(returning: body()) }
        thread.start()
    }
}

/// A message whose words all follow from its number, so that a torn one shows.
struct Numbered: BitwiseCopyable, Sendable {
    var words: InlineArray<7, UInt64>

    init(_ number: UInt64) {
        words = InlineArray { number &* UInt64($0 &+ 1) &+ UInt64($0) }
    }

    var number: UInt64 { words[0] }

    var isWhole: Bool {
        for i in 0..<7 where words[i] != number &* UInt64(i &+ 1) &+ UInt64(i) { return false }
        return true
    }
}
