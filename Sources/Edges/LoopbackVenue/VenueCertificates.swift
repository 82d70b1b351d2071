internal import COpenSSL
internal import Glibc

/// A certificate authority, and the certificate of 127.0.0.1 that it signs.
///
/// EC P-256 and SHA-256; made for one run, good for a day, or kept, for a year. Clients trust
/// `authority` and verify as they do anywhere.
struct VenueCertificates: Sendable {
    /// PEM file of the authority's certificate, which clients trust.
    let authority: String
    /// PEM file of the server's certificate.
    let certificate: String
    /// PEM file of the server's key, mode 0600.
    let key: String

    private static let day = 86_400

    /// Makes both in `directory`.
    init(in directory: PrivateDirectory) throws(LoopbackVenueError) {
        self.init(paths: directory.path)
        try make(days: 1)
    }

    /// Takes those that are kept in `folder`; makes them where one is missing or good for less than
    /// a day.
    init(keptIn folder: String) throws(LoopbackVenueError) {
        self.init(paths: folder)
        if VenueCertificates.lasts(authority), VenueCertificates.lasts(certificate),
            access(key, R_OK) == 0
        {
            return
        }
        // One that is left of three would not fit the others.
        for path in [authority, certificate, key] { unlink(path) }
        try make(days: 365)
    }

    private init(paths folder: String) {
        authority = "\(folder)/ca.pem"
        certificate = "\(folder)/server.pem"
        key = "\(folder)/server.key"
    }

    /// Whether a certificate lies at `path` that is good for a day from here.
    private static func lasts(_ path: String) -> Bool {
        guard let file = fopen(path, "re") else { return false }
        defer { fclose(file) }
        guard let read = PEM_read_X509(file, nil, nil, nil) else { return false }
        defer { X509_free(read) }
        var tomorrow = time(nil) + day
        return X509_cmp_time(X509_get0_notAfter(read), &tomorrow) > 0
    }

    private func make(days: Int) throws(LoopbackVenueError) {
        let authorityKey = try Key()
        let serverKey = try Key()
        let root = try Certificate("Sluice loopback authority", serial: 1, authorityKey, days)
        try root.extend(root, NID_basic_constraints, "critical,CA:TRUE")
        try root.extend(root, NID_key_usage, "critical,keyCertSign,cRLSign")
        try root.extend(root, NID_subject_key_identifier, "hash")
        try root.sign(issuer: root, authorityKey)

        let leaf = try Certificate("localhost", serial: 2, serverKey, days)
        try leaf.extend(root, NID_basic_constraints, "critical,CA:FALSE")
        try leaf.extend(root, NID_key_usage, "critical,digitalSignature")
        try leaf.extend(root, NID_ext_key_usage, "serverAuth")
        try leaf.extend(root, NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1")
        try leaf.extend(root, NID_subject_key_identifier, "hash")
        try leaf.extend(root, NID_authority_key_identifier, "keyid:always")
        try leaf.sign(issuer: root, authorityKey)

        try root.write(to: authority)
        try leaf.write(to: certificate)
        try serverKey.write(to: key)
    }

    /// A P-256 key pair.
    private final class Key {
        let pointer: OpaquePointer

        init() throws(LoopbackVenueError) {
            guard let made = sluice_ec_keygen() else {
                throw .certificates(step: "key generation")
            }
            pointer = made
        }

        deinit { EVP_PKEY_free(pointer) }

        func write(to path: String) throws(LoopbackVenueError) {
            // The directory is closed to others already; the mode says so once more.
            let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
            guard descriptor >= 0, let file = fdopen(descriptor, "w") else {
                throw .certificates(step: "opening \(path): \(String(cString: strerror(errno)))")
            }
            let written = PEM_write_PrivateKey(file, pointer, nil, nil, 0, nil, nil)
            guard fclose(file) == 0, written == 1 else {
                throw .certificates(step: "writing \(path): \(String(cString: strerror(errno)))")
            }
        }
    }

    /// A certificate in the making.
    private final class Certificate {
        let pointer: OpaquePointer

        init(
            _ name: String,
            serial: Int,
            _ key: Key,
            _ days: Int
        ) throws(LoopbackVenueError) {
            guard let made = X509_new() else { throw .certificates(step: "X509_new") }
            pointer = made
            let common = Array(name.utf8)
            let subject = X509_get_subject_name(made)
            let steps = [
                X509_set_version(made, 2),
                ASN1_INTEGER_set(X509_get_serialNumber(made), serial),
                X509_gmtime_adj(X509_getm_notBefore(made), -3_600) == nil ? 0 : 1,
                X509_gmtime_adj(X509_getm_notAfter(made), days * VenueCertificates.day) == nil
                    ? 0 : 1,
                X509_set_pubkey(made, key.pointer),
                X509_NAME_add_entry_by_txt(
                    subject,
                    "CN",
                    sluice_mbstring_utf8(),
                    common,
                    Int32(common.count),
                    -1,
                    0
                ),
            ]
            guard steps.allSatisfy({ $0 == 1 }) else {
                throw .certificates(step: "the certificate of \(name)")
            }
        }

        deinit { X509_free(pointer) }

        func extend(
            _ issuer: Certificate,
            _ kind: Int32,
            _ value: String
        ) throws(LoopbackVenueError) {
            guard sluice_x509_extend(pointer, issuer.pointer, kind, value) == 1 else {
                throw .certificates(step: "extension \(value)")
            }
        }

        func sign(issuer: Certificate, _ key: Key) throws(LoopbackVenueError) {
            let named = X509_set_issuer_name(pointer, X509_get_subject_name(issuer.pointer))
            // The length of the signature, or zero.
            guard named == 1, X509_sign(pointer, key.pointer, EVP_sha256()) > 0 else {
                throw .certificates(step: "signing")
            }
        }

        func write(to path: String) throws(LoopbackVenueError) {
            guard let file = fopen(path, "we") else {
                throw .certificates(step: "opening \(path): \(String(cString: strerror(errno)))")
            }
            let written = PEM_write_X509(file, pointer)
            guard fclose(file) == 0, written == 1 else {
                throw .certificates(step: "writing \(path): \(String(cString: strerror(errno)))")
            }
        }
    }
}
