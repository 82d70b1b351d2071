/// Standard output in large writes, for documents of many lines.
final class LineOutput {
    private var pending = ""
    private var count = 0

    /// Appends text and a newline.
    func write(_ line: String) throws(DocumentLost) { try append(line + "\n") }

    /// Appends text as it is.
    func append(_ text: String) throws(DocumentLost) {
        pending += text
        count += text.utf8.count
        if count > 1 << 16 { try flush() }
    }

    /// Hands over what is left.
    func flush() throws(DocumentLost) {
        guard count > 0 else { return }
        try Terminal.piece(pending)
        pending = ""
        count = 0
    }
}
