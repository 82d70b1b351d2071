import Book
import Containers
import Foundation
import Glibc
import Journal
import Orders
import Synchronization
import Testing
import Units

/// The cold side: what is durable when, and what becomes of a disk that fails.
@Suite("Journal writer", .timeLimit(.minutes(3)))
struct WriterTests {
    private static let place = PlainRecord(
        now: 3,
        body: .command(
            .place(
                PlaceOrder(
                    child: ChildID(parent: ParentID(0), number: 0),
                    instrument: InstrumentID(0),
                    side: .buy,
                    timeInForce: .postOnly,
                    price: Price(ticks: 1),
                    quantity: Quantity(lots: 1)
                )
            )
        )
    )
    private static let timer = PlainRecord(now: 1, body: .timer)

    private final class Calls: Sendable {
        let count = Atomic(0)
    }

    /// Counts and fails as it is told.
    private final class FaultyDisk: Sendable {
        let syncs = Atomic(0)
        let writes = Atomic(0)
        let reserves = Atomic(0)
        let failSyncAt: Int
        let failWriteAt: Int
        let failReserveAt: Int

        init(failSyncAt: Int = .max, failWriteAt: Int = .max, failReserveAt: Int = .max) {
            self.failSyncAt = failSyncAt
            self.failWriteAt = failWriteAt
            self.failReserveAt = failReserveAt
        }

        var disk: JournalDisk {
            var disk = JournalDisk.system
            let real = JournalDisk.system
            disk.sync = { _ in
                self.syncs.add(1, ordering: .relaxed).newValue >= self.failSyncAt ? EIO : 0
            }
            disk.reserve = { descriptor, bytes in
                self.reserves.add(1, ordering: .relaxed).newValue >= self.failReserveAt
                    ? ENOSPC : real.reserve(descriptor, bytes)
            }
            disk.write = { descriptor, bytes, offset in
                if self.writes.add(1, ordering: .relaxed).newValue >= self.failWriteAt {
                    return -Int(EIO)
                }
                // Short writes are no fault.
                let part = UnsafeRawBufferPointer(rebasing: bytes.prefix(1_000))
                return real.write(descriptor, part, offset)
            }
            return disk
        }
    }

    private static func writer(
        _ directory: TemporaryDirectory,
        _ ring: ByteRing,
        _ progress: JournalProgress,
        _ sync: JournalSync,
        _ disk: JournalDisk,
        onDurable: @escaping @Sendable () -> Void = {}
    ) throws -> JournalWriter {
        JournalWriter(
            ring,
            try JournalStore.create(
                directory: directory.path,
                session: "recorded",
                startedAt: .zero,
                segmentBytes: 1 << 20,
                disk: disk
            ),
            progress,
            sync: sync,
            onDurable: onDurable
        )
    }

    @Test("durable: an order's record is synced at once, a timer's is not, and only orders wake")
    func durable() throws {
        let directory = try TemporaryDirectory()
        let disk = FaultyDisk()
        let progress = JournalProgress()
        let ring = ByteRing(capacity: 4_096)!
        let calls = Calls()
        var writer = try WriterTests.writer(
            directory,
            ring,
            progress,
            .durable,
            disk.disk,
            onDurable: { calls.count.add(1, ordering: .relaxed) }
        )
        var appender = JournalAppender(ring)
        let before = disk.syncs.load(ordering: .relaxed)
        _ = appender.append(WriterTests.timer)
        while writer.turn() {}
        #expect(progress.writtenSequence == 1 && progress.durableSequence == 0)
        #expect(disk.syncs.load(ordering: .relaxed) == before)
        _ = appender.append(WriterTests.place)
        while writer.turn() {}
        #expect(progress.durableSequence == 2)
        #expect(disk.syncs.load(ordering: .relaxed) == before + 1)
        #expect(calls.count.load(ordering: .relaxed) == 1)
    }

    @Test("async: an order's record is written at once and synced within a fraction of a second")
    func async() throws {
        let directory = try TemporaryDirectory()
        let disk = FaultyDisk()
        let progress = JournalProgress()
        let ring = ByteRing(capacity: 4_096)!
        var writer = try WriterTests.writer(directory, ring, progress, .async, disk.disk)
        var appender = JournalAppender(ring)
        _ = appender.append(WriterTests.place)
        while writer.turn() {}
        #expect(progress.writtenSequence == 1 && progress.durableSequence == 0)
        let began = ContinuousClock.now
        while progress.durableSequence == 0 && ContinuousClock.now - began < .seconds(5) {
            _ = writer.turn()
        }
        #expect(progress.durableSequence == 1)
    }

    @Test("a write or a sync that fails stops the journal, which ends with a whole record")
    func faults() throws {
        for (disk, operation) in [
            (FaultyDisk(failWriteAt: 4), JournalFault.Operation.write),
            (FaultyDisk(failSyncAt: 3), .sync),
        ] {
            let directory = try TemporaryDirectory()
            let progress = JournalProgress()
            let ring = ByteRing(capacity: 4_096)!
            var writer = try WriterTests.writer(directory, ring, progress, .durable, disk.disk)
            var appender = JournalAppender(ring)
            for _ in 0..<6 {
                _ = appender.append(WriterTests.place)
                while writer.turn() {}
            }
            #expect(progress.fault == JournalFault(operation, errno: EIO))
            let durable = progress.durableSequence
            // The ring is emptied all the same.
            for _ in 0..<1_000 {
                let fits = appender.append(WriterTests.timer)
                #expect(fits)
                while writer.turn() {}
            }
            progress.requestClose()
            writer.run()
            #expect(progress.durableSequence == durable)
            let read = try ReadJournal(directory.path)
            #expect(read.records.count >= Int(durable) && read.records.count < 6)
            #expect(read.end == .open)
        }
    }

