internal import CLinux
public import Containers

/// How soon what is recorded survives a loss of power.
public enum JournalSync: String, CaseIterable, Sendable {
    /// An order leaves only when its record does: the hot thread holds it until then.
    case durable
    /// Records are written at once and synced every tenth of a second; orders do not wait.
    case async
}

/// The cold thread's end of a journal: fills in checksums, writes what the ring holds, syncs, and
/// says how far it is. One `turn` after the other; the thread is its caller's.
///
/// After the first fault nothing more is written, so the disk keeps a journal that ends with a
/// whole record; what still comes is dropped, so the ring does not fill up.
public struct JournalWriter: ~Copyable {
    /// The longest the disk may be behind in `async` mode, and for records that no order waits for.
    static let syncInterval = UInt64(100_000_000)
    /// The longest sleep: how late a record may be written that nobody is woken for.
    static let pause = UInt64(1_000_000)
    /// The most that is written in one call.
    static let batchBytes = 1 << 20

    private var ring: ByteRing.Consumer
    private var store: JournalStore
    private let progress: JournalProgress
    private let sync: JournalSync
    private let onDurable: @Sendable () -> Void
    private var lastSync: UInt64
    /// The last record written, and the last of them that was synced.
    private var written: UInt64 = 0
    private var durable: UInt64 = 0
    private var isOrderWaiting = false

    /// Empties `ring` into `store`; `onDurable` is called when orders may leave, or when no more
    /// can be written, so that a sleeping hot thread looks.
    public init(
        _ ring: ByteRing,
        _ store: consuming JournalStore,
        _ progress: JournalProgress,
        sync: JournalSync,
        onDurable: @escaping @Sendable () -> Void
    ) {
        self.ring = ring.consumer()
        self.store = store
        self.progress = progress
        self.sync = sync
        self.onDurable = onDurable
        lastSync = sluice_monotonic()
    }

    /// Writes until it is asked to close, then to the end of what there is.
    public mutating func run() {
        while true {
            let isLast = progress.isClosing
            if turn() { continue }
            if isLast { break }
            progress.beginSleep()
            // Looked at once more, for what came before the flag was up was not told.
            if ring.readable().isEmpty { progress.sleep(nanoseconds: JournalWriter.pause) }
            progress.endSleep()
        }
        finish()
    }

    /// Writes what there is, once; false when there was nothing.
    public mutating func turn() -> Bool {
        let waiting = ring.readable()
        if waiting.isEmpty {
            if written != durable, sluice_monotonic() &- lastSync > JournalWriter.syncInterval {
                makeDurable()
            }
            return false
        }
        if progress.fault != nil {
            ring.release(waiting.count)
            return true
        }
        let count = seal(waiting)
        if count > 0 {
            if let fault = store.write(UnsafeRawBufferPointer(rebasing: waiting[..<count])) {
                fail(fault)
                return true
            }
            ring.release(count)
            progress.note(written: written)
        } else if let fault = store.rotate() {
            fail(fault)
            return true
        } else {
            // What the segment before held was synced when it was closed.
            noteDurable()
        }
        let isDue = sluice_monotonic() &- lastSync > JournalWriter.syncInterval
        if isOrderWaiting || isDue { makeDurable() }
        return true
    }

    /// Fills in the checksums of as many whole records as fit the batch and the segment.
    ///
    /// - Returns: their bytes; 0 when the first does not fit the segment.
    private mutating func seal(_ bytes: UnsafeMutableRawBufferPointer) -> Int {
        let limit = min(bytes.count, min(JournalWriter.batchBytes, store.room))
        let base = bytes.baseAddress!
        var offset = 0
        while offset < bytes.count {
            let record = base + offset
            let length =
                Int(UInt16(littleEndian: record.load(fromByteOffset: 4, as: UInt16.self)))
                * 8
            if offset + length > limit { break }
            record.put(0, sluice_crc32c(0, record + 4, length - 4))
            written = UInt64(littleEndian: record.load(fromByteOffset: 8, as: UInt64.self))
            switch RecordKind(rawValue: record.load(fromByteOffset: 6, as: UInt8.self)) {
            case .place, .amend: if sync == .durable { isOrderWaiting = true }
            // Before its first order a session waits for its parent's record, in either mode.
            case .accept: isOrderWaiting = true
            default: break
            }
            offset += length
        }
        return offset
    }

    private mutating func makeDurable() {
        lastSync = sluice_monotonic()
        if let fault = store.sync() { return fail(fault) }
        noteDurable()
    }

    private mutating func noteDurable() {
        durable = written
        progress.note(durable: written)
        if isOrderWaiting {
            isOrderWaiting = false
            onDurable()
        }
    }

    private mutating func fail(_ fault: JournalFault) {
        progress.note(fault)
        onDurable()
    }

    private mutating func finish() {
        if progress.fault == nil {
            if let fault = store.end() { return fail(fault) }
            progress.note(durable: written)
        }
        store.discardIfEmpty()
    }
}
