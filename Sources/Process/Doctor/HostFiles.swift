import Foundation

/// What the kernel tells of a host in files: /proc and /sys, or copies of them below another root.
public struct HostFiles: Sendable {
    private let root: String

    /// The files below `root`: "/" for this host.
    public init(root: String = "/") {
        self.root = root.hasSuffix("/") ? root : root + "/"
    }

    /// The file's text without space around it; nil when it cannot be read.
    func text(_ path: String) -> String? {
        // Read to the end, whatever the size said: the kernel's files claim to be empty.
        guard let file = FileHandle(forReadingAtPath: root + path),
            let data = try? file.readToEnd() ?? Data()
        else { return nil }
        return String(decoding: data, as: UTF8.self)
            .trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// The file's text as a whole number.
    func number(_ path: String) -> Int? { text(path).flatMap { Int($0) } }

    /// The names in a directory, sorted; empty when it cannot be read.
    func names(_ path: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: root + path)) ?? []).sorted()
    }

    func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: root + path) }
}

/// A list of processors as the kernel writes it: "0-3,8".
struct ProcessorList {
    let members: Set<Int>

    /// Nil when `text` is no such list; the empty text is the empty list.
    init?(_ text: String) {
        var members: Set<Int> = []
        for part in text.split(separator: ",") {
            let ends = part.split(separator: "-").map { Int($0) }
            guard let first = ends.first.flatMap({ $0 }), let last = ends.last.flatMap({ $0 }),
                ends.count <= 2, first >= 0, first <= last, last < 65_536
            else { return nil }
            members.formUnion(first...last)
        }
        self.members = members
    }
}
