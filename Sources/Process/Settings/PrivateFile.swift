internal import Foundation

/// A file that nobody but its owner may read.
enum PrivateFile {
    /// The text of the file at `path`; nil when it cannot be read. What is wrong is added to
    /// `problems`, also where the text can be had.
    static func text(_ path: String, _ problems: inout [String]) -> String? {
        do throws(TextFileError) {
            let file = try TextFile(path, most: 1 << 16)
            if file.owner != geteuid() {
                problems.append("\(path): belongs to another user: chown it")
            }
            if file.mode & 0o077 != 0 {
                problems.append("\(path): others may read it: chmod 600 \(path)")
            }
            return file.text
        } catch {
            problems.append("\(path): \(error)")
            return nil
        }
    }
}
