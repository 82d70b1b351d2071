import Book
import Containers
import Journal
import Orders
import Units

extension JournalAppender {
    /// Appends a plain record.
    mutating func append(_ record: PlainRecord) -> Bool {
        let now = Nanoseconds(record.now)
        switch record.body {
        case .session(let session): return append(session, now)
        case .accept(let order, let plan): return append(order, plan: plan, now)
        case .timer: return appendTimer(now)
        case .close: return appendClose(now)
        case .depth(let kind, let sequence, let bids, let asks):
            return bids.withUnsafeBufferPointer { bids in
                asks.withUnsafeBufferPointer { asks in
                    let update = DepthUpdate(
                        instrument: InstrumentID(0),
                        kind: kind,
                        depth: 50,
                        sequence: sequence,
                        crossSequence: sequence * 3,
                        publishedAt: Nanoseconds(record.now - 5),
                        matchedAt: Nanoseconds(record.now - 9),
                        bids: bids,
                        asks: asks
                    )
                    return append(.depth(update), now)
                }
            }
        case .trades(let trades):
            return trades.withUnsafeBufferPointer { trades in
                let batch = TradeBatch(
                    instrument: InstrumentID(0),
                    publishedAt: Nanoseconds(record.now - 5),
                    trades: trades
                )
                return append(.trades(batch), now)
            }
        case .ticker(let update): return append(.ticker(update), now)
        case .order(let event):
            return append(event, isObservedOnly: record.isObservedOnly, now)
        case .account(let coded): return append(account: coded, now)
        case .link(let coded): return append(link: coded, now)
        case .control(let coded): return append(control: coded, now)
        case .command(let command): return append(command, now)
        case .gap: preconditionFailure("a gap is the appender's own")
        }
    }
}

/// A disk that need not survive a loss of power: syncs cost milliseconds, and tests have none.
let forgetfulDisk: JournalDisk = {
    var disk = JournalDisk.system
    disk.sync = { _ in 0 }
    return disk
}()

/// Writes `records` to a journal in `directory` through ring and writer, with the room of one
/// segment for each `segmentBytes`.
func writeJournal(
    _ records: [PlainRecord],
    in directory: TemporaryDirectory,
    session: String = "recorded",
    startedAt: Int64 = 1_000,
    segmentBytes: Int = 1 << 20
) throws {
    let ring = ByteRing(capacity: 1 << 22)!
    var appender = JournalAppender(ring)
    let progress = JournalProgress()
    var writer = JournalWriter(
        ring,
        try JournalStore.create(
            directory: directory.path,
            session: session,
            startedAt: Nanoseconds(startedAt),
            segmentBytes: segmentBytes,
            disk: forgetfulDisk
        ),
        progress,
        sync: .async,
        onDurable: {}
    )
    for record in records {
        let fits = appender.append(record)
        precondition(fits, "the test's ring is large enough when it is emptied at every record")
        while writer.turn() {}
    }
    progress.requestClose()
    writer.run()
    precondition(progress.fault == nil)
}

/// What reading a journal gave: each whole record's bytes, and how it ends.
struct ReadJournal {
    var records: [[UInt8]] = []
    var end: JournalEnd?

    init(_ path: String) throws {
        var reader = try JournalReader(path)
        while let entry = try reader.next() { records.append(Array(entry.bytes)) }
        end = reader.end
    }
}
