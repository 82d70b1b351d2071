/// A payload with the readable bytes past its end that scanners ask for.
///
/// The padding is hostile on purpose: it continues the JSON, so that a scanner that reads past
/// the end as if it were text is caught.
public final class PaddedBytes {
    private let storage: UnsafeMutableRawBufferPointer
    private let count: Int

    /// A copy of `bytes`.
    public init(_ bytes: some Collection<UInt8>) {
        count = bytes.count
        storage = .allocate(byteCount: count + 64, alignment: 1)
        let lure = Array(#"00","0"]],"u":1,"seq":1},"cts":1}]}]}"}]}}""#.utf8)
        for i in 0..<64 { storage[count + i] = lure[i % lure.count] }
        UnsafeMutableRawBufferPointer(rebasing: storage[..<count]).copyBytes(from: bytes)
    }

    /// A copy of `text`.
    public convenience init(_ text: String) { self.init(Array(text.utf8)) }

    deinit { storage.deallocate() }

    /// The payload, without its padding.
    public var payload: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: storage[..<count])
    }
}
