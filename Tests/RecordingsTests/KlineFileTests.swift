import Book
import Recordings
import Testing
import Units

@Suite("Bars from files", .timeLimit(.minutes(1)))
struct KlineFileTests {
    private static func bars(_ text: String) throws -> [Kline] {
        let file = try TemporaryFile(text)
        return try withExtendedLifetime(file) { try KlineFile.bars(file.path) }
    }

    private static let start: Int64 = 1_700_000_100

    @Test(
        "times are read in every unit since the epoch",
        arguments: ["", "000", "000000", "000000000"]
    )
    func units(_ zeros: String) throws {
        let text =
            "open_time,open,high,low,close,volume\n"
            + "\(Self.start)\(zeros),1,4,0.5,2,7.5\n\(Self.start + 60)\(zeros),2,3,1,2,8\n"
        let bars = try Self.bars(text)
        #expect(bars.map(\.start) == [.seconds(Self.start), .seconds(Self.start + 60)])
        #expect(bars.map(\.volume) == [7.5, 8] && bars[0].high == 4 && bars[0].low == 0.5)
    }

    @Test(
        "columns go by their usual names, quoted or not",
        arguments: [
            "timestamp,volume", "start_at,volume", "Open Time,Volume", "\"date\",\"volume\"",
            "date,Volume BTC", "unix,base_volume", "time;vol", "start\tvolume", "startTime,v",
            "open-time,Volume (BTC)", "timestamp,volume,Volume USDT,quote_volume",
        ]
    )
    func names(_ header: String) throws {
        let comma = header.contains(";") ? ";" : header.contains("\t") ? "\t" : ","
        let rest = header.contains("quote") ? ",70,80" : ""
        let times: [(Int64, String)] = [(0, "7.5"), (60, "8")]
        let rows = times.map { "\(Self.start + $0)\(comma)\"\($1)\"\(rest)" }
        let bars = try Self.bars(([header] + rows).joined(separator: "\r\n"))
        #expect(bars.map(\.volume) == [7.5, 8], "\(header)")
        #expect(bars[0].start == .seconds(Self.start))
        if !rest.isEmpty { #expect(bars[0].turnover == 80) }
    }

    @Test("an archive's note, byte order mark and blank lines are passed over")
    func notes() throws {
        let text =
            "\u{feff}https://archive.example\n\nunix,date,symbol,open,high,low,close,"
            + "Volume BTC,Volume USDT,tradecount\n"
            + "\(Self.start)000,2023-11-14 22:15:00,BTC/USDT,1,4,0.5,2,7.5,70,3\n"
            + "\(Self.start - 60)000,2023-11-14 22:14:00,BTC/USDT,1,4,0.5,2,8,80,3\n"
        let bars = try Self.bars(text)
        #expect(bars.map(\.volume) == [8, 7.5] && bars.map(\.turnover) == [80, 70])
        #expect(bars[1].start == .seconds(Self.start))
    }

    @Test("rows without a header are read as Binance's and Bybit's")
    func headerless() throws {
        let binance = [Int64(0), 60].map {
            "\(Self.start + $0)000000,1,4,0.5,2,7.5,\(Self.start + $0 + 59)999999,70,3,1,2,0"
        }
        #expect(try Self.bars(binance.joined(separator: "\n")).map(\.turnover) == [70, 70])
        let bybit = [Int64(0), 60].map { "\(Self.start + $0)000,1,4,0.5,2,7.5,71" }
        let bars = try Self.bars(bybit.joined(separator: "\n"))
        #expect(bars.map(\.turnover) == [71, 71] && bars.map(\.volume) == [7.5, 7.5])
        #expect(bars.map(\.start) == [.seconds(Self.start), .seconds(Self.start + 60)])
    }

    @Test("dates carry their offset, and a bar known by its end starts a width before")
    func dates() throws {
        let text =
            "close_datetime,volume\n2023-11-14 23:15:59.999000+01:00,1\n"
            + "2023-11-14 23:16:59.999000+01:00,2\n"
        let bars = try Self.bars(text)
        #expect(bars.map(\.start) == [.seconds(Self.start), .seconds(Self.start + 60)])
        let days = try Self.bars("date,volume\n2023-11-14,1\n2023/11/15,2\n")
        #expect(days.map(\.start) == [.seconds(1_699_920_000), .seconds(1_700_006_400)])
    }

    @Test(
        "what makes no profile is refused with its reason",
        arguments: [
            ("timestamp,volume\n1,0\n61,0.0\n", "volume"), ("timestamp,volume\n1,5\n", "fewer"),
            ("timestamp,price\n1,5\n", "volume"), ("when,volume\n1,5\n", "time"),
            ("timestamp,volume\n1,x\n61,1", "column 2"), ("timestamp,volume\nx,1\n", "column 1"),
            ("note\n", "header"), ("timestamp,volume\n1,-5\n61,1", "column 2"),
        ]
    )
    func refused(_ text: String, _ word: String) throws {
        let error = try #require(throws: RecordingError.self) { try Self.bars(text) }
        #expect(error.reason.contains(word), "\(error)")
    }
}
