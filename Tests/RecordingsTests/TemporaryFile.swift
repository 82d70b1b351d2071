import Foundation

/// A file that lives as long as its value.
final class TemporaryFile {
    let path: String

    init(_ bytes: some Sequence<UInt8>, suffix: String = ".ndjson") throws {
        path = NSTemporaryDirectory() + "sluice-\(UUID().uuidString)\(suffix)"
        try Data(bytes).write(to: URL(fileURLWithPath: path))
    }

    convenience init(_ text: String) throws { try self.init(Array(text.utf8)) }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// The recordings next to the project, where they are present.
enum SharedData {
    struct Recording: Sendable, CustomStringConvertible {
        var path: String
        var tick: String
        var lot: String
        var messages: Int
        var levels: Int
        var symbol: String {
            ["ETHUSDT", "XRPUSDT"].first { path.contains($0.lowercased()) } ?? "BTCUSDT"
        }
        var description: String { (path as NSString).lastPathComponent }
    }

    private static let folder = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("shared/data").path

    /// Counts by an independent program.
    static let recordings = [
        Recording(
            path: "bybit-real/xrpusdt-ob500.data.zip",
            tick: "0.0001",
            lot: "1",
            messages: 50,
            levels: 3_966
        ),
        Recording(
            path: "bybit-shape/usdm_btcusdt_20240808.ob50.ndjson.gz",
            tick: "0.1",
            lot: "0.001",
            messages: 6_351,
            levels: 97_953
        ),
        Recording(
            path: "bybit-shape/usdm_btcusdt_20240808.ob200.ndjson.gz",
            tick: "0.1",
            lot: "0.001",
            messages: 3_431,
            levels: 186_121
        ),
        Recording(
            path: "bybit-shape/usdm_ethusdt_20240808.ob50.ndjson.gz",
            tick: "0.01",
            lot: "0.001",
            messages: 6_438,
            levels: 124_507
        ),
        Recording(
            path: "bybit-shape/spot_btcusdt_20240808-09.ob50.ndjson.gz",
            tick: "0.01",
            lot: "0.00001",
            messages: 6_338,
            levels: 127_867
        ),
    ].map { recording in
        var found = recording
        found.path = folder + "/" + recording.path
        return found
    }

    static let isPresent = recordings.allSatisfy {
        FileManager.default.fileExists(atPath: $0.path)
    }
}
