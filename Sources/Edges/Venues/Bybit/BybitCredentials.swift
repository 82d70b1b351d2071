internal import COpenSSL

/// Why a private key cannot sign.
public enum BybitKeyError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The text is no PEM private key, or one with a passphrase.
    case notAKey
    /// A key of another kind; the venue takes RSA.
    case notRSA
    /// Fewer bits than 2,048.
    case tooShort(bits: Int)

    /// What is wrong and what would be right.
    public var description: String {
        switch self {
        case .notAKey:
            "not a private key in PEM form without a passphrase (BEGIN PRIVATE KEY)"
        case .notRSA: "not an RSA key: the venue signs with RSA-SHA256 only"
        case .tooShort(let bits): "an RSA key of \(bits) bits: the venue wants 2048 or more"
        }
    }
}

/// An API key and what its signatures are made with: the secret that the venue issued, or the
/// desk's own RSA key. Never printed: the text of a value of this type hides everything.
public struct BybitCredentials: Sendable, CustomStringConvertible, CustomReflectable {
    private enum Signer: Sendable {
        case secret(String)
        case rsa(PrivateKey)
    }

    /// The API key, which is no secret on its own.
    let key: String
    private let signer: Signer

    /// Credentials as the venue issued them: signatures are HMAC-SHA256.
    public init(key: String, secret: String) {
        self.key = key
        signer = .secret(secret)
    }

    /// A self-generated key pair whose public half the venue has: signatures are RSA-SHA256.
    ///
    /// - Parameter privateKey: the private half, PEM.
    public init(key: String, privateKey: String) throws(BybitKeyError) {
        self.key = key
        signer = .rsa(try PrivateKey(privateKey))
    }

    /// The signature of `text`: 64 hex digits, or base64 under an RSA key.
    func sign(_ text: String) -> String {
        switch signer {
        case .secret(let secret): BybitAuth.sign(text, secret: secret)
        case .rsa(let key): key.sign(text)
        }
    }

    /// Eight hex digits that tell one API key from another, and say nothing else of it.
    public var fingerprint: String {
        String(BybitAuth.sign("sluice journal", secret: key).prefix(8))
    }

    /// Says nothing.
    public var description: String { "BybitCredentials(hidden)" }
    /// Shows nothing.
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// An RSA private key. OpenSSL wipes it when it is freed.
///
/// SAFETY: the key is not written to after `init`, and OpenSSL signs with one key on many threads.
private final class PrivateKey: @unchecked Sendable {
    private let key: OpaquePointer

    init(_ pem: String) throws(BybitKeyError) {
        var pem = Array(pem.utf8)
        defer { pem.withUnsafeMutableBytes { OPENSSL_cleanse($0.baseAddress, $0.count) } }
        let text = BIO_new_mem_buf(pem, Int32(clamping: pem.count))
        defer { BIO_free(text) }
        // Without a callback OpenSSL would ask the terminal for a passphrase.
        guard let read = PEM_read_bio_PrivateKey(text, nil, { _, _, _, _ in -1 }, nil) else {
            ERR_clear_error()
            throw .notAKey
        }
        key = read
        guard EVP_PKEY_get_base_id(read) == EVP_PKEY_RSA else { throw .notRSA }
        let bits = Int(EVP_PKEY_get_bits(read))
        guard bits >= 2_048 else { throw .tooShort(bits: bits) }
    }

    deinit { EVP_PKEY_free(key) }

    /// RSASSA-PKCS1-v1_5 with SHA-256, in base64.
    func sign(_ text: String) -> String {
        let message = Array(text.utf8)
        let context = EVP_MD_CTX_new()
        defer { EVP_MD_CTX_free(context) }
        var length = Int(EVP_PKEY_get_size(key))
        var signature = [UInt8](repeating: 0, count: length)
        let isReady = EVP_DigestSignInit(context, nil, EVP_sha256(), nil, key) == 1
        precondition(
            isReady && EVP_DigestSign(context, &signature, &length, message, message.count) == 1,
            "OpenSSL signs with an RSA key of 2048 bits or more"
        )
        var base64 = [UInt8](repeating: 0, count: (length + 2) / 3 * 4 + 1)
        let count = EVP_EncodeBlock(&base64, signature, Int32(length))
        return String(decoding: base64[..<Int(count)], as: UTF8.self)
    }
}
