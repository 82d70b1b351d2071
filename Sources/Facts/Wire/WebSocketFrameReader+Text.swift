extension FrameReader {
    /// Whether what there is of an unfinished frame can still become a text message.
    ///
    /// Masked frames are judged when they are whole, for only then is the mask taken off.
    mutating func isSound(
        _ bytes: UnsafeMutableRawBufferPointer,
        _ header: FrameHeader,
        from start: Int
    ) -> Bool {
        let isOfText = header.opcode == .text || header.opcode == .continuation && isText
        guard isOfText, role == .client, start < bytes.count else { return true }
        let view = UnsafeRawBufferPointer(bytes)
        let part = UnsafeRawBufferPointer(rebasing: view[start...])
        // Where the part goes on in the message, and where a sequence cut by the frame's edge ends.
        if sound < joined {
            var seam = SIMD8<UInt8>()
            let carried = joined &- sound
            let count = carried &+ min(part.count, 4)
            for i in 0..<count { seam[i] = i < carried ? view[sound &+ i] : part[i &- carried] }
            let end = withUnsafeBytes(of: seam) {
                UnsafeRawBufferPointer(rebasing: $0[..<count]).soundUTF8(from: 0)
            }
            guard let end else { return false }
            sound &+= end
            if sound < joined { return true }
        }
        guard let end = part.soundUTF8(from: sound &- joined) else { return false }
        sound = joined &+ end
        return true
    }
}
