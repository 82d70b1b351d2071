import Book
import TestSupport

/// What each row computes: a row whose work was removed or changed no longer gives its hash.
///
/// Hashes of rows with an input of their own are stored; rows on the feed, recorded or synthetic,
/// are held against `FeedOracle` on the same messages.
struct ExpectedHashes {
    /// `book.apply.ob200` without a recording.
    private static let syntheticWide: UInt64 = 0x419d_e28a_2757_2b17

    private static let all: [String: String] = [
        "book.apply.7": "a64fe80818603bf7",
        "book.walk.50": "1986ee45d64257f1",
        "clock.now": "c9000001558b",
        "decode.json.20": "766ec2eaf9cdb406",
        "decode.json.200": "533d48d476d881e7",
        "decode.json.3": "9ec4a46c0bdb0fe1",
        "engine.moving.1": "f00cae99e53c25e5",
        "engine.moving.10": "9e8e5e2de6165a64",
        "engine.moving.100": "288e2685c4a02762",
        "decode.sbe.50": "7a1c6dde02ecea66",
        "engine.step.0": "e0c44ce41b027e06",
        "engine.step.1": "f00cae99e53c25e5",
        "engine.step.10": "9e8e5e2de6165a64",
        "engine.step.100": "288e2685c4a02762",
        "engine.step.elsewhere": "5ea304fcf946e266",
        "engine.timer.1": "8bf25ac15a542538",
        "engine.timer.100": "e73827ec0ebd97d",
        "feed.apply.3.cold": "927a4000f8e5bac",
        "feed.apply.3.hot": "80fe1f233e0c2de9",
        "feed.instruments.1": "80fe1f233e0c2de9",
        "feed.instruments.10": "42d5b56ecdf772fb",
        "feed.instruments.100": "67ebbe05800fca5d",
        "feed.instruments.500": "67ebbe05800fca5d",
        "frame.parse": "b071c1ada5095a51",
        "histogram.record": "91e94a2658c06fe7",
        "journal.append": "723a55c497d0222",
        "journal.append.book": "7316f5c49947060",
        "journal.durable": "20000000366",
        "machine.spin": "82207cf735e5a3de",
        "openssl.decrypt.300": "4f8904e347d935f1",
        "order.encode": "9a0241627d19dc9",
        "risk.check": "5ffedb6f10a1f61d",
        "ring.pingpong": "5e9ced332f404929",
        "ring.roundtrip": "7bf36ca93c8241f1",
        "seqlock.load": "6d61",
        "seqlock.store": "d3fa5000b419389",
        "order.decided": "87639e198ae94650",
        "sweep.batch.8": "9bce200084787a1",
        "sweep.single.8": "67a12769f1ae5c41",
        "wire.openssl": "742d4e45fb880677",
        "wire.ours": "5e7880d6e7269271",
        "tls.decrypt.300": "7852092772de7099",
        "tls.encrypt.300": "4a8122c431fb79e9",
        "wire.order.cold": "c8cd5de0aae39380",
        "wire.order.hot": "5e7880d6e7269271",
    ]

    private let rows: [Row]
    private let input: FeedInput

    init(_ rows: [Row], _ input: FeedInput) {
        self.rows = rows
        self.input = input
    }

    /// Rows that computed nothing, or something else than they must, in words.
    func strays(_ measurements: [Measurement]) -> [String] {
        var strays: [String] = []
        for row in measurements {
            if row.hash == "0" {
                strays.append("\(row.name) computed nothing")
                continue
            }
            do {
                if let expected = try expected(row.name), row.hash != expected {
                    strays.append("\(row.name) gave \(row.hash), not \(expected)")
                }
            } catch {
                strays.append("\(row.name): the oracle cannot read the feed (\(error))")
            }
            let twin = measurements.first { $0.name == "twin." + row.name }
            if let twin, twin.hash != row.hash {
                strays.append("\(row.name) differs from its twin")
            }
        }
        return strays
    }

    /// The hash `name` must give; a twin's is its original's, and a ratio's the one both have.
    private func expected(_ name: String) throws -> String? {
        for prefix in ["twin.", "ratio."] where name.hasPrefix(prefix) {
            return try expected(String(name.dropFirst(prefix.count)))
        }
        if let stored = ExpectedHashes.all[name] { return stored }
        guard let row = rows.first(where: { $0.name == name }) else { return nil }
        return try fromOracle(row).map { String($0, radix: 16) }
    }

    /// Rows on the feed are held against the plain book on the same messages.
    private func fromOracle(_ row: Row) throws -> UInt64? {
        func hash(_ messages: [PaddedBytes], _ term: (FeedOracle.Quote) -> Int64) throws -> UInt64 {
            try FeedOracle.quotes(messages, row.hashedCount, of: input.instrument)
                .reduce(1) { fold($0, UInt64(bitPattern: term($1))) }
        }
        // Rows of the book alone hash what it answered to each message as well.
        func hashApplied(_ messages: [PaddedBytes]) throws -> UInt64 {
            try FeedOracle.quotes(messages, row.hashedCount, of: input.instrument).reduce(1) {
                let answered = fold($0, UInt64(BookResult.applied.rawValue))
                return fold(answered, UInt64(bitPattern: $1.bid.lots ^ $1.ask.ticks))
            }
        }
        switch row.name {
        case "feed.ob50":
            return try hash(input.messages) { $0.bid.ticks ^ $0.ask.lots }
        case "wire.book.feed":
            return try hash(input.messages) { $0.bid.ticks ^ $0.ask.lots }
        case "book.apply.ob50":
            return try hashApplied(input.messages)
        case "book.apply.ob200":
            guard let path = input.wideRecording else { return ExpectedHashes.syntheticWide }
            return try hashApplied(FeedInput.read(path, atMost: row.hashedCount))
        default: return nil
        }
    }
}
