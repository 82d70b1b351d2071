import CLinux
import Foundation
import Glibc
import Journal
import Replay

extension FuzzEntry {
    /// Journals, most of them with their checksums made right again, so that what lies behind the
    /// checksums is reached: reading one and replaying it may fail, and may not end the process.
    static let journal = FuzzEntry(
        name: "journal",
        corpus: Corpus.journals,
        prepare: {
            let check = JournalCheck(Set(Corpus.journals()))
            return { input, random in check.fault(input.bytes, seals: random.next() % 8 != 0) }
        }
    )
}

/// Files of one name, written again for each input.
private final class JournalCheck {
    private let known: Set<[UInt8]>
    private let folder: String
    private let path: String

    init(_ known: Set<[UInt8]>) {
        self.known = known
        let memory = FileManager.default.fileExists(atPath: "/dev/shm") ? "/dev/shm/" : "/tmp/"
        folder = memory + "sluice-fuzz-\(UUID().uuidString)"
        path = folder + "/sluice-fuzzed-00000.journal"
        mkdir(folder, 0o700)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    func fault(_ bytes: [UInt8], seals: Bool) -> String? {
        write(seals ? Seal.sealed(bytes) : bytes)
        do {
            var replay = try Replay.open(path)
            try replay.run()
            if known.contains(bytes), let difference = replay.difference {
                return "a valid journal replays otherwise at record \(difference.number)"
            }
        } catch {
            return known.contains(bytes) ? "refuses a valid journal: \(error)" : nil
        }
        return nil
    }

    private func write(_ bytes: [UInt8]) {
        let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        let written = Glibc.write(file, bytes, bytes.count)
        precondition(written == bytes.count, "JournalCheck: cannot write \(path)")
        close(file)
    }
}

/// Makes the checksums of a damaged journal right, as a forger would.
private enum Seal {
    static func sealed(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        bytes.withUnsafeMutableBytes { raw in
            guard raw.count >= JournalFormat.headerBytes, let base = raw.baseAddress else { return }
            raw.storeBytes(of: sluice_crc32c(0, base, 60), toByteOffset: 60, as: UInt32.self)
            var at = JournalFormat.headerBytes
            while at + JournalFormat.recordHeaderBytes <= raw.count {
                let units = raw.loadUnaligned(fromByteOffset: at + 4, as: UInt16.self)
                let length = Int(UInt16(littleEndian: units)) * 8
                guard length >= JournalFormat.recordHeaderBytes, at + length <= raw.count else {
                    return
                }
                let sum = sluice_crc32c(0, base + at + 4, length - 4)
                raw.storeBytes(of: sum, toByteOffset: at, as: UInt32.self)
                at += length
            }
        }
        return bytes
    }
}
