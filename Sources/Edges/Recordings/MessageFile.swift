internal import Units
import Wire

/// The venue's messages in one recording, out of whatever a collector put around them.
///
/// Plain messages a line or in a JSON list; with a time before each (`1700000000123456789 {…}`);
/// inside an object of the collector's (`{"ts":…,"msg":{…}}`), as a value or as a text; and the
/// venue's tables of trades, whose rows are told as the messages they once were.
public final class MessageFile {
    private let file: FeedFile
    private var envelope = MessageEnvelope()
    private var table: TradeTable?
    private var hasBegun = false

    /// Opens the recording `name`.
    ///
    /// - Throws: `RecordingError` when it cannot be opened, is empty or is no such file.
    public init(_ name: String) throws { file = try FeedFile(name) }

    /// The file, as it was named.
    public var name: String { file.name }

    /// The line of the current message, from 1.
    public var line: Int { file.line }

    /// The next message; nil after the last. A line that holds none is given as it stands.
    ///
    /// The view is good until the next call, and 64 bytes past its end are readable.
    ///
    /// - Throws: `RecordingError` where the file cannot be read, or a row of a table makes no
    ///   sense.
    public func next() throws -> UnsafeRawBufferPointer? {
        while let line = try file.next() {
            if let first = line.first, first == UInt8(ascii: "{") { return envelope.open(line) }
            if !hasBegun {
                hasBegun = true
                table = try TradeTable(header: line, file.name)
                if table != nil { continue }
            }
            if table != nil {
                // The next file of several has a header of its own.
                if let other = try TradeTable(header: line, file.name) {
                    table = other
                    continue
                }
                return try table!.message(line, at: file.line)
            }
            return envelope.open(line)
        }
        return nil
    }
}
