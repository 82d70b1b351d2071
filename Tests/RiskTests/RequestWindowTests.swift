import Risk
import TestSupport
import Testing
import Units

extension RequestWindow {
    /// Takes a place when there is one.
    fileprivate mutating func tryTake(at now: Nanoseconds) -> Bool {
        guard allows(at: now) else { return false }
        take(at: now)
        return true
    }
}

@Suite("Request window", .timeLimit(.minutes(3)))
struct RequestWindowTests {
    @Test("a full budget is spent at once, and comes back a second after each request")
    func spend() {
        var window = RequestWindow(rate: 3, now: Nanoseconds(0))
        var taken: [Bool] = []
        for time in [0, 1, 2, 3, 999_999_999, 1_000_000_000, 1_000_000_000, 1_000_000_001] {
            taken.append(window.tryTake(at: Nanoseconds(Int64(time))))
        }
        #expect(taken == [true, true, true, false, false, true, false, true])
    }

    @Test("no second, wherever it begins, holds more than the rate", arguments: 0..<30)
    func rolling(_ seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let rate = Int64.random(in: 1...20, using: &random)
        var window = RequestWindow(rate: rate, now: .zero)
        var now = Int64(0)
        var sent: [Int64] = []
        for _ in 0..<2_000 {
            now += Int64.random(in: 0...120_000_000, using: &random)
            let within = sent.filter { now - $0 < 1_000_000_000 }.count
            let isTaken = window.tryTake(at: Nanoseconds(now))
            // Exactly what the rule says, neither stricter nor looser.
            #expect(isTaken == (within < Int(rate)), "seed \(seed)")
            if isTaken { sent.append(now) }
        }
    }

    @Test("a clock that steps back takes nothing it should not")
    func backwards() {
        var window = RequestWindow(rate: 1, now: .seconds(10))
        let first = window.tryTake(at: .seconds(10))
        let earlier = window.tryTake(at: .seconds(5))
        let later = window.tryTake(at: .seconds(11))
        #expect(first && !earlier && later)
    }
}
