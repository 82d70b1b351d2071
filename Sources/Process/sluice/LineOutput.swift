import Foundation

/// Standard output in large writes, for documents of many lines.
final class LineOutput {
    private var pending = Data()

    /// Appends text and a newline.
    func write(_ line: String) {
        write(line, terminator: 0x0a)
    }

    /// Appends text as it is.
    func append(_ text: String) {
        write(text, terminator: nil)
    }

    private func write(_ text: String, terminator: UInt8?) {
        pending.append(contentsOf: text.utf8)
        if let terminator { pending.append(terminator) }
        if pending.count > 1 << 16 { flush() }
    }

    /// Hands over what is left.
    func flush() {
        guard !pending.isEmpty else { return }
        // A reader that has gone away (`| head`) is no trouble of ours.
        try? FileHandle.standardOutput.write(contentsOf: pending)
        pending.removeAll(keepingCapacity: true)
    }
}
