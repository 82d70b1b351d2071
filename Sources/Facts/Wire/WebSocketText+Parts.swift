extension UnsafeRawBufferPointer {
    /// How far the bytes from `start` on are whole UTF-8 sequences: their end, or up to three bytes
    /// before it when a sequence has only begun. Nil when nothing that follows could mend them.
    ///
    /// - Complexity: O(count − start).
    func soundUTF8(from start: Int) -> Int? {
        let cut = unfinished(from: start)
        guard UnsafeRawBufferPointer(rebasing: self[start..<cut]).isUTF8 else { return nil }
        // A lead rules out the lowest second bytes or the highest, never both, so one of these two
        // continuations is well-formed if any is.
        return cut == count || isUTF8(from: cut, filledWith: 0x80)
            || isUTF8(from: cut, filledWith: 0xbf) ? cut : nil
    }

    /// Where the last sequence begins, when its lead wants more bytes than there are; else the end.
    private func unfinished(from start: Int) -> Int {
        var i = count
        while i > start, count &- i < 3 {
            i &-= 1
            if self[i] & 0xc0 != 0x80 { return i &+ wantedLength(self[i]) > count ? i : count }
        }
        return count
    }

    private func isUTF8(from start: Int, filledWith continuation: UInt8) -> Bool {
        var sequence = SIMD4<UInt8>(repeating: continuation)
        for i in start..<count { sequence[i &- start] = self[i] }
        return withUnsafeBytes(of: sequence) {
            UnsafeRawBufferPointer(rebasing: $0[..<wantedLength(self[start])]).isUTF8
        }
    }

    private func wantedLength(_ lead: UInt8) -> Int {
        lead < 0xc0 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4
    }
}
