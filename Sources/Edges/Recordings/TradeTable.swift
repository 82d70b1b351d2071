import Foundation
internal import Units

/// A table of trades as the venue publishes them, whose rows are told as the messages they once
/// were.
///
/// Two forms: derivatives (`timestamp,symbol,side,size,price,tickDirection,trdMatchID,…`, seconds
/// with decimals) and spot (`id,timestamp,price,volume,side`, milliseconds), whose symbol stands in
/// the file's name alone. Columns are found by name, in any order.
struct TradeTable {
    private let name: String
    private let time: Int
    private let side: Int
    private let size: Int
    private let price: Int
    private let symbol: Int?
    private let id: Int?
    private let isRPI: Int?
    private let symbolOfFile: String?
    private let memory = UnpackedText()

    /// The table that `header` begins; nil when it begins none.
    ///
    /// - Throws: `RecordingError` when neither a column nor the file's name says the symbol.
    init?(header: UnsafeRawBufferPointer, _ name: String) throws {
        let names = TableText.names(header)
        func find(_ wanted: String...) -> Int? {
            wanted.lazy.compactMap { names.firstIndex(of: $0) }.first
        }
        guard let time = find("timestamp", "time"), let side = find("side"),
            let size = find("size", "volume", "qty", "amount"), let price = find("price")
        else { return nil }
        self.name = name
        self.time = time
        self.side = side
        self.size = size
        self.price = price
        symbol = find("symbol")
        id = find("trdmatchid", "id", "trade_id", "execid")
        isRPI = find("rpi")
        symbolOfFile = TradeTable.symbol(of: name)
        guard symbol != nil || symbolOfFile != nil else {
            throw RecordingError(
                file: name,
                line: 1,
                reason:
                    "holds trades without a symbol column, and its name does not begin with one "
                    + "(BTCUSDT_2024-12-01.csv.gz)"
            )
        }
    }

    /// The symbol that a file's name begins with, before its date.
    private static func symbol(of name: String) -> String? {
        let base = (name as NSString).lastPathComponent
        let letters = base.prefix { $0.isASCII && ($0.isUppercase || $0.isNumber) }
        guard letters.count < base.count else { return nil }
        var symbol = String(letters)
        // BTCUSDT2024-12-01: the year belongs to the date.
        if base.dropFirst(letters.count).hasPrefix("-"), symbol.suffix(4).allSatisfy(\.isNumber) {
            let short = String(symbol.dropLast(4))
            if short.count >= 3 { symbol = short }
        }
        return symbol.count >= 3 && symbol.contains(where: \.isLetter) ? symbol : nil
    }

    /// The message of one row.
    ///
    /// The view is good until the next call, and 64 bytes past its end are readable.
    func message(_ row: UnsafeRawBufferPointer, at line: Int) throws -> UnsafeRawBufferPointer {
        let fields = TableText.fields(row)
        func field(_ index: Int) throws -> Substring {
            guard index < fields.count,
                fields[index].utf8.allSatisfy({ $0 > 0x20 && $0 != 0x22 && $0 != 0x5c })
            else {
                throw RecordingError(file: name, line: line, reason: "has no column \(index + 1)")
            }
            return fields[index]
        }
        let stamp = try field(time)
        guard let at = ArchiveTime.parse(stamp)?.millisecondCount else {
            throw RecordingError(file: name, line: line, reason: "column \(time + 1) is no time")
        }
        let market = try symbol.map { String(try field($0)) } ?? symbolOfFile ?? ""
        let print = try id.map(field) ?? ""
        let retail = try isRPI.map { try field($0) == "1" } ?? false
        let text =
            #"{"topic":"publicTrade.\#(market)","type":"snapshot","ts":\#(at),"data":[{"T":\#(at),"#
            + #""s":"\#(market)","S":"\#(try field(side).capitalized)","v":"\#(try field(size))","#
            + #""p":"\#(try field(price))","i":"\#(print)","BT":false,"RPI":\#(retail)}]}"#
        return memory.hold(Array(text.utf8))
    }
}
