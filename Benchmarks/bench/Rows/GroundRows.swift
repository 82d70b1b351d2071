import CTwins
import Containers
import Synchronization
import Telemetry
import Units

extension Rows {
    /// What threads share and what stamps cost. Cross-core rows stand beside a raw ping-pong.
    static func ground() -> [Row] {
        [
            Row(name: "ring.roundtrip", operation: "64 B to another core and back", count: 20_000) {
                let state = RingState()
                return .batch { state.run($0) }
            },
            Row(name: "twin.ring.roundtrip", operation: "the same in C", count: 20_000) {
                let state = TwinRingState()
                return .batch { state.run($0) }
            },
            Row(
                name: "ring.pingpong",
                operation: "one atomic to another core, one back: the floor of ring.roundtrip",
                count: 20_000
            ) {
                let state = PingPongState()
                return .batch { state.run($0) }
            },
            Row(name: "seqlock.store", operation: "publish 64 B", count: 100_000) {
                let state = SeqlockState()
                return .batch { state.store($0) }
            },
            Row(name: "twin.seqlock.store", operation: "the same in C", count: 100_000) {
                let lock = twin_seqlock_make()
                return .batch { twin_seqlock_store(lock, Int32($0)) }
            },
            Row(name: "seqlock.load", operation: "read 64 B that nobody writes", count: 100_000) {
                let state = SeqlockState()
                return .batch { state.load($0) }
            },
            Row(name: "twin.seqlock.load", operation: "the same in C", count: 100_000) {
                let lock = twin_seqlock_make()
                return .batch { twin_seqlock_load(lock, Int32($0)) }
            },
            Row(name: "histogram.record", operation: "count one duration", count: 200_000) {
                let state = HistogramState()
                return .batch { state.run($0) }
            },
            Row(name: "twin.histogram.record", operation: "the same in C", count: 200_000) {
                let state = HistogramState()
                let twin = twin_histogram_make()
                return .batch {
                    twin_histogram_run(twin, state.values, HistogramState.mask, Int32($0))
                }
            },
            Row(name: "clock.now", operation: "read the wall clock from the counter", count: 20_000)
            {
                let clock = TickClock(calibratingFor: 5)
                return .batch { count in
                    var forward: UInt64 = 0
                    let first = clock.now
                    var last = first
                    for _ in 0..<count {
                        let now = clock.now
                        forward &+= now >= last ? 1 : 0
                        last = now
                    }
                    return fold(1, last > first ? forward : 0)
                }
            },
        ]
    }
}

private struct Words: BitwiseCopyable, Sendable {
    var a: UInt64 = 0
    var b: UInt64 = 1
    var c: UInt64 = 2
    var d: UInt64 = 3
    var e: UInt64 = 4
    var f: UInt64 = 5
    var g: UInt64 = 6
}

private struct WideWords: BitwiseCopyable, Sendable {
    var words = Words()
    var h: UInt64 = 7
}

private final class RingState {
    private var there: SPSCRing<Words>.Producer
    private var back: SPSCRing<Words>.Consumer
    private let partner: Partner

    /// The partner's ends.
    private final class Echo {
        var there: SPSCRing<Words>.Consumer
        var back: SPSCRing<Words>.Producer

        init(_ there: SPSCRing<Words>, _ back: SPSCRing<Words>) {
            self.there = there.consumer()
            self.back = back.producer()
        }

        func run(_ count: Int) {
            for _ in 0..<count {
                var message = there.pop()
                while message == nil { message = there.pop() }
                // So that the answer is not what was sent.
                message?.a &+= 1
                while let text = message, !back.push(text) {}
            }
        }
    }

    init() {
        let (first, second) = (SPSCRing<Words>(capacity: 64), SPSCRing<Words>(capacity: 64))
        there = first.producer()
        back = second.consumer()
        let echo = Echo(first, second)
        partner = Partner { echo.run($0) }
    }

