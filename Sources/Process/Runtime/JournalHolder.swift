internal import Glibc

/// Whose journal a process writes, by the files that it has open.
enum JournalHolder {
    /// Descriptors that are looked at: a session needs 64 at most.
    private static let descriptors = 1_024

    /// Whether the process that is written as `holder` works another session than `name`. One that
    /// cannot be looked at may be the same.
    static func isOther(_ holder: String, than name: String) -> Bool {
        guard let process = Int32(holder), process != getpid() else { return false }
        let folder = "/proc/\(process)/fd"
        guard access(folder, R_OK | X_OK) == 0 else { return false }
        return !(0..<descriptors).contains { number in
            path(of: "\(folder)/\(number)")?.contains("/sluice-\(name)-") ?? false
        }
    }

    /// Where a link leads; nil where there is none.
    private static func path(of link: String) -> String? {
        var bytes = [UInt8](repeating: 0, count: Int(PATH_MAX))
        let count = bytes.withUnsafeMutableBytes { buffer in
            buffer.withMemoryRebound(to: CChar.self) { readlink(link, $0.baseAddress!, $0.count) }
        }
        return count < 0 ? nil : String(decoding: bytes.prefix(count), as: UTF8.self)
    }
}
