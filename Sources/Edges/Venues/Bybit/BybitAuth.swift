internal import COpenSSL

/// Bybit's signatures: what is signed, and HMAC-SHA256 as lower-case hex.
///
/// - SeeAlso: Bybit API v5, guide, "Create a request" (read 2026-11-21).
public enum BybitAuth {
    /// The signature of `text` under `secret`, 64 hex digits.
    public static func sign(_ text: String, secret: String) -> String {
        let key = Array(secret.utf8)
        let message = Array(text.utf8)
        var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var length: UInt32 = 0
        let made = HMAC(
            EVP_sha256(),
            key,
            Int32(key.count),
            message,
            message.count,
            &digest,
            &length
        )
        precondition(made != nil && length == 32, "OpenSSL has HMAC-SHA256")
        var hex = ""
        hex.reserveCapacity(64)
        for byte in digest[..<32] {
            hex.unicodeScalars.append(digit(byte >> 4))
            hex.unicodeScalars.append(digit(byte & 15))
        }
        return hex
    }

    private static func digit(_ nibble: UInt8) -> Unicode.Scalar {
        Unicode.Scalar(nibble < 10 ? nibble + 0x30 : nibble + 0x57)
    }

    /// The signature of a REST request; `payload` is the query string or the body, byte for byte.
    public static func signREST(
        timestampMilliseconds: Int64,
        receiveWindowMilliseconds: Int64,
        payload: String,
        _ credentials: BybitCredentials
    ) -> String {
        credentials.sign(
            "\(timestampMilliseconds)\(credentials.key)\(receiveWindowMilliseconds)\(payload)"
        )
    }

    /// The signature of a WebSocket's auth message.
    public static func signSocket(
        expiresMilliseconds: Int64,
        _ credentials: BybitCredentials
    ) -> String {
        credentials.sign("GET/realtime\(expiresMilliseconds)")
    }
}
