import COpenSSL
import Foundation
import Testing
import Units
import Venues

@Suite("Bybit credentials", .timeLimit(.minutes(3)))
struct BybitCredentialsTests {
    /// A fresh key and its private half as PEM.
    private static func make(_ key: OpaquePointer) -> String {
        let bio = BIO_new(BIO_s_mem())
        defer { BIO_free(bio) }
        PEM_write_bio_PKCS8PrivateKey(bio, key, nil, nil, 0, nil, nil)
        var text = [UInt8](repeating: 0, count: 8_192)
        let count = BIO_read(bio, &text, Int32(text.count))
        return String(decoding: text[..<Int(count)], as: UTF8.self)
    }

    @Test("an RSA signature is base64 that the public half verifies, and no other text does")
    func rsa() throws {
        let key = try #require(sluice_rsa_keygen(2_048))
        defer { EVP_PKEY_free(key) }
        let credentials = try BybitCredentials(
            key: "k",
            privateKey: BybitCredentialsTests.make(key)
        )
        let text = BybitAuth.signSocket(expiresMilliseconds: 1_700_000_010_000, credentials)
        let signature = try #require(Data(base64Encoded: text))
        #expect(signature.count == 256)
        func verifies(_ message: String) -> Bool {
            let context = EVP_MD_CTX_new()
            defer { EVP_MD_CTX_free(context) }
            EVP_DigestVerifyInit(context, nil, EVP_sha256(), nil, key)
            let bytes = Array(message.utf8)
            return EVP_DigestVerify(
                context,
                Array(signature),
                signature.count,
                bytes,
                bytes.count
            ) == 1
        }
        #expect(verifies("GET/realtime1700000010000"))
        #expect(!verifies("GET/realtime1700000010001"))
        let auth = BybitSession.auth(credentials, at: .milliseconds(1_700_000_000_000))
        #expect(auth.contains(text), "\(auth)")
    }

    @Test("a key that cannot sign for the venue says why")
    func refusals() throws {
        let short = try #require(sluice_rsa_keygen(1_024))
        let curve = try #require(sluice_ec_keygen())
        defer {
            EVP_PKEY_free(short)
            EVP_PKEY_free(curve)
        }
        #expect(throws: BybitKeyError.tooShort(bits: 1_024)) {
            try BybitCredentials(key: "k", privateKey: BybitCredentialsTests.make(short))
        }
        #expect(throws: BybitKeyError.notRSA) {
            try BybitCredentials(key: "k", privateKey: BybitCredentialsTests.make(curve))
        }
        for text in ["", "-----BEGIN PRIVATE KEY-----\n", "\0"] {
            #expect(throws: BybitKeyError.notAKey) {
                try BybitCredentials(key: "k", privateKey: text)
            }
        }
    }
}
