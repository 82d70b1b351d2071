import Foundation

/// Where lives keep their journals: memory where there is such a file system, so that a disk that
/// others use does not decide how long orders wait.
struct Scratch: Sendable {
    private let folder: String

    /// Folders under `path`, or under /dev/shm, or under the temporary folder.
    init(_ path: String?) {
        let memory = "/dev/shm"
        let isMemory = FileManager.default.isWritableFile(atPath: memory)
        folder = path ?? (isMemory ? memory : NSTemporaryDirectory())
    }

    /// A fresh folder for the life of `seed`.
    func folder(_ kind: String, _ seed: UInt64) throws -> String {
        let path = "\(folder)/sluice-\(kind)-\(ProcessInfo.processInfo.processIdentifier)-\(seed)"
        try? FileManager.default.removeItem(atPath: path)
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        return path
    }

    static func remove(_ path: String) { try? FileManager.default.removeItem(atPath: path) }
}
