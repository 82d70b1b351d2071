import Wire

/// A stream of unmasked text frames of 300 B, read one by one.
final class FrameState {
    private static let frames = 256
    private let memory: UnsafeMutableRawBufferPointer
    private var reader = FrameReader(role: .client, maxMessageBytes: 1 << 20)
    private var at = 0

    init() {
        let frame = FrameHeader.maxLength + 300
        memory = .allocate(byteCount: FrameState.frames * frame + 64, alignment: 64)
        memory.initializeMemory(as: UInt8.self, repeating: 0x61)
        var end = 0
        for i in 0..<FrameState.frames {
            // The header of 300 B is four bytes long.
            let payload = UnsafeMutableRawBufferPointer(rebasing: memory[(end + 4)..<(end + 304)])
            payload[0] = UInt8(0x61 + i % 26)
            end += FrameHeader.write(.text, before: payload) + 300
        }
    }

    deinit { memory.deallocate() }

    func run(_ count: Int) -> UInt64 {
        var hash: UInt64 = 1
        for _ in 0..<count {
            let stream = UnsafeMutableRawBufferPointer(rebasing: memory[(at &* 304)...])
            at = (at &+ 1) & (FrameState.frames &- 1)
            var consumed = 0
            guard case .message(let payload, _) = reader.next(stream, consumed: &consumed) else {
                return 0
            }
            hash = fold(hash, UInt64(payload[0]) &+ UInt64(consumed))
        }
        return hash
    }
}
