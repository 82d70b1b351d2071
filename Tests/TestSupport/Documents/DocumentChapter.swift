import Foundation

/// What `docs/json.md` says of the documents of one schema.
public struct DocumentChapter {
    /// What is wrong with the chapter itself.
    public struct Fault: Error {
        /// What, in words.
        public var text: String
    }

    /// The described type of each member, by its path: `children[].price`, `latency.*.count`.
    public let types: [String: String]

    /// The chapter whose heading names `schema`.
    public init(_ schema: String) throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let text = try String(
            contentsOf: root.appendingPathComponent("docs/json.md"),
            encoding: .utf8
        )
        let chapters = text.components(separatedBy: "\n## ").filter {
            $0.prefix { $0 != "\n" }.contains("`\(schema)`")
        }
        guard chapters.count == 1 else {
            throw Fault(text: "\(chapters.count) chapters are about \(schema)")
        }
        var types: [String: String] = [:]
        for line in chapters[0].components(separatedBy: "\n") where line.hasPrefix("| `") {
            let cells = line.components(separatedBy: " | ")
            let name = cells[0].dropFirst(3).dropLast()
            guard types.updateValue(cells[1], forKey: String(name)) == nil else {
                throw Fault(text: "\(name) is described twice")
            }
        }
        self.types = types
    }

    /// What a document's text holds that the chapter does not describe, or not as it is.
    public func objections(to text: String) throws -> [String] {
        try values(text).compactMap { path, value in
            guard let type = types[path] else {
                // A whole part that there is nothing to say of.
                let isPart = value is NSNull && types.keys.contains { $0.hasPrefix(path + ".") }
                return isPart ? nil : "\(path) is not described"
            }
            return DocumentChapter.fits(value, type) ? nil : "\(path) is no \(type): \(value)"
        }
    }

    /// What the chapter describes and none of the documents holds.
    public func missing(from texts: [String]) throws -> [String] {
        let written = Set(try texts.flatMap { try values($0).map(\.path) })
        return types.keys.filter { !written.contains($0) }.sorted()
    }

    /// Every value that holds no others, with its path; an element of a list is like another.
    private func values(_ text: String) throws -> [(path: String, value: Any)] {
        var found: [(path: String, value: Any)] = []
        collect(try JSONSerialization.jsonObject(with: Data(text.utf8)), "", &found)
        return found
    }

    private func collect(_ value: Any, _ path: String, _ found: inout [(path: String, value: Any)])
    {
        // What another chapter describes.
        if let type = types[path], type.hasPrefix("object") || type.hasPrefix("list") {
            found.append((path, value))
        } else if let members = value as? [String: Any] {
            let isOpen = types.keys.contains { $0 == path + ".*" || $0.hasPrefix(path + ".*.") }
            for (name, member) in members {
                let name = isOpen ? "*" : name
                collect(member, path.isEmpty ? name : path + "." + name, &found)
            }
        } else if let elements = value as? [Any] {
            for element in elements { collect(element, path + "[]", &found) }
        } else {
            found.append((path, value))
        }
    }

    private static func fits(_ value: Any, _ type: String) -> Bool {
        if value is NSNull { return type.hasSuffix(" or null") }
        let kind = type.prefix { $0 != " " }
        switch value {
        case let text as String:
            switch kind {
            case "string": return true
            case "decimal": return text.wholeMatch(of: /-?\d+(\.\d+)?/) != nil
            case "instant":
                return text.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.(\d{3}|\d{9})Z/) != nil
            default: return false
            }
        case let number as NSNumber:
            switch String(cString: number.objCType) {
            case "c", "B": return kind == "boolean"
            case "d", "f": return kind == "number"
            default: return kind == "number" || kind == "integer"
            }
        case is [String: Any]: return kind == "object"
        case is [Any]: return kind == "list"
        default: return false
        }
    }
}