    func run(_ count: Int) -> UInt64 {
        partner.beside(count) {
            var hash: UInt64 = 1
            var message = Words()
            for i in 0..<count {
                message.a = UInt64(truncatingIfNeeded: i)
                while !there.push(message) {}
                var answer = back.pop()
                while answer == nil { answer = back.pop() }
                if let answer { message = answer }
                hash = fold(hash, message.a &+ message.g)
            }
            return hash
        }
    }
}

private final class TwinRingState {
    private let there = twin_ring_make(64)
    private let back = twin_ring_make(64)
    private let partner: Partner

    init() {
        let (there, back) = (there, back)
        partner = Partner { twin_ring_echo(there, back, Int32($0)) }
    }

    func run(_ count: Int) -> UInt64 {
        partner.beside(count) { twin_ring_roundtrips(there, back, Int32(count)) }
    }
}

private final class PingPongState {
    /// Two numbers on cache lines of their own.
    private final class Lines: @unchecked Sendable {
        let ping: UnsafeMutablePointer<Atomic<UInt64>>
        let pong: UnsafeMutablePointer<Atomic<UInt64>>

        init() {
            let memory = UnsafeMutableRawPointer.allocate(byteCount: 256, alignment: 128)
            ping = memory.bindMemory(to: Atomic<UInt64>.self, capacity: 1)
            pong = (memory + 128).bindMemory(to: Atomic<UInt64>.self, capacity: 1)
            ping.initialize(to: Atomic(0))
            pong.initialize(to: Atomic(0))
        }

        func echo(_ count: Int) {
            var next = pong.pointee.load(ordering: .relaxed)
            for _ in 0..<count {
                next &+= 1
                while ping.pointee.load(ordering: .acquiring) != next {}
                pong.pointee.store(next, ordering: .releasing)
            }
        }
    }

    private let lines = Lines()
    private let partner: Partner

    init() {
        let lines = lines
        partner = Partner { lines.echo($0) }
    }

    func run(_ count: Int) -> UInt64 {
        partner.beside(count) {
            var hash: UInt64 = 1
            var next = lines.ping.pointee.load(ordering: .relaxed)
            for _ in 0..<count {
                next &+= 1
                lines.ping.pointee.store(next, ordering: .releasing)
                var answer = lines.pong.pointee.load(ordering: .acquiring)
                while answer != next { answer = lines.pong.pointee.load(ordering: .acquiring) }
                hash = fold(hash, answer)
            }
            return hash
        }
    }
}

private final class SeqlockState {
    private let lock = Seqlock(WideWords())

    func store(_ count: Int) -> UInt64 {
        var value = WideWords()
        for i in 0..<count {
            value.words.a = UInt64(truncatingIfNeeded: i)
            value.h = UInt64(truncatingIfNeeded: count &- i)
            lock.store(value)
        }
        let last = lock.load()
        return fold(fold(1, last.words.a), last.h)
    }

    func load(_ count: Int) -> UInt64 {
        var sum: UInt64 = 1
        for _ in 0..<count {
            let value = lock.load()
            let words = value.words
            sum &+= words.a &+ words.b &+ words.c &+ words.d
            sum &+= words.e &+ words.f &+ words.g &+ value.h
        }
        return sum
    }
}

/// Durations of every magnitude.
private final class HistogramState {
    static let mask: Int32 = 4_095
    let values: UnsafeMutablePointer<UInt64>
    private var histogram = LatencyHistogram()

    init() {
        values = .allocate(capacity: Int(HistogramState.mask) + 1)
        var random = SplitMix64(seed: 3)
        for i in 0...Int(HistogramState.mask) {
            values[i] = random.next() >> (40 + random.next() % 16)
        }
    }

    deinit { values.deallocate() }

    func run(_ count: Int) -> UInt64 {
        let mask = Int(HistogramState.mask)
        for i in 0..<count { histogram.record(values[i & mask]) }
        return fold(
            fold(fold(1, histogram.count), histogram.percentile(0.5)),
            histogram.maximum
        )
    }
}
