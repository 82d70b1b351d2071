public import Book
import Foundation
import Units

/// Past bars in a CSV file with a header, plain or compressed, as venues and archives publish them.
///
/// Columns are found by name, in any order: a time (`timestamp`, `start`, `startTime`, `open_time`,
/// `time`: when the bar opens; or `close_time`, `close_datetime`: when it ends) and `volume`. Times
/// are seconds or milliseconds since the epoch, or ISO 8601 with a blank or a T, UTC unless they
/// carry an offset. Other columns may be absent; prices are read where present.
public enum KlineFile {
    /// The bars of `name`, oldest first.
    ///
    /// - Throws: `RecordingError` with file and line: no header, no such column, a value that is no
    ///   time or number, fewer than two bars.
    public static func bars(_ name: String) throws -> [Kline] {
        let file = try FeedFile(name)
        guard let header = try file.next() else {
            throw RecordingError(file: name, reason: "has no header line")
        }
        let columns = try Columns(fields(header), name)
        var bars: [Kline] = []
        while let line = try file.next() {
            bars.append(try columns.bar(fields(line), name, file.line))
        }
        guard bars.count >= 2 else {
            throw RecordingError(file: name, reason: "has fewer than two bars")
        }
        bars.sort { $0.start < $1.start }
        if columns.isClosing { openFromClose(&bars) }
        return bars
    }

    private static func fields(_ line: UnsafeRawBufferPointer) -> [Substring] {
        String(decoding: line, as: UTF8.self)
            .split(separator: ",", omittingEmptySubsequences: false)
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

/// Where the values of a bar stand in a line.
private struct Columns {
    let time: Int
    let volume: Int
    let isClosing: Bool
    let prices: [Int?]
    let turnover: Int?

    init(_ header: [Substring], _ name: String) throws {
        let names = header.map { $0.trimmingCharacters(in: .whitespaces).lowercased() }
        func find(_ wanted: [String]) -> Int? { names.firstIndex { wanted.contains($0) } }
        let opening = find(["timestamp", "start", "starttime", "open_time", "time", "date"])
        let closing = find(["close_time", "close_datetime"])
        guard let time = opening ?? closing else {
            throw RecordingError(
                file: name,
                line: 1,
                reason: "the header names no time column (timestamp, start, open_time, close_time)"
            )
        }
        guard let volume = find(["volume"]) else {
            throw RecordingError(file: name, line: 1, reason: "the header names no volume column")
        }
        self.time = time
        self.volume = volume
        isClosing = opening == nil
        prices = ["open", "high", "low", "close"].map { find([$0]) }
        turnover = find(["turnover", "quote_volume"])
    }

    func bar(_ fields: [Substring], _ name: String, _ line: Int) throws -> Kline {
        func number(_ index: Int) throws -> Double {
            guard index < fields.count, let value = Double(fields[index]), value.isFinite,
                value >= 0
            else {
                throw RecordingError(
                    file: name,
                    line: line,
                    reason: "column \(index + 1) is no number"
                )
            }
            return value
        }
        guard time < fields.count, let start = ArchiveTime.parse(fields[time]) else {
            throw RecordingError(file: name, line: line, reason: "column \(time + 1) is no time")
        }
        let price = try prices.map { try $0.map(number) ?? 0 }
        return Kline(
            start: start,
            open: price[0],
            high: price[1],
            low: price[2],
            close: price[3],
            volume: try number(volume),
            turnover: try turnover.map(number) ?? 0
        )
    }
}
