import Containers
import Glibc
import Testing
import Units

@Suite("Ring of one producer and one consumer", .timeLimit(.minutes(10)))
struct SPSCRingTests {
    @Test("messages come out in the order they went in, over many laps")
    func order() {
        let ring = SPSCRing<UInt32>(capacity: 4)
        var producer = ring.producer()
        var consumer = ring.consumer()
        for n in UInt32(0)..<1_000 {
            let isTaken = producer.push(n)
            let message = consumer.pop()
            #expect(isTaken && message == n)
        }
        let message = consumer.pop()
        #expect(message == nil)
    }

    @Test("a full ring refuses, and takes one more for each that is taken", arguments: [2, 4, 8])
    func full(_ capacity: Int) {
        let ring = SPSCRing<Int>(capacity: capacity)
        var producer = ring.producer()
        var consumer = ring.consumer()
        var pushed: [Bool] = []
        var popped = [consumer.pop()]
        for n in 0..<capacity { pushed.append(producer.push(n)) }
        #expect(popped == [nil])
        #expect(pushed == [Bool](repeating: true, count: capacity))
        for n in 0..<3 * capacity {
            popped = [consumer.pop()]
            pushed = [producer.push(n + capacity), producer.push(-1)]
            #expect(popped == [n])
            #expect(pushed == [true, false])
        }
        popped = []
        for _ in 0...capacity { popped.append(consumer.pop()) }
        #expect(popped == (3 * capacity..<4 * capacity).map { $0 } + [nil])
    }

    @Test("it agrees with a plain queue at every step", arguments: UInt64(0)..<10)
    func oracle(_ seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let capacity = 2 << Int(random.next() % 6)
        let ring = SPSCRing<UInt64>(capacity: capacity)
        var producer = ring.producer()
        var consumer = ring.consumer()
        var queue: [UInt64] = []
        for n in UInt64(0)..<3_000 {
            if random.next() & 1 == 0 {
                let isTaken = producer.push(n)
                #expect(isTaken == (queue.count < capacity), "seed \(seed)")
                if isTaken { queue.append(n) }
            } else {
                let expected = queue.isEmpty ? nil : queue.removeFirst()
                let message = consumer.pop()
                #expect(message == expected, "seed \(seed)")
            }
        }
    }

    @Test("the ends keep the ring alive")
    func lifetime() {
        func ends() -> SPSCRing<Int>.Consumer {
            let ring = SPSCRing<Int>(capacity: 2)
            var producer = ring.producer()
            _ = producer.push(7)
            return ring.consumer()
        }
        var consumer = ends()
        let message = consumer.pop()
        #expect(message == 7)
    }

    @Test("a second producer or consumer traps")
    func oneEachEnd() async {
        await #expect(processExitsWith: .failure) {
            let ring = SPSCRing<Int>(capacity: 2)
            _ = ring.producer()
            _ = ring.producer()
        }
        await #expect(processExitsWith: .failure) {
            let ring = SPSCRing<Int>(capacity: 2)
            _ = ring.consumer()
            _ = ring.consumer()
        }
    }

    @Test("two threads: nothing lost, doubled, reordered or torn", arguments: [2, 4, 64])
    func stress(_ capacity: Int) async {
        let count = UInt64(100_000)
        let ring = SPSCRing<Numbered>(capacity: capacity)
        async let consumed = onThread { () -> (wrong: Int, torn: Int, last: UInt64) in
            var consumer = ring.consumer()
            var seen = (wrong: 0, torn: 0, last: UInt64(0))
            var expected = UInt64(0)
            while expected < count {
                guard let message = consumer.pop() else {
                    sched_yield()
                    continue
                }
                if !message.isWhole { seen.torn += 1 }
                if message.number != expected { seen.wrong += 1 }
                seen.last = message.number
                expected += 1
            }
            if consumer.pop() != nil { seen.wrong += 1 }
            return seen
        }
        let pushed = await onThread { () -> UInt64 in
            var producer = ring.producer()
            var next = UInt64(0)
            while next < count {
                if producer.push(Numbered(next)) { next += 1 } else { sched_yield() }
            }
            return next
        }
        let seen = await consumed
        #expect(pushed == count)
        #expect(seen.wrong == 0 && seen.torn == 0)
        #expect(seen.last == count - 1)
    }
}
