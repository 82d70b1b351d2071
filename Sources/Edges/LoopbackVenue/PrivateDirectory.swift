internal import Glibc
internal import Synchronization

/// A directory that only this user can enter, for the keys of one run.
final class PrivateDirectory: Sendable {
    /// Its path.
    let path: String
    private let isRemoved = Atomic(false)

    /// Makes a new one under TMPDIR, or /tmp.
    init() throws(LoopbackVenueError) {
        let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array("\(parent)/sluice-venue-XXXXXX".utf8CString)
        // mkdtemp makes it with mode 0700 and under a name that nobody could foresee.
        guard mkdtemp(&template) != nil else {
            throw .certificates(
                step: "making a directory in \(parent): \(String(cString: strerror(errno)))"
            )
        }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { remove() }

    /// The path of `name` in it.
    func file(_ name: String) -> String { "\(path)/\(name)" }

    /// Removes it and the files in it. Once is enough; more often does nothing.
    func remove() {
        guard !isRemoved.exchange(true, ordering: .acquiringAndReleasing) else { return }
        if let directory = opendir(path) {
            while let entry = readdir(directory) {
                let name = withUnsafePointer(to: &entry.pointee.d_name) {
                    $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                }
                if name != "." && name != ".." { unlink(file(name)) }
            }
            closedir(directory)
        }
        rmdir(path)
    }
}
