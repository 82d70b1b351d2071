public import Book
import Foundation
import Units

/// Past bars in a CSV file, plain or compressed, as venues and archives publish them.
///
/// Columns are found by their usual names, in any order and case, quoted or not; lines of prose
/// before the header are passed over. A file without a header is read as Binance's or Bybit's rows:
/// time, open, high, low, close, volume. Times are seconds, milliseconds, microseconds or
/// nanoseconds since the epoch, or ISO 8601 with a blank or a T, UTC unless they carry an offset.
/// Other columns may be absent; prices are read where present.
public enum KlineFile {
    /// The bars of `name`, oldest first.
    ///
    /// - Throws: `RecordingError` with file and line: no header, no such column, a value that is no
    ///   time or number, fewer than two bars, no volume at all.
    public static func bars(_ name: String) throws -> [Kline] {
        let file = try FeedFile(name)
        var bars: [Kline] = []
        guard let columns = try columns(file, &bars) else {
            throw RecordingError(file: name, reason: "has no header line")
        }
        while let line = try file.next() {
            let fields = TableText.fields(line)
            // The next file of several has a header of its own.
            if !bars.isEmpty, fields.count > columns.time,
                ArchiveTime.parse(fields[columns.time]) == nil,
                (try? KlineColumns(line, name, 1)) != nil
            {
                continue
            }
            bars.append(try columns.bar(fields, name, file.line))
        }
        guard bars.count >= 2 else {
            throw RecordingError(file: name, reason: "has fewer than two bars")
        }
        guard bars.contains(where: { $0.volume > 0 }) else {
            throw RecordingError(
                file: name,
                reason: "holds no volume: that of each of its \(bars.count) bars is zero"
            )
        }
        bars.sort { $0.start < $1.start }
        if columns.isClosing { openFromClose(&bars) }
        return bars
    }

    /// The columns, by the header or else by the first row, which is a bar then; nil for an empty
    /// file.
    private static func columns(_ file: FeedFile, _ bars: inout [Kline]) throws -> KlineColumns? {
        while let line = try file.next() {
            let fields = TableText.fields(line)
            // An archive may begin with its address or a note.
            if fields.count < 2 { continue }
            if let columns = KlineColumns(row: fields) {
                bars.append(try columns.bar(fields, file.name, file.line))
                return columns
            }
            return try KlineColumns(line, file.name, file.line)
        }
        return nil
    }

    /// Bars known by their end start one width before it, rounded to the width.
    private static func openFromClose(_ bars: inout [Kline]) {
        let widths = zip(bars, bars.dropFirst()).map { $1.start.count - $0.start.count }
        guard let width = widths.filter({ $0 > 0 }).min() else { return }
        for i in bars.indices {
            bars[i].start = Nanoseconds((bars[i].start.count - 1) / width * width)
        }
    }
}
