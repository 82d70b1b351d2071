internal import COpenSSL
internal import Wire

/// The two halves of the proof that a server understood an upgrade (RFC 6455 §4.2.2).
enum WebSocketKey {
    /// 16 random bytes, as base64.
    static let count = 24
    /// A SHA-1, as base64.
    static let acceptCount = 28

    /// A new key in the first 24 bytes.
    static func random() -> SIMD32<UInt8> {
        var bytes = SIMD16<UInt8>()
        _ = withUnsafeMutableBytes(of: &bytes) {
            RAND_bytes($0.baseAddress!.assumingMemoryBound(to: UInt8.self), 16)
        }
        return withUnsafeBytes(of: &bytes) { base64($0) }
    }

    /// The accept value for `key` in the first 28 bytes.
    static func accept(_ key: UnsafeRawBufferPointer) -> SIMD32<UInt8> {
        let guid = UnsafeRawBufferPointer(
            start: WebSocketUpgrade.guid.utf8Start,
            count: WebSocketUpgrade.guid.utf8CodeUnitCount
        )
        let length = key.count + guid.count
        return withUnsafeTemporaryAllocation(byteCount: length + 20, alignment: 1) { bytes in
            let digest = UnsafeMutableRawBufferPointer(rebasing: bytes[length...])
            bytes.copyMemory(from: key)
            UnsafeMutableRawBufferPointer(rebasing: bytes[key.count...]).copyMemory(from: guid)
            let to = digest.baseAddress!.assumingMemoryBound(to: UInt8.self)
            EVP_Digest(bytes.baseAddress!, length, to, nil, EVP_sha1(), nil)
            return base64(UnsafeRawBufferPointer(digest))
        }
    }

    private static func base64(_ bytes: UnsafeRawBufferPointer) -> SIMD32<UInt8> {
        precondition(bytes.count <= 21, "28 characters and the zero OpenSSL appends fit 32 bytes")
        var text = SIMD32<UInt8>()
        withUnsafeMutableBytes(of: &text) {
            let to = $0.baseAddress!.assumingMemoryBound(to: UInt8.self)
            let from = bytes.baseAddress!.assumingMemoryBound(to: UInt8.self)
            _ = EVP_EncodeBlock(to, from, Int32(bytes.count))
        }
        return text
    }
}
