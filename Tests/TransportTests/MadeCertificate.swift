import COpenSSL
import Foundation
import Transport

/// Certificates that the openssl command does not make, with any fault one wants.
///
/// SAFETY: nothing in it changes after init, and OpenSSL counts its references by locks.
final class MadeCertificate: @unchecked Sendable {
    /// What is to be made; by default nothing is wrong with it.
    struct Terms {
        var names = "DNS:localhost,IP:127.0.0.1"
        /// Validity, in seconds from now.
        var from = -3_600
        var until = 86_400
        /// Bits of an RSA key; nil for P-256.
        var rsaBits: Int?
        var digest = EVP_sha256()
    }

    private let certificate: OpaquePointer
    private let key: OpaquePointer

    /// Signed by `issuer`, or by itself, and then an authority.
    init(_ name: String, _ terms: Terms = Terms(), issuer: MadeCertificate? = nil) {
        certificate = X509_new()
        key = terms.rsaBits.map { sluice_rsa_keygen($0) } ?? sluice_ec_keygen()
        X509_set_version(certificate, 2)
        ASN1_INTEGER_set(X509_get_serialNumber(certificate), Int.random(in: 1...1 << 40))
        X509_gmtime_adj(X509_getm_notBefore(certificate), terms.from)
        X509_gmtime_adj(X509_getm_notAfter(certificate), terms.until)
        X509_set_pubkey(certificate, key)
        let subject = X509_get_subject_name(certificate)
        let common = Array(name.utf8)
        let kind = sluice_mbstring_utf8()
        X509_NAME_add_entry_by_txt(subject, "CN", kind, common, Int32(common.count), -1, 0)
        let signer = issuer ?? self
        X509_set_issuer_name(certificate, X509_get_subject_name(signer.certificate))
        let constraints = issuer == nil ? "critical,CA:TRUE" : "critical,CA:FALSE"
        for (kind, value) in [
            (NID_basic_constraints, constraints), (NID_subject_alt_name, terms.names),
            (NID_subject_key_identifier, "hash"),
        ] {
            let extended = sluice_x509_extend(certificate, signer.certificate, kind, value)
            precondition(extended == 1, "no extension \(value)")
        }
        precondition(X509_sign(certificate, signer.key, terms.digest) > 0, "\(name) is not signed")
    }

    deinit {
        X509_free(certificate)
        EVP_PKEY_free(key)
    }

    /// The pin of its key, by the way RFC 7469 describes.
    var pin: String {
        var der: UnsafeMutablePointer<UInt8>?
        let count = i2d_PUBKEY(key, &der)
        defer { CRYPTO_free(der, "", 0) }
        var digest = [UInt8](repeating: 0, count: 32)
        EVP_Digest(der, Int(count), &digest, nil, EVP_sha256(), nil)
        return Data(digest).base64EncodedString()
    }

    /// Writes both PEM files into the run's directory.
    func identity() -> ServerIdentity {
        let stem = "\(Certificates.shared.directory)/\(UUID().uuidString)"
        let identity = ServerIdentity(certificate: stem + ".pem", key: stem + ".key")
        let file = fopen(identity.certificate, "w")!
        PEM_write_X509(file, certificate)
        fclose(file)
        let keyFile = fopen(identity.key, "w")!
        PEM_write_PrivateKey(keyFile, key, nil, nil, 0, nil, nil)
        fclose(keyFile)
        return identity
    }

    /// Believing in it.
    func trust() -> TrustAnchors { .file(identity().certificate) }
}
