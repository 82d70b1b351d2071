import Foundation
import Journal
import Synchronization

/// Notes of how far each file of a journal is on disk, so that a loss of power can be played: what
/// lies behind them is the disk's to lose.
///
/// A mark is set when the sync has returned and before anybody is told, in a file that outlives the
/// process: a mark may be behind the truth, never ahead of it.
final class DurableMarks: Sendable {
    private static let nameBytes = 120
    private static let slotBytes = 128

    private struct Files {
        var slots: [Int32: Int] = [:]
        var ends: [Int32: Int] = [:]
        var count = 0
    }

    private let marks: Int32
    private let files = Mutex(Files())

    /// Marks in a new file at `path`.
    init(_ path: String) {
        marks = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        precondition(marks >= 0, "DurableMarks: \(path) cannot be made")
    }

    deinit { close(marks) }

    /// The file system's calls, which leave marks.
    var disk: JournalDisk {
        let system = JournalDisk.system
        var disk = system
        disk.create = { path in
            let descriptor = system.create(path)
            if descriptor >= 0 { self.begin(path, descriptor) }
            return descriptor
        }
        disk.write = { descriptor, bytes, offset in
            let count = system.write(descriptor, bytes, offset)
            if count > 0 {
                self.files.withLock {
                    $0.ends[descriptor] = max($0.ends[descriptor] ?? 0, offset + count)
                }
            }
            return count
        }
        disk.sync = { descriptor in
            let (slot, end) = self.files.withLock {
                ($0.slots[descriptor], $0.ends[descriptor] ?? 0)
            }
            let failed = system.sync(descriptor)
            if failed == 0, let slot { self.mark(slot, end) }
            return failed
        }
        return disk
    }

    private func begin(_ path: String, _ descriptor: Int32) {
        let slot = files.withLock { files in
            defer { files.count += 1 }
            files.slots[descriptor] = files.count
            files.ends[descriptor] = 0
            return files.count
        }
        var name = Array(path.utf8.prefix(DurableMarks.nameBytes))
        name += [UInt8](repeating: 0, count: DurableMarks.slotBytes - name.count)
        pwrite(marks, name, name.count, off_t(slot * DurableMarks.slotBytes))
    }

    private func mark(_ slot: Int, _ end: Int) {
        var value = Int64(end).littleEndian
        let offset = slot * DurableMarks.slotBytes + DurableMarks.nameBytes
        pwrite(marks, &value, 8, off_t(offset))
    }

    /// Loses, of the newest segment in `folder`, what the marks at `path` do not confirm, from a
    /// point that the dice say. Older segments were synced before it was begun.
    ///
    /// - Returns: whether it lost something.
    static func loseRest(_ path: String, of folder: String, _ dice: inout Dice) -> Bool {
        let bytes = [UInt8](FileManager.default.contents(atPath: path) ?? Data())
        let segments = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        guard let newest = segments.filter({ $0.hasSuffix(".journal") }).max() else {
            return false
        }
        for start in stride(from: 0, to: bytes.count - nameBytes + 1, by: slotBytes) {
            let name = bytes[start..<start + nameBytes].prefix { $0 != 0 }
            var durable = 0
            if start + slotBytes <= bytes.count {
                for i in 0..<8 { durable |= Int(bytes[start + nameBytes + i]) << (8 * i) }
            }
            let file = String(decoding: name, as: UTF8.self)
            if file.hasSuffix("/\(newest)") { return loseTail(file, behind: durable, &dice) }
        }
        return false
    }

    private static func loseTail(_ path: String, behind durable: Int, _ dice: inout Dice) -> Bool {
        let descriptor = open(path, O_RDWR | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        let content = [UInt8](FileManager.default.contents(atPath: path) ?? Data())
        guard let last = content.lastIndex(where: { $0 != 0 }), last >= durable else {
            return false
        }
        // A disk loses whole sectors of what came behind the mark.
        let sectors = [durable] + stride(from: durable / 512 * 512 + 512, through: last, by: 512)
        let cut = dice.pick(sectors)
        let zeros = [UInt8](repeating: 0, count: content.count - cut)
        return pwrite(descriptor, zeros, zeros.count, off_t(cut)) == zeros.count
    }
}
