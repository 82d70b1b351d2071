import Book
import Containers
import Engine
import Foundation
import Journal
import Orders
import Replay
import Units

extension Rows {
    /// What a record costs the hot thread, and how long an order waits for the disk.
    static func journal() -> [Row] {
        [
            Row(
                name: "journal.append",
                operation: "record one amend into the ring of 16 MiB",
                count: 50_000
            ) {
                let state = AppendState()
                return .batch { state.amends($0) }
            },
            Row(
                name: "journal.append.book",
                operation: "record one book message of 3 + 3 levels",
                count: 50_000
            ) {
                let state = AppendState()
                return .batch { state.books($0) }
            },
            Row(
                name: "journal.durable",
                operation: "record an amend behind 32 book messages, wait until the disk has it",
                count: 100
            ) {
                let state = try DurableState()
                return .each { state.run($0, $1) }
            },
        ]
    }
}

/// A recorder whose ring is emptied by nobody's thread: what is measured is the hot side alone.
private final class AppendState {
    private let ring = ByteRing(capacity: 16 << 20)!
    private var recorder: EngineRecorder
    private var consumer: ByteRing.Consumer
    private let changes: UnsafeMutablePointer<LevelChange>
    private var hash: UInt64 = 1

    init() {
        recorder = EngineRecorder(ring)
        consumer = ring.consumer()
        changes = .allocate(capacity: 6)
        for i in 0..<6 { changes[i] = LevelChange(ticks: 600_000 + Int64(i), lots: 5) }
    }

    deinit { changes.deallocate() }

    /// Takes a look at what was recorded, and gives it back.
    private func empty() {
        let bytes = consumer.readable()
        guard !bytes.isEmpty else { return }
        hash = fold(hash, bytes.load(fromByteOffset: bytes.count - 16, as: UInt64.self))
        consumer.release(bytes.count)
    }

    func amends(_ count: Int) -> UInt64 {
        for i in 0..<count {
            let amend = AmendOrder(
                child: ChildID(parent: ParentID(1), number: UInt32(truncatingIfNeeded: i)),
                instrument: InstrumentID(0),
                price: Price(ticks: 600_000 &+ Int64(i & 1_023)),
                quantity: Quantity(lots: 250)
            )
            let isKept = recorder.record(.amend(amend), now: Nanoseconds(Int64(i)))
            hash = fold(hash, isKept ? 1 : 0)
            if i & 4_095 == 4_095 { empty() }
        }
        empty()
        return hash
    }

    func books(_ count: Int) -> UInt64 {
        for i in 0..<count {
            changes[i & 3].lots = Int64(i)
            let update = DepthUpdate(
                instrument: InstrumentID(0),
                kind: .delta,
                depth: 50,
                sequence: Int64(i),
                crossSequence: Int64(i),
                publishedAt: .zero,
                matchedAt: .zero,
                bids: UnsafeBufferPointer(start: changes, count: 3),
                asks: UnsafeBufferPointer(start: changes + 3, count: 3)
            )
            let isKept = recorder.record(.market(.depth(update)), now: Nanoseconds(Int64(i)))
            hash = fold(hash, isKept ? 1 : 0)
            if i & 4_095 == 4_095 { empty() }
        }
        empty()
        return hash
    }
}

/// A journal on the disk that holds the temporary directory, with a writer's thread.
private final class DurableState {
    private let directory: String
    private let progress = JournalProgress()
    private var recorder: EngineRecorder
    private let changes: UnsafeMutablePointer<LevelChange>
    private let finished = DispatchSemaphore(value: 0)

    init() throws {
        directory = NSTemporaryDirectory() + "sluice-bench-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: directory,
            withIntermediateDirectories: true
        )
        let ring = ByteRing(capacity: 1 << 20)!
        recorder = EngineRecorder(ring)
        changes = .allocate(capacity: 6)
        changes.initialize(repeating: LevelChange(ticks: 600_000, lots: 5), count: 6)
        let work = UnsafeMutablePointer<JournalWriter>.allocate(capacity: 1)
        work.initialize(
            to: JournalWriter(
                ring,
                try JournalStore.create(directory: directory, session: "bench", startedAt: .zero),
                progress,
                sync: .durable,
                onDurable: {}
            )
        )
        nonisolated(unsafe) let writer = work
        let finished = finished
        Thread {
            writer.pointee.run()
            writer.deinitialize(count: 1)
            writer.deallocate()
            finished.signal()
        }.start()
    }

    deinit {
        progress.requestClose()
        finished.wait()
        changes.deallocate()
        try? FileManager.default.removeItem(atPath: directory)
    }

    private func recordBook() {
        let update = DepthUpdate(
            instrument: InstrumentID(0),
            kind: .delta,
            depth: 50,
            sequence: 1,
            crossSequence: 1,
            publishedAt: .zero,
            matchedAt: .zero,
            bids: UnsafeBufferPointer(start: changes, count: 3),
            asks: UnsafeBufferPointer(start: changes + 3, count: 3)
        )
        recorder.record(.market(.depth(update)), now: .zero)
    }

    func run(_ count: Int, _ watch: Stopwatch) -> UInt64 {
        var hash: UInt64 = 1
        for i in 0..<count {
            let amend = AmendOrder(
                child: ChildID(parent: ParentID(1), number: UInt32(truncatingIfNeeded: i)),
                instrument: InstrumentID(0),
                price: Price(ticks: 600_000),
                quantity: Quantity(lots: 250)
            )
            // What a market says between two orders: without it every sync would be of one block.
            for _ in 0..<32 { recordBook() }
            watch.start()
            let isKept = recorder.record(.amend(amend), now: .zero)
            progress.wakeWriter()
            while progress.durableSequence < recorder.sequence && progress.fault == nil {
                sched_yield()
            }
            watch.stop()
            hash = fold(hash, isKept && progress.fault == nil ? 3 : 0)
        }
        return hash
    }
}
