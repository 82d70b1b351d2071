import Book
import Foundation
import Recordings
import Simulation
import Units
import Wire

/// The messages the feed rows run on: a recording where there is one, else the synthetic market in
/// the same shape.
final class FeedInput {
    /// Where the messages come from.
    let name: String
    let instrument: Instrument
    /// A recording of 200 levels, where there is one.
    let wideRecording: String?
    /// Book messages, a snapshot first, each with the padding the scanner asks for.
    let messages: [PaddedBytes]

    init(recording: String?) throws {
        let folder = ProcessInfo.processInfo.environment["SLUICE_DATA"] ?? "../shared/data"
        let usual = folder + "/bybit-shape/usdm_btcusdt_20240808.ob50.ndjson.gz"
        let path = recording ?? (FileManager.default.fileExists(atPath: usual) ? usual : nil)
        instrument = FeedInput.bitcoin
        let wide = folder + "/bybit-shape/usdm_btcusdt_20240808.ob200.ndjson.gz"
        wideRecording = FileManager.default.fileExists(atPath: wide) ? wide : nil
        if let path {
            name = (path as NSString).lastPathComponent
            messages = try FeedInput.read(path)
        } else {
            name = "synthetic, seed 1"
            messages = FeedInput.synthetic(seed: 1, count: 4_000)
        }
    }

    /// A perpetual with a tick of 0.1 and a lot of 0.001.
    static let bitcoin = perpetual(0, "BTC")

    static func perpetual(_ index: Int, _ coin: String) -> Instrument {
        Instrument(
            id: InstrumentID(UInt16(index)),
            category: .linear,
            symbol: coin + "USDT",
            baseCoin: coin,
            quoteCoin: "USDT",
            tick: DecimalScale(multiplier: 1, decimals: 1),
            lot: DecimalScale(multiplier: 1, decimals: 3),
            priceRange: Price(ticks: 1)...Price(ticks: 19_999_998),
            quantityRange: Quantity(lots: 1)...Quantity(lots: 1_190_000),
            minimumNotional: Amount(billionths: 5_000_000_000)
        )
    }

    /// The book messages of a recording, or its first `count`.
    static func read(_ path: String, atMost count: Int = .max) throws -> [PaddedBytes] {
        let file = try FeedFile(path)
        var messages: [PaddedBytes] = []
        while messages.count < count, let line = try file.next() {
            let head = String(decoding: line.prefix(24), as: UTF8.self)
            if head.contains("orderbook.") { messages.append(PaddedBytes(line)) }
        }
        return messages
    }

    static func synthetic(seed: UInt64, count: Int) -> [PaddedBytes] {
        var market = SyntheticMarket(seed: seed)
        var messages: [PaddedBytes] = []
        while messages.count < count {
            for action in market.next() {
                guard case .depth(let kind, let bids, let asks) = action.kind else { continue }
                messages.append(
                    message(kind, bids, asks, sequence: Int64(messages.count) + 1_000)
                )
            }
        }
        return messages
    }

    /// One `orderbook.50` message in the venue's shape.
    static func message(
        _ kind: DepthUpdate.Kind,
        _ bids: [LevelChange],
        _ asks: [LevelChange],
        sequence: Int64,
        symbol: String = "BTCUSDT"
    ) -> PaddedBytes {
        let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 64)
        defer { room.deallocate() }
        var out = ByteWriter(room)
        out.append(#"{"topic":"orderbook.50."#)
        for byte in symbol.utf8 { out.append(byte: byte) }
        out.append(#"","type":""#)
        out.append(kind == .snapshot ? "snapshot" : "delta")
        out.append(#"","ts":1700000000140,"data":{"s":""#)
        for byte in symbol.utf8 { out.append(byte: byte) }
        out.append(#"","b":["#)
        append(bids, &out)
        out.append(#"],"a":["#)
        append(asks, &out)
        out.append(#"],"u":"#)
        out.append(sequence)
        out.append(#","seq":"#)
        out.append(66_544_703_342 + sequence)
        out.append(#"},"cts":1700000000138}"#)
        precondition(!out.overflowed)
        return PaddedBytes(out.written)
    }

    private static func append(_ levels: [LevelChange], _ out: inout ByteWriter) {
        for (i, level) in levels.enumerated() {
            out.append(i == 0 ? #"[""# : #",[""#)
            out.append(level.ticks, scale: bitcoin.tick)
            out.append(#"",""#)
            if level.lots == 0 {
                out.append("0")
            } else {
                out.append(level.lots, scale: bitcoin.lot)
            }
            out.append(#""]"#)
        }
    }
}

/// Bytes of fixed address with readable padding behind them.
final class PaddedBytes {
    let bytes: UnsafeRawBufferPointer
    private let memory: UnsafeMutableRawBufferPointer

    init(_ source: UnsafeRawBufferPointer) {
        memory = .allocate(byteCount: source.count + 64, alignment: 64)
        memory.initializeMemory(as: UInt8.self, repeating: 0)
        memory.copyMemory(from: source)
        bytes = UnsafeRawBufferPointer(rebasing: memory[..<source.count])
    }

    deinit { memory.deallocate() }
}
