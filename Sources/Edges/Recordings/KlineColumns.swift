import Book
import Foundation
import Units

/// Where the values of a bar stand in a line.
struct KlineColumns {
    let time: Int
    let volume: Int
    let isClosing: Bool
    let prices: [Int?]
    let turnover: Int?

    /// What opens a bar, the surest name first.
    private static let openings = [
        "timestamp", "open_time", "opentime", "start", "start_time", "starttime", "start_at",
        "open_timestamp", "unix", "unix_timestamp", "time", "ts", "t", "datetime", "date",
        "open_datetime", "candle_begin_time",
    ]
    private static let closings = [
        "close_time", "closetime", "close_datetime", "close_timestamp", "end_time", "endtime",
        "end_at", "end",
    ]
    private static let volumes = [
        "volume", "base_volume", "volume_base", "basevolume", "vol", "v", "base_asset_volume",
    ]
    private static let turnovers = [
        "turnover", "quote_volume", "quote_asset_volume", "volume_quote", "quotevolume",
    ]
    /// Coins in which a volume by its coin's name is a turnover.
    private static let money = ["usd", "usdt", "usdc", "busd", "eur"]

    init(_ header: UnsafeRawBufferPointer, _ name: String, _ line: Int) throws {
        let names = TableText.names(header)
        func find(_ wanted: [String]) -> Int? {
            wanted.lazy.compactMap { names.firstIndex(of: $0) }.first
        }
        let opening = find(KlineColumns.openings)
        guard let time = opening ?? find(KlineColumns.closings) else {
            throw RecordingError(
                file: name,
                line: line,
                reason: "the header names no time column (timestamp, start, open_time, close_time)"
            )
        }
        guard
            let volume = find(KlineColumns.volumes)
                ?? KlineColumns.coinVolume(names, isMoney: false)
        else {
            throw RecordingError(
                file: name,
                line: line,
                reason: "the header names no volume column (volume, base_volume, Volume BTC)"
            )
        }
        self.time = time
        self.volume = volume
        isClosing = opening == nil
        prices = ["open", "high", "low", "close"].map { find([$0, String($0.prefix(1))]) }
        turnover = find(KlineColumns.turnovers) ?? KlineColumns.coinVolume(names, isMoney: true)
    }

    /// `Volume BTC`, `volume_(btc)`: a column that is named after the coin it counts.
    private static func coinVolume(_ names: [String], isMoney: Bool) -> Int? {
        names.firstIndex {
            $0.hasPrefix("volume_")
                && money.contains(String($0.dropFirst(7).filter(\.isLetter))) == isMoney
        }
    }

    /// The columns of a row without header: time, open, high, low, close, volume, and the turnover
    /// behind it (Bybit) or behind the closing time (Binance, of twelve columns). Nil when `row` is
    /// none.
    init?(row: [Substring]) {
        guard row.count >= 6, ArchiveTime.parse(row[0]) != nil,
            row[1...5].allSatisfy({ Double($0) != nil })
        else { return nil }
        time = 0
        volume = 5
        isClosing = false
        prices = [1, 2, 3, 4]
        turnover = row.count >= 11 ? 7 : row.count == 7 ? 6 : nil
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
