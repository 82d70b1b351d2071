internal import Foundation

/// Why a file that was named cannot be used: the end of a sentence that begins with its name.
public struct TextFileError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Why.
    public let description: String
}

/// A file of text that a person named.
///
/// Only a regular file of a bounded size is read: a pipe would be waited for, and a device has no
/// end.
public struct TextFile: Sendable {
    /// The most bytes that are read where nothing else is said: every authority of a system fits.
    public static let most = 4 << 20

    /// What it holds.
    public let text: String
    /// Whose it is, and who may read it.
    let owner: uid_t
    let mode: mode_t

    /// Reads the file at `path`.
    public init(_ path: String, most: Int = TextFile.most) throws(TextFileError) {
        // A pipe that nobody writes to would hold up the one that opens it.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw TextFile.error(errno) }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        // Asked of the open file: the one that was checked is the one that is read.
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw TextFile.error(errno) }
        switch status.st_mode & S_IFMT {
        case S_IFREG: break
        case S_IFDIR: throw TextFileError(description: "is a directory")
        default: throw TextFileError(description: "is a device or a pipe, and no file")
        }
        let data: Data
        do {
            data = try handle.read(upToCount: most + 1) ?? Data()
        } catch {
            throw TextFileError(description: "cannot be read")
        }
        guard data.count <= most else {
            let size = most >= 1 << 20 ? "\(most >> 20) MiB" : "\(most >> 10) KiB"
            throw TextFileError(description: "is larger than \(size)")
        }
        guard let text = String(data: data, encoding: .utf8) else {
            throw TextFileError(description: "is no text in UTF-8")
        }
        self.text = text
        (owner, mode) = (status.st_uid, status.st_mode)
    }

    private static func error(_ number: Int32) -> TextFileError {
        switch number {
        case ENOENT: TextFileError(description: "does not exist")
        case EACCES: TextFileError(description: "cannot be read: its permissions forbid it")
        default: TextFileError(description: "cannot be read: \(String(cString: strerror(number)))")
        }
    }
}
