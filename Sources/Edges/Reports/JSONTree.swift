/// A JSON value: what every document of Sluice is before it is text.
public indirect enum JSONTree: Hashable, Sendable {
    case null
    case bool(Bool)
    /// A number, as it is written.
    case number(String)
    case text(String)
    case array([JSONTree])
    /// Members by name.
    case object([String: JSONTree])

    /// The value as text: two spaces a level, members in the order of their names.
    public var document: String {
        var out = ""
        write(to: &out, indent: "")
        return out
    }

    private func write(to out: inout String, indent: String) {
        let inner = indent + "  "
        switch self {
        case .null: out += "null"
        case .bool(let value): out += value ? "true" : "false"
        case .number(let text): out += text
        case .text(let text): JSONTree.quote(text, to: &out)
        case .array(let values):
            if values.isEmpty { return out += "[]" }
            out += "["
            for (i, value) in values.enumerated() {
                out += i == 0 ? "\n" + inner : ",\n" + inner
                value.write(to: &out, indent: inner)
            }
            out += "\n" + indent + "]"
        case .object(let members):
            if members.isEmpty { return out += "{}" }
            out += "{"
            for (i, name) in members.keys.sorted().enumerated() {
                out += i == 0 ? "\n" + inner : ",\n" + inner
                JSONTree.quote(name, to: &out)
                out += " : "
                members[name]?.write(to: &out, indent: inner)
            }
            out += "\n" + indent + "}"
        }
    }

    private static func quote(_ text: String, to out: inout String) {
        out += "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": out += "\\\""
            case "\\": out += "\\\\"
            case "\n": out += "\\n"
            case "\r": out += "\\r"
            case "\t": out += "\\t"
            case _ where scalar.value < 0x20 || scalar.value == 0x7f:
                let hex = String(scalar.value, radix: 16)
                out += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
            default: out.unicodeScalars.append(scalar)
            }
        }
        out += "\""
    }
}
