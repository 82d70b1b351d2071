import Units

/// A server's WebSocket frames, sound and not.
enum FaultyFrame {
    /// A sound frame.
    static func make(
        _ opcode: UInt8,
        _ payload: ArraySlice<UInt8>,
        isFinal: Bool = true
    ) -> [UInt8] {
        let first = (isFinal ? 0x80 : 0) | opcode
        let head: [UInt8] =
            payload.count < 126
            ? [first, UInt8(payload.count)]
            : [first, 126, UInt8(payload.count >> 8), UInt8(payload.count & 255)]
        return head + payload
    }

    /// What a client must end the connection for (RFC 6455).
    static let broken: [[UInt8]] = [
        // A reserved bit, and a reserved opcode.
        [0xc1, 0x01, 0x61], [0x83, 0x00],
        // A server's frame with a mask.
        [0x81, 0x81, 1, 2, 3, 4, 0x60],
        // A ping in fragments, and one too long.
        [0x09, 0x00], [0x89, 126, 0, 126] + [UInt8](repeating: 0x61, count: 126),
        // A length in more bytes than it needs, and one beyond all limits.
        [0x81, 126, 0, 1, 0x61], [0x82, 127, 0, 0, 1, 0, 0, 0, 0, 0],
        // A continuation of nothing.
        [0x80, 0x01, 0x61],
        // Text that is not UTF-8, and a close with a code that must not be sent.
        [0x81, 0x02, 0xc3, 0x28], [0x88, 0x02, 0x03, 0xed],
    ]
}

extension SplitMix64 {
    /// An index below `count`; 0 for none.
    mutating func below(_ count: Int) -> Int {
        count > 0 ? Int(next() % UInt64(count)) : 0
    }
}
