internal import COpenSSL
internal import Glibc
public import Units

/// What a finished TLS handshake agreed on. For people: making it allocates.
public struct TLSFacts: Sendable, Equatable {
    /// One certificate of the peer's chain.
    public struct Certificate: Sendable, Equatable {
        /// Whose it is: "/CN=localhost".
        public let subject: String
        /// Who vouches for it.
        public let issuer: String
        /// Until when it is valid, since 1970.
        public let notAfter: Nanoseconds
    }

    /// "TLSv1.3".
    public let version: String
    /// "TLS_AES_256_GCM_SHA384".
    public let cipher: String
    /// The verified chain, the peer's own certificate first and the trusted authority last.
    public let chain: [Certificate]
}

extension TLSSession {
    /// What the handshake agreed on.
    func facts() -> TLSFacts {
        var chain: [TLSFacts.Certificate] = []
        if let stack = SSL_get0_verified_chain(ssl) {
            for i in 0..<OPENSSL_sk_num(stack) {
                guard let raw = OPENSSL_sk_value(stack, i) else { continue }
                chain.append(TLSFacts.Certificate(OpaquePointer(raw)))
            }
        }
        return TLSFacts(
            version: String(cString: SSL_get_version(ssl)),
            cipher: SSL_CIPHER_get_name(SSL_get_current_cipher(ssl)).map { String(cString: $0) }
                ?? "none",
            chain: chain
        )
    }
}

extension TLSFacts.Certificate {
    fileprivate init(_ certificate: OpaquePointer) {
        subject = Self.text(X509_get_subject_name(certificate))
        issuer = Self.text(X509_get_issuer_name(certificate))
        var time = tm()
        let isTime = ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &time) == 1
        notAfter = isTime ? .seconds(Int64(timegm(&time))) : .zero
    }

    private static func text(_ name: OpaquePointer?) -> String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { room in
            X509_NAME_oneline(name, room.baseAddress, Int32(room.count)) == nil
                ? "" : String(cString: room.baseAddress!)
        }
    }
}

extension EventLoop {
    /// What the TLS handshake of an open connection agreed on; nil on plain ones.
    public func tlsFacts(of id: ConnectionID) -> TLSFacts? {
        guard let i = index(id) else { return nil }
        switch slots[i].connection.tls {
        case .some(let session): return session.facts()
        case .none: return nil
        }
    }
}
