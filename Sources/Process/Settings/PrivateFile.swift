internal import Foundation

/// A file that nobody but its owner may read.
enum PrivateFile {
    /// The text of the file at `path`; nil when it cannot be read. What is wrong is added to
    /// `problems`, also where the text can be had.
    static func text(_ path: String, _ problems: inout [String]) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            problems.append("\(path): \(String(cString: strerror(errno)))")
            return nil
        }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        // Asked of the open file: the one that was checked is the one that is read.
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            problems.append("\(path): is no file")
            return nil
        }
        if status.st_uid != geteuid() {
            problems.append("\(path): belongs to another user: chown it")
        }
        if status.st_mode & 0o077 != 0 {
            problems.append("\(path): others may read it: chmod 600 \(path)")
        }
        guard status.st_size <= 1 << 16, let data = try? handle.readToEnd() ?? Data(),
            let text = String(data: data, encoding: .utf8)
        else {
            problems.append("\(path): cannot be read as a text of up to 64 KiB")
            return nil
        }
        return text
    }
}
