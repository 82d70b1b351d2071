import Containers
import Glibc
import Synchronization
import Testing

@Suite("Broadcast ring", .timeLimit(.minutes(10)))
struct BroadcastRingTests {
    /// What one reader saw.
    private struct Tally {
        var received = UInt64(0)
        var missed = UInt64(0)
        var torn = 0
        var misplaced = 0

        /// Takes in one reading; false when there is nothing.
        mutating func take(_ reading: BroadcastRing<Numbered>.Reading) -> Bool {
            switch reading {
            case .empty: return false
            case .missed(let count):
                missed += count
            case .message(let message):
                if !message.isWhole { torn += 1 }
                // What came before, received or missed, tells which message this must be.
                if message.number != received + missed { misplaced += 1 }
                received += 1
            }
            return true
        }
    }

    @Test("every reader gets every message, while none is slow")
    func all() {
        let ring = BroadcastRing<Numbered>(capacity: 8)
        var writer = ring.writer()
        var first = ring.reader()
        var second = ring.reader()
        var tallies = (Tally(), Tally())
        for n in UInt64(0)..<100 {
            writer.publish(Numbered(n))
            let readings = (first.next(), first.next())
            let taken = [tallies.0.take(readings.0), tallies.0.take(readings.1)]
            #expect(taken == [true, false])
            if n % 8 == 7 { while tallies.1.take(second.next()) {} }
        }
        while tallies.1.take(second.next()) {}
        for tally in [tallies.0, tallies.1] {
            #expect(tally.received == 100 && tally.missed == 0)
            #expect(tally.misplaced == 0 && tally.torn == 0)
        }
    }

    @Test("a slow reader is told exactly how much it missed", arguments: [2, 4, 64])
    func missed(_ capacity: Int) {
        for lead in [capacity, capacity + 1, 3 * capacity, 1_000 * capacity + 1] {
            let ring = BroadcastRing<Numbered>(capacity: capacity)
            var writer = ring.writer()
            var reader = ring.reader()
            for n in 0..<UInt64(lead) { writer.publish(Numbered(n)) }
            var tally = Tally()
            while tally.take(reader.next()) {}
            #expect(tally.received + tally.missed == UInt64(lead))
            #expect((tally.missed == 0) == (lead == capacity))
            #expect(tally.misplaced == 0)
            let written = writer.count
            #expect(written == UInt64(lead))
        }
    }

    @Test("a reader made late is told what the ring no longer holds")
    func late() {
        let ring = BroadcastRing<Int>(capacity: 4)
        var writer = ring.writer()
        for n in 0..<10 { writer.publish(n) }
        var reader = ring.reader()
        guard case .missed(let count) = reader.next(), count == 6 else {
            Issue.record("nothing was missed")
            return
        }
        guard case .message(let value) = reader.next() else {
            Issue.record("no message after what was missed")
            return
        }
        #expect(value == Int(count))
    }

    @Test("two readers and a writer that never waits: received + missed = written, none torn")
    func stress() async {
        let count = UInt64(200_000)
        let ring = BroadcastRing<Numbered>(capacity: 64)
        let shared = Shared()
        async let first = onThread { shared.read(ring) }
        async let second = onThread { shared.read(ring) }
        await onThread {
            var writer = ring.writer()
            for n in 0..<count {
                writer.publish(Numbered(n))
                // Now and then the readers may catch up: both outcomes must be met.
                if n % 1_024 == 0 { sched_yield() }
            }
            shared.isDone.store(true, ordering: .releasing)
        }
        for tally in await [first, second] {
            #expect(tally.received + tally.missed == count)
            #expect(tally.torn == 0 && tally.misplaced == 0)
            #expect(tally.received > 0)
        }
    }

    private final class Shared: Sendable {
        let isDone = Atomic(false)

        func read(_ ring: BroadcastRing<Numbered>) -> Tally {
            var reader = ring.reader()
            var tally = Tally()
            while true {
                let isDone = isDone.load(ordering: .acquiring)
                var found = false
                while tally.take(reader.next()) { found = true }
                if isDone { return tally }
                if !found { sched_yield() }
            }
        }
    }
}
