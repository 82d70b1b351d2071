import Testing
import Units
import Wire

/// What a reader made of a stream, with the views copied.
private enum Heard: Equatable {
    case message([UInt8], isText: Bool)
    case ping([UInt8])
    case pong([UInt8])
    case close(UInt16, [UInt8])
    case malformed(FrameError)
}

/// Reads `bytes` as they come in pieces of `step`, from one buffer, as a connection would.
private func read(
    _ bytes: [UInt8],
    step: Int = .max,
    role: WebSocketRole = .client,
    limit: Int = 70_000
) -> [Heard] {
    let buffer = UnsafeMutableRawBufferPointer.allocate(
        byteCount: bytes.count + 64,
        alignment: 8
    )
    defer { buffer.deallocate() }
    var reader = FrameReader(role: role, maxMessageBytes: limit)
    var heard: [Heard] = []
    var count = 0
    var at = 0
    while at < bytes.count || at == 0 {
        let n = min(step, bytes.count - at)
        buffer[count..<(count + n)].copyBytes(from: bytes[at..<(at + n)])
        count += n
        at += n
        var wantsMore = false
        while !wantsMore {
            let unread = UnsafeMutableRawBufferPointer(rebasing: buffer[..<count])
            var consumed = 0
            switch reader.next(unread, consumed: &consumed) {
            case .needMore: wantsMore = true
            case .message(let view, let isText): heard.append(.message(Array(view), isText: isText))
            case .ping(let view): heard.append(.ping(Array(view)))
            case .pong(let view): heard.append(.pong(Array(view)))
            case .close(let code, let reason): heard.append(.close(code, Array(reason)))
            case .malformed(let error): return heard + [.malformed(error)]
            }
            let rest = Array(unread[consumed...])
            buffer.copyBytes(from: rest)
            count = rest.count
        }
        // Room is made at any time without harm.
        count -= reader.closeGap(UnsafeMutableRawBufferPointer(rebasing: buffer[..<count]))
        if bytes.isEmpty { break }
    }
    return heard
}

@Suite("WebSocket frames", .timeLimit(.minutes(3)))
struct WebSocketTests {
    private let hello = Array("Hello".utf8)

    @Test("the examples of RFC 6455 §5.7, cut at every boundary")
    func vectors() {
        let masked: [UInt8] = [
            0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58,
        ]
        let pong: [UInt8] = [
            0x8a, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58,
        ]
        let binary = (0..<256).map { UInt8($0) }
        let long = (0..<65_536).map { UInt8(truncatingIfNeeded: $0 * 7) }
        let cases: [([UInt8], WebSocketRole, Heard)] = [
            ([0x81, 5] + hello, .client, .message(hello, isText: true)),
            (masked, .server, .message(hello, isText: true)),
            (
                [0x01, 3, 0x48, 0x65, 0x6c, 0x80, 2, 0x6c, 0x6f], .client,
                .message(hello, isText: true)
            ),
            ([0x89, 5] + hello, .client, .ping(hello)),
            (pong, .server, .pong(hello)),
            ([0x82, 0x7e, 1, 0] + binary, .client, .message(binary, isText: false)),
            (
                [0x82, 0x7f, 0, 0, 0, 0, 0, 1, 0, 0] + long, .client,
                .message(long, isText: false)
            ),
        ]
        for (bytes, role, expected) in cases {
            for step in bytes.count > 1_000 ? [4_093, .max] : Array(1...bytes.count) {
                #expect(read(bytes, step: step, role: role) == [expected], "cut into \(step)")
            }
        }
    }

