import Containers
import Glibc
import Testing
import Units

@Suite("Ring of bytes", .timeLimit(.minutes(10)))
struct ByteRingTests {
    private static func ring(_ capacity: Int = 4_096) throws -> ByteRing {
        try #require(ByteRing(capacity: capacity))
    }

    @Test("what is committed comes out in order and contiguous, over many laps")
    func laps() throws {
        let ring = try ByteRingTests.ring()
        var producer = ring.producer()
        var consumer = ring.consumer()
        for n in 0..<500 {
            // No divisor of the capacity: every place of the ring is an edge once.
            let count = 1_001 + n % 7
            let reserved = producer.reserve(count)
            let room = try #require(reserved)
            for i in 0..<count {
                room.storeBytes(
                    of: UInt8(truncatingIfNeeded: n + i),
                    toByteOffset: i,
                    as: UInt8.self
                )
            }
            producer.commit(count)
            let bytes = consumer.readable()
            let expected = (0..<count).map { UInt8(truncatingIfNeeded: n + $0) }
            #expect(bytes.elementsEqual(expected))
            consumer.release(count)
        }
        let rest = consumer.readable().count
        #expect(rest == 0)
    }

    @Test("what was reserved and not committed is not seen, and may be reserved again")
    func uncommitted() throws {
        let ring = try ByteRingTests.ring()
        var producer = ring.producer()
        var consumer = ring.consumer()
        let first = producer.reserve(100)
        let seen = consumer.readable().count
        let second = producer.reserve(50)
        #expect(seen == 0 && first == second)
    }

    @Test("a full ring refuses, to the byte, and gives room as it is released")
    func full() throws {
        let ring = try ByteRingTests.ring()
        var producer = ring.producer()
        var consumer = ring.consumer()
        let whole = producer.reserve(4_096)
        let more = producer.reserve(4_097)
        #expect(whole != nil && more == nil)
        producer.commit(4_096)
        let none = producer.reserve(1)
        #expect(none == nil)
        let waiting = consumer.readable().count
        #expect(waiting == 4_096)
        consumer.release(10)
        let tooMuch = producer.reserve(11)
        let fits = producer.reserve(10)
        #expect(tooMuch == nil && fits != nil)
    }

    @Test("room that is to be spared is not given")
    func spared() throws {
        let ring = try ByteRingTests.ring()
        var producer = ring.producer()
        let held = producer.reserve(3_000, sparing: 1_096)
        #expect(held != nil)
        let spoilt = producer.reserve(3_000, sparing: 1_097)
        #expect(spoilt == nil)
        producer.commit(3_000)
        let urgent = producer.reserve(1_096)
        #expect(urgent != nil)
    }

    @Test("it agrees with a plain queue at every step", arguments: UInt64(0)..<10)
    func oracle(_ seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let ring = try ByteRingTests.ring()
        var producer = ring.producer()
        var consumer = ring.consumer()
        var queue: [UInt8] = []
        for _ in 0..<2_000 {
            let count = Int.random(in: 0...1_500, using: &random)
            if Bool.random(using: &random) {
                let spare = Int.random(in: 0...100, using: &random)
                let room = producer.reserve(count, sparing: spare)
                let fits = queue.count + count + spare <= 4_096
                #expect((room != nil) == fits, "seed \(seed)")
                guard let room else { continue }
                let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
                for i in 0..<count {
                    room.storeBytes(of: bytes[i], toByteOffset: i, as: UInt8.self)
                }
                producer.commit(count)
                queue += bytes
            } else {
                let bytes = Array(consumer.readable())
                #expect(bytes == queue, "seed \(seed)")
                let taken = min(count, queue.count)
                consumer.release(taken)
                queue.removeFirst(taken)
            }
        }
    }

    @Test("the ends keep the ring alive")
    func lifetime() throws {
        func end() throws -> ByteRing.Consumer {
            let ring = try ByteRingTests.ring()
            var producer = ring.producer()
            let reserved = producer.reserve(1)
            let room = try #require(reserved)
            room.storeBytes(of: 7, as: UInt8.self)
            producer.commit(1)
            return ring.consumer()
        }
        var consumer = try end()
        let byte = consumer.readable()[0]
        #expect(byte == 7)
    }

    @Test("a second producer or consumer traps")
    func oneEachEnd() async {
        await #expect(processExitsWith: .failure) {
            let ring = ByteRing(capacity: 4_096)!
            _ = ring.producer()
            _ = ring.producer()
        }
        await #expect(processExitsWith: .failure) {
            let ring = ByteRing(capacity: 4_096)!
            _ = ring.consumer()
            _ = ring.consumer()
        }
    }

    @Test("two threads: no byte lost, doubled, reordered or seen too early")
    func stress() async throws {
        let total = 4_000_000
        let ring = try ByteRingTests.ring()
        async let wrong = onThread { () -> Int in
            var consumer = ring.consumer()
            var wrong = 0
            var at = 0
            while at < total {
                let bytes = consumer.readable()
                if bytes.isEmpty {
                    sched_yield()
                    continue
                }
                for byte in bytes {
                    if byte != UInt8(truncatingIfNeeded: at &* 31 &+ at >> 8) { wrong += 1 }
                    at += 1
                }
                consumer.release(bytes.count)
            }
            return wrong + at - total
        }
        await onThread {
            var producer = ring.producer()
            var random = SplitMix64(seed: 1)
            var at = 0
            while at < total {
                let count = min(total - at, 1 + Int(random.next() % 700))
                guard let room = producer.reserve(count) else {
                    sched_yield()
                    continue
                }
                for i in 0..<count {
                    let n = at + i
                    room.storeBytes(
                        of: UInt8(truncatingIfNeeded: n &* 31 &+ n >> 8),
                        toByteOffset: i,
                        as: UInt8.self
                    )
                }
                producer.commit(count)
                at += count
            }
        }
        let found = await wrong
        #expect(found == 0)
    }
}
