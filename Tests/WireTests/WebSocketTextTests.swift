import Testing
import Units
import Wire

/// Text judged while it comes, against the standard library judging what could come of it.
@Suite("WebSocket text in parts", .timeLimit(.minutes(3)))
struct WebSocketTextTests {
    /// How many bytes of `text` a reader takes before it refuses; nil when it takes all.
    ///
    /// The message comes in frames of `frameBytes`, the stream byte by byte.
    private func refusal(_ text: [UInt8], frameBytes: Int) -> Int? {
        var stream: [(byte: UInt8, payload: Int)] = []
        var at = 0
        repeat {
            let end = min(at + frameBytes, text.count)
            // Never final: nothing but the bytes themselves can be refused.
            stream.append((at == 0 ? 0x01 : 0x00, at))
            stream.append((UInt8(end - at), at))
            for i in at..<end { stream.append((text[i], i + 1)) }
            at = end
        } while at < text.count
        let buffer = UnsafeMutableRawBufferPointer.allocate(
            byteCount: stream.count + 8,
            alignment: 8
        )
        defer { buffer.deallocate() }
        var reader = FrameReader(role: .client, maxMessageBytes: 1_000)
        for (i, next) in stream.enumerated() {
            buffer[i] = next.byte
            var consumed = 0
            let unread = UnsafeMutableRawBufferPointer(rebasing: buffer[...i])
            switch reader.next(unread, consumed: &consumed) {
            case .needMore: continue
            case .malformed(.badUTF8): return next.payload
            default:
                Issue.record("unexpected at byte \(i)")
                return nil
            }
        }
        return nil
    }

    /// The length of the shortest prefix that no continuation makes sound; nil when there is none.
    private func expected(_ text: [UInt8]) -> Int? {
        let edges: [UInt8] = [0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf]
        func isSound(_ bytes: [UInt8]) -> Bool { String(validating: bytes, as: UTF8.self) != nil }
        return (1...max(1, text.count)).first { length in
            guard length <= text.count else { return false }
            let prefix = Array(text[..<length])
            if isSound(prefix) { return false }
            return !edges.contains { a in
                isSound(prefix + [a])
                    || edges.contains { b in
                        isSound(prefix + [a, b]) || isSound(prefix + [a, b, 0x80])
                    }
            }
        }
    }

    private func check(_ text: [UInt8], _ comment: @autoclosure () -> String = "") {
        let wanted = expected(text)
        for frameBytes in [1, 2, 3, 4, 5, 100] {
            let got = refusal(text, frameBytes: frameBytes)
            if got != wanted {
                let verdicts = "\(String(describing: got)), not \(String(describing: wanted))"
                Issue.record("\(text) in frames of \(frameBytes): \(verdicts) \(comment())")
            }
        }
    }

    @Test("sound text of every length of sequence passes, however it is cut")
    func sound() {
        for text in ["", "plain", "é", "€uro", "😀", "aé€😀z", "\u{7ff}\u{800}\u{ffff}\u{10ffff}"] {
            #expect(refusal(Array(text.utf8), frameBytes: 1) == nil)
            check(Array(text.utf8))
        }
    }

    @Test("every pair of bytes that begins a sequence is judged at once")
    func pairs() {
        for lead in 0x7f...255 as ClosedRange<UInt8> {
            for second in [0x00, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xff] as [UInt8] {
                check([0x61, lead, second, 0x80, 0x80, 0x62])
            }
        }
    }

    @Test("random sequences, broken in random places")
    func random() {
        for seed in 1...300 as ClosedRange<UInt64> {
            var random = SplitMix64(seed: seed)
            let scalars = ["a", "é", "€", "😀", "\u{d7ff}", "\u{e000}", "\u{10ffff}"]
            var text = (0..<6).flatMap { _ in
                Array(scalars[Int(random.next() % UInt64(scalars.count))].utf8)
            }
            if seed % 3 > 0 {
                text[Int(random.next() % UInt64(text.count))] = UInt8(
                    truncatingIfNeeded: random.next()
                )
            }
            check(text, "seed \(seed)")
        }
    }
}