    @Test("fragments are joined around a ping, and the next message follows")
    func fragments() {
        let bytes: [UInt8] =
            [0x01, 2, 0x61, 0x62, 0x89, 1, 0x70, 0x00, 0, 0x80, 1, 0x63] + [0x81, 1, 0x64]
        let expected: [Heard] = [
            .ping([0x70]), .message([0x61, 0x62, 0x63], isText: true),
            .message([0x64], isText: true),
        ]
        for step in 1...bytes.count { #expect(read(bytes, step: step) == expected) }
    }

    @Test(
        "each broken rule has its name",
        arguments: [
            ([0xc1, 0], .reservedBits), ([0xa1, 0], .reservedBits), ([0x91, 0], .reservedBits),
            ([0x83, 0], .reservedOpcode), ([0x8b, 0], .reservedOpcode),
            ([0x8f, 0], .reservedOpcode),
            ([0x81, 0x80, 1, 2, 3, 4], .wrongMasking),
            ([0x82, 126, 0, 125], .nonMinimalLength),
            ([0x82, 127, 0, 0, 0, 0, 0, 0, 0xff, 0xff], .nonMinimalLength),
            ([0x82, 127, 0x80, 0, 0, 0, 0, 0, 0, 0], .nonMinimalLength),
            ([0x82, 127, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], .tooLarge),
            ([0x09, 0], .badControlFrame), ([0x89, 126, 0, 126], .badControlFrame),
            ([0x80, 0], .badFragment), ([0x01, 0, 0x01, 0], .badFragment),
            ([0x01, 0, 0x81, 0], .badFragment),
            ([0x81, 1, 0xff], .badUTF8), ([0x81, 3, 0xed, 0xa0, 0x80], .badUTF8),
            ([0x88, 1, 3], .badCloseCode), ([0x88, 2, 0x03, 0xed], .badCloseCode),
            ([0x88, 2, 0x03, 0xe7], .badCloseCode), ([0x88, 2, 0x13, 0x88], .badCloseCode),
            ([0x88, 3, 0x03, 0xe8, 0xff], .badUTF8),
        ] as [([UInt8], FrameError)]
    )
    func brokenRules(bytes: [UInt8], error: FrameError) {
        for step in 1...bytes.count { #expect(read(bytes, step: step) == [.malformed(error)]) }
    }

    @Test("a server wants masks")
    func unmaskedAtServer() {
        #expect(read([0x81, 0], role: .server) == [.malformed(.wrongMasking)])
    }

    @Test("the limit holds for one frame and for fragments together")
    func limit() {
        let ten = [UInt8](repeating: 0x61, count: 10)
        #expect(read([0x81, 10] + ten, limit: 10) == [.message(ten, isText: true)])
        #expect(read([0x81, 11], limit: 10) == [.malformed(.tooLarge)])
        let split: [UInt8] = [0x01, 6] + ten[..<6] + [0x80, 4] + ten[6...]
        #expect(read(split, limit: 10) == [.message(ten, isText: true)])
        #expect(read([0x01, 6] + ten[..<6] + [0x80, 5], limit: 10) == [.malformed(.tooLarge)])
    }

    @Test("close codes that may be sent are read, and none is 1005")
    func closeCodes() {
        #expect(read([0x88, 0]) == [.close(1005, [])])
        for code in [1000, 1001, 1003, 1007, 1011, 1014, 3000, 4999] as [UInt16] {
            let bytes = [0x88, 4, UInt8(code >> 8), UInt8(code & 255), 0x6f, 0x6b]
            #expect(read(bytes) == [.close(code, [0x6f, 0x6b])])
        }
    }

    @Test("what the writer writes, the reader reads", arguments: [false, true])
    func roundTrip(isMasked: Bool) {
        for seed in 1...40 as ClosedRange<UInt64> {
            var random = SplitMix64(seed: seed)
            let edges = [0, 1, 7, 8, 9, 125, 126, 127, 65_535, 65_536]
            let length = edges[Int(random.next() % 10)]
            let payload = (0..<length).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            var bytes = [UInt8](repeating: 0, count: FrameHeader.maxLength) + payload
            let key = isMasked ? UInt32(truncatingIfNeeded: random.next()) : nil
            let header = bytes.withUnsafeMutableBytes {
                FrameHeader.write(
                    .binary,
                    before: UnsafeMutableRawBufferPointer(
                        rebasing: $0[FrameHeader.maxLength...]
                    ),
                    maskKey: key
                )
            }
            let frame = Array(bytes[(FrameHeader.maxLength - header)...])
            #expect(
                read(frame, role: isMasked ? .server : .client)
                    == [.message(payload, isText: false)],
                "seed \(seed)"
            )
        }
    }

    @Test("the wide mask equals the byte-wise one")
    func mask() {
        for length in 0...140 {
            for key in [0, 0x0403_0201, 0xffff_ffff, 0xdead_beef] as [UInt32] {
                let plain = (0..<length).map { UInt8(truncatingIfNeeded: $0 * 3) }
                let expected = plain.enumerated().map { i, byte in
                    byte ^ UInt8(truncatingIfNeeded: key >> (8 * UInt32(i % 4)))
                }
                var bytes = plain
                bytes.withUnsafeMutableBytes { $0.applyMask(key) }
                #expect(bytes == expected)
            }
        }
    }

    @Test("UTF-8 is judged as the standard library judges it")
    func utf8() {
        func agrees(_ bytes: [UInt8]) -> Bool {
            bytes.withUnsafeBytes(\.isUTF8) == (String(validating: bytes, as: UTF8.self) != nil)
        }
        // All pairs of bytes, and every lead with edges behind it, at both ends of a wide block.
        for a in 0...255 as ClosedRange<UInt8> {
            for b in 0...255 as ClosedRange<UInt8> {
                #expect(agrees([a, b]))
                for rest in [[0x80], [0xbf, 0x80], [0x7f], [0x80, 0x80, 0x80]] as [[UInt8]] {
                    if !agrees([a, b] + rest) { Issue.record("\([a, b] + rest)") }
                }
            }
        }
        let padding = [UInt8](repeating: 0x20, count: 31)
        for tail in [[0xc3, 0xa9], [0xe2, 0x82, 0xac], [0xf0, 0x9f, 0x98, 0x80], [0xc3], [0xff]]
            as [[UInt8]]
        {
            #expect(agrees(padding + tail))
            #expect(agrees(tail + padding))
            #expect(agrees(padding + padding + tail + padding))
            for before in 0...140 {
                let head = [UInt8](repeating: 0x20, count: before)
                for after in [0, 1, 63, 64, 65] {
                    let rest = [UInt8](repeating: 0x7f, count: after)
                    if !agrees(head + tail + rest) { Issue.record("\(before) \(tail) \(after)") }
                }
            }
        }
    }
}
