/// What each row computes: a row whose work was removed or changed no longer gives its hash.
///
/// Rows on a recording are left out, and those on the feed are held only to the synthetic one.
enum ExpectedHashes {
    static let all: [String: String] = [
        "book.apply.7": "a64fe80818603bf7",
        "book.walk.50": "1986ee45d64257f1",
        "clock.now": "c9000001558b",
        "decode.json.20": "766ec2eaf9cdb406",
        "decode.json.200": "533d48d476d881e7",
        "decode.json.3": "9ec4a46c0bdb0fe1",
        "engine.moving.1": "e0c44ce41b027e06",
        "engine.moving.10": "e0c44ce41b027e06",
        "engine.moving.100": "e0c44ce41b027e06",
        "engine.step.0": "e0c44ce41b027e06",
        "engine.step.1": "e0c44ce41b027e06",
        "engine.step.10": "e0c44ce41b027e06",
        "engine.step.100": "e0c44ce41b027e06",
        "engine.step.elsewhere": "e0c44ce41b027e06",
        "feed.apply.3.cold": "927a4000f8e5bac",
        "feed.apply.3.hot": "3a463e8c52c6b29",
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
        "openssl.encrypt.300": "67ecec1992327581",
        "order.encode": "9a0241627d19dc9",
        "ring.pingpong": "444f72a525704619",
        "ring.roundtrip": "4e71b43935d38b49",
        "seqlock.load": "6d61",
        "seqlock.store": "d3fa5000b419389",
        "tls.decrypt.300": "97942549bbe7b6bd",
        "tls.encrypt.300": "67ecec1992327581",
        "wire.order.cold": "927c0000f8e8b40",
        "wire.openssl": "742d4e45fb880677",
        "wire.order.hot": "87639e198ae94650",
        "wire.ours": "87639e198ae94650",
    ]
    static let synthetic: [String: String] = [
        "book.apply.ob200": "419de28a27572b17",
        "feed.ob50": "a6a0b31b3311035d",
        "wire.book.feed": "d888d4de205b3022",
    ]

    /// Rows whose hash is another, in words; twins must give their original's.
    static func strays(_ rows: [Measurement], isSynthetic: Bool) -> [String] {
        var strays: [String] = []
        for row in rows {
            let expected = all[row.name] ?? (isSynthetic ? synthetic[row.name] : nil)
            if let expected, row.hash != expected {
                strays.append("\(row.name) gave \(row.hash), not \(expected)")
            }
            let twin = rows.first { $0.name == "twin." + row.name }
            if let twin, twin.hash != row.hash {
                strays.append("\(row.name) differs from its twin")
            }
        }
        return strays
    }
}
