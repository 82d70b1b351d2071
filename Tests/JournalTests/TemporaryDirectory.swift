import Foundation

/// A directory that is gone with the last reference to it.
final class TemporaryDirectory: Sendable {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "sluice-journal-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// The journal's files, in order.
    var files: [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        return names.sorted().map { path + "/" + $0 }
    }
}

/// The bytes of a file.
func contents(_ path: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(fileURLWithPath: path)))
}

/// Makes a file of `bytes`.
func write(_ bytes: [UInt8], to path: String) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: path))
}

/// A file that is changed in place: to write it again costs a flush each time.
final class ChangingFile {
    private let handle: FileHandle

    init(_ bytes: [UInt8], _ path: String) throws {
        try write(bytes, to: path)
        handle = try FileHandle(forUpdating: URL(fileURLWithPath: path))
    }

    func put(_ byte: UInt8, at offset: Int) throws {
        try handle.seek(toOffset: UInt64(offset))
        try handle.write(contentsOf: [byte])
    }

    func cut(to count: Int) throws { try handle.truncate(atOffset: UInt64(count)) }
}