    @Test("no room for the next segment stops the journal at the end of the last")
    func noRoomForTheNext() throws {
        let directory = try TemporaryDirectory()
        let disk = FaultyDisk(failReserveAt: 2)
        let progress = JournalProgress()
        let ring = ByteRing(capacity: 1 << 16)!
        var writer = try WriterTests.writer(directory, ring, progress, .async, disk.disk)
        var appender = JournalAppender(ring)
        let levels = (0..<1_000).map { LevelChange(ticks: Int64($0), lots: 1) }
        let book = PlainRecord(
            now: 1,
            body: .depth(.snapshot, sequence: 1, bids: levels, asks: [])
        )
        for _ in 0..<100 {
            let fits = appender.append(book)
            #expect(fits)
            while writer.turn() {}
        }
        #expect(progress.fault == JournalFault(.reserve, errno: ENOSPC))
        #expect(progress.fault?.text.contains("no room for the next segment") == true)
        #expect(directory.files.count == 1)
        let read = try ReadJournal(directory.path)
        #expect(read.records.count == (1 << 20) / (72 + 16_000))
        #expect(read.end == .open)
    }

    @Test("what cannot be begun says what was tried, where, and what to do")
    func starts() throws {
        let directory = try TemporaryDirectory()
        func refusal(_ path: String, _ disk: JournalDisk = .system) throws -> String {
            let error = #expect(throws: JournalError.self) {
                _ = try JournalStore.create(
                    directory: path,
                    session: "s",
                    startedAt: .zero,
                    disk: disk
                )
            }
            return "\(try #require(error))"
        }
        let missing = try refusal(directory.path + "/missing")
        #expect(missing.contains("/missing/sluice-s-00000.journal: cannot make a segment"))
        #expect(missing.contains("make the directory first"))
        let full = try refusal(directory.path, FaultyDisk(failReserveAt: 1).disk)
        #expect(full.contains("no room for a segment of 64 MiB"), "\(full)")
        #expect(full.contains("make room, or take smaller segments"), "\(full)")
        #expect(directory.files.isEmpty)
        var readOnly = JournalDisk.system
        readOnly.create = { _ in -EROFS }
        #expect(try refusal(directory.path, readOnly).contains("can be written to"))
        let error = #expect(throws: JournalError.self) {
            _ = try JournalStore.create(
                directory: directory.path,
                session: "s",
                startedAt: .zero,
                segmentBytes: 4_096
            )
        }
        #expect("\(try #require(error))".contains("1 to 4096 MiB"))
    }

    @Test("a file size limit is an error and not the end of the process")
    func fileSizeLimit() async {
        await #expect(processExitsWith: .success) {
            var limit = rlimit(rlim_cur: 512 << 10, rlim_max: 512 << 10)
            guard setrlimit(__rlimit_resource_t(1), &limit) == 0 else { exit(2) }
            let directory = try TemporaryDirectory()
            do {
                _ = try JournalStore.create(
                    directory: directory.path,
                    session: "s",
                    startedAt: .zero
                )
            } catch let error as JournalError {
                exit("\(error)".contains("ulimit -f") ? 0 : 3)
            }
            exit(4)
        }
    }

    @Test("a session in which nothing was recorded leaves no file")
    func nothing() throws {
        let directory = try TemporaryDirectory()
        let progress = JournalProgress()
        let ring = ByteRing(capacity: 4_096)!
        var writer = try WriterTests.writer(directory, ring, progress, .async, .system)
        #expect(directory.files.count == 1)
        progress.requestClose()
        writer.run()
        #expect(directory.files.isEmpty)
    }

    @Test("a sleeping writer is woken by an order and keeps up with the hot thread")
    func threads() async throws {
        let directory = try TemporaryDirectory()
        let progress = JournalProgress()
        let ring = ByteRing(capacity: 1 << 16)!
        let work = UnsafeMutablePointer<JournalWriter>.allocate(capacity: 1)
        work.initialize(
            to: try WriterTests.writer(directory, ring, progress, .durable, forgetfulDisk)
        )
        defer {
            work.deinitialize(count: 1)
            work.deallocate()
        }
        nonisolated(unsafe) let writer = work
        async let done: Void = withCheckedContinuation { continuation in
            Thread {
                writer.pointee.run()
                continuation.resume()
            }.start()
        }
        var appender = JournalAppender(ring)
        var random = RandomRecords(seed: 9)
        var waits = 0
        for _ in 0..<2_000 {
            let record = random.any()
            while !appender.append(record) {
                sched_yield()
                waits += 1
            }
        }
        _ = appender.append(WriterTests.place)
        progress.wakeWriter()
        while progress.durableSequence < appender.sequence { sched_yield() }
        progress.requestClose()
        await done
        let read = try ReadJournal(directory.path)
        #expect(read.records.count == Int(appender.sequence))
        // What found no room was told of, or there was nothing of the kind.
        #expect(appender.lost.market + appender.lost.orders == UInt64(waits))
    }
}
