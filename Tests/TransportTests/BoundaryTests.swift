import Testing
import Transport
import Units
import Wire

/// Frames and TLS records do not end where chunks do: every cut must give the same messages.
@Suite("Bytes cut anywhere", .timeLimit(.minutes(3)))
struct BoundaryTests {
    /// Text, a ping, a message in three fragments with control frames between them, binary.
    private static let frames: [UInt8] =
        [0x81, 5] + Array("first".utf8) + [0x89, 2, 1, 2]
        + [0x01, 3, 0x61, 0xc3, 0xa9] + [0x89, 1, 3] + [0x00, 2, 0xf0, 0x9f] + [0x8a, 0]
        + [0x80, 3, 0x98, 0x80, 0x62] + [0x82, 126, 0, 126] + [UInt8](repeating: 7, count: 126)
        + [0x81, 0]

    private static let expected = [
        "first", "aé😀b", String(repeating: "\u{7}", count: 126), "",
    ]

    @Test("frames cut in two at every byte, in records of any size", arguments: [true, false])
    func everyCut(isSecure: Bool) throws {
        let pair = try Pair(isSecure: isSecure)
        pair.exchange()
        var got = 0
        // Whole, a record for every seven bytes, and a record for every byte.
        for recordBytes in [BoundaryTests.frames.count, 7, 1] {
            var cut = 0
            var length = 1
            while cut <= length {
                for start in stride(from: 0, to: BoundaryTests.frames.count, by: recordBytes) {
                    let end = min(start + recordBytes, BoundaryTests.frames.count)
                    pair.serverSendsRaw(Array(BoundaryTests.frames[start..<end]))
                }
                let bytes = pair.takeServerOutput()
                length = bytes.count
                pair.feedClient(Array(bytes[..<cut]))
                pair.feedClient(Array(bytes[cut...]))
                let new = Array(pair.clientGot[got...])
                #expect(new == BoundaryTests.expected, "cut at \(cut) of \(length)")
                got = pair.clientGot.count
                // Past the first records a coarser walk is enough: their insides are alike.
                cut += cut < 300 ? 1 : 13
            }
        }
        // Both pings were answered each time, in a way the server accepts.
        pair.exchange()
        #expect(pair.serverEnd == nil && pair.clientEnd == nil)
    }

    @Test("one byte at a time, and a hundred rounds in one chunk", arguments: [true, false])
    func extremes(isSecure: Bool) throws {
        for step in [1, Int.max] {
            let pair = try Pair(isSecure: isSecure)
            pair.exchange()
            for _ in 0..<100 { pair.serverSendsRaw(BoundaryTests.frames) }
            pair.exchange(step: step)
            #expect(pair.clientGot.count == 400)
            #expect(Array(pair.clientGot.suffix(4)) == BoundaryTests.expected)
            #expect(pair.serverEnd == nil)
        }
    }

    @Test("the limit holds for fragments together, whatever stands between them")
    func assembledLimit() throws {
        // The pair's limit is 65 535 bytes: 64 fragments of 1 000 fit, one more of 1 536 does not.
        let fragment = [0x00, 126, 3, 0xe8] + [UInt8](repeating: 0x61, count: 1_000)
        for (last, reason) in [(1_535, nil), (1_536, CloseReason.tooLarge)] {
            let pair = try Pair(isSecure: true)
            pair.exchange()
            pair.serverSendsRaw([0x01, 0])
            for _ in 0..<64 {
                pair.serverSendsRaw(fragment)
                pair.serverSendsRaw([0x89, 1, 0x70])
                pair.exchange()
            }
            pair.serverSendsRaw([0x80, 126, UInt8(last >> 8), UInt8(last & 255)])
            if reason == nil { pair.serverSendsRaw([UInt8](repeating: 0x62, count: last)) }
            pair.exchange()
            #expect(pair.clientEnd == reason)
            #expect(pair.clientGot.map(\.utf8.count) == (reason == nil ? [65_535] : []))
            #expect(pair.serverEnd == (reason == nil ? nil : .peerClosed(code: 1009)))
        }
    }

    @Test("an oversized frame is refused by its header, before its payload comes")
    func oversizedHeader() throws {
        for head in [[0x82, 127, 0, 0, 0, 0, 0, 1, 0, 0], [0x01, 127, 0, 0, 0, 1, 0, 0, 0, 0]] {
            let pair = try Pair(isSecure: false)
            pair.exchange()
            pair.feedClient(head.map { UInt8($0) })
            #expect(pair.clientEnd == .tooLarge)
        }
    }

    @Test("text is refused at the first byte that cannot become sound")
    func earlyRefusal() throws {
        // One frame of 1 000 bytes, of which only the first come.
        let pair = try Pair(isSecure: true)
        pair.exchange()
        pair.serverSendsRaw([0x81, 126, 3, 0xe8] + Array("κόσμε".utf8) + [0xf4])
        pair.exchange()
        #expect(pair.clientEnd == nil)
        pair.serverSendsRaw([0x90])
        pair.exchange()
        #expect(pair.clientEnd == .frames(.badUTF8))
        #expect(pair.serverEnd == .peerClosed(code: 1007))
    }
}
