import Foundation

/// Lines of a table as text.
enum TableText {
    /// The columns of a line, without their quotes. Commas, semicolons and tabs separate.
    static func fields(_ line: UnsafeRawBufferPointer) -> [Substring] {
        String(decoding: line, as: UTF8.self)
            .split(omittingEmptySubsequences: false) { $0 == "," || $0 == ";" || $0 == "\t" }
            .map { field in
                var field = field
                while let first = field.first, first == " " || first == "\"" { field.removeFirst() }
                while let last = field.last, last == " " || last == "\"" { field.removeLast() }
                return field
            }
    }

    /// The names of the columns: in small letters, words joined by underscores.
    static func names(_ header: UnsafeRawBufferPointer) -> [String] {
        fields(header).map {
            $0.lowercased().replacing(" ", with: "_").replacing("-", with: "_")
        }
    }
}
