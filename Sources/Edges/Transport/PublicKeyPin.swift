internal import COpenSSL

/// The digest of the public key a host is known to have: SHA-256 of its SubjectPublicKeyInfo.
///
/// An authority that was tricked into vouching for another host cannot make that key. The price is
/// that the host's change of keys ends every connection until the pin is changed too. To find one:
///
///     openssl s_client -connect HOST:443 </dev/null | openssl x509 -pubkey -noout |
///         openssl pkey -pubin -outform der | openssl dgst -sha256 -binary | base64
///
/// - SeeAlso: RFC 7469 §2.4.
public struct PublicKeyPin: Hashable, Sendable, BitwiseCopyable {
    let digest: SIMD32<UInt8>

    /// The pin that `base64` spells: 44 characters for 32 bytes; nil when it does not.
    public init?(base64: String) {
        let text = Array(base64.utf8)
        // 33 bytes with the padding's zero.
        var bytes = [UInt8](repeating: 0, count: 33)
        var again = [UInt8](repeating: 0, count: 45)
        guard text.count == 44, EVP_DecodeBlock(&bytes, text, 44) == 33,
            EVP_EncodeBlock(&again, bytes, 32) == 44, again.dropLast() == text[...]
        else { return nil }
        digest = SIMD32(bytes[..<32])
    }
}

extension PublicKeyPin: CustomStringConvertible {
    /// The pin in base64.
    public var description: String {
        var text = [UInt8](repeating: 0, count: 45)
        let bytes = (0..<32).map { digest[$0] }
        _ = EVP_EncodeBlock(&text, bytes, 32)
        return String(decoding: text.dropLast(), as: UTF8.self)
    }
}
