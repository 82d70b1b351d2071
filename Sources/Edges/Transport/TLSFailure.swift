internal import COpenSSL

/// What TLS refused, kept as numbers so that it can travel without allocation.
public struct TLSFailure: Error, Equatable, Sendable, BitwiseCopyable {
    /// What was wrong, as far as it concerns what to do about it.
    public enum Cause: UInt8, Sendable, CaseIterable, BitwiseCopyable {
        case expired
        case notYetValid
        case wrongHost
        case selfSigned
        case unknownAuthority
        case weakKey
        case weakSignature
        case wrongPin
        case otherCertificateFault
        case oldProtocol
        case notTLS
        case refusedByPeer
        case other
    }

    /// The certificate check that failed (`X509_V_ERR_…`); 0 when the certificate was not at fault.
    public let verifyCode: Int32
    /// OpenSSL's error number; 0 when there is none.
    public let errorCode: UInt

    /// A failure with OpenSSL's two numbers.
    public init(verifyCode: Int32, errorCode: UInt) {
        self.verifyCode = verifyCode
        self.errorCode = errorCode
    }

    /// What was wrong.
    public var cause: Cause {
        if verifyCode != X509_V_OK { return TLSFailure.cause(verifyCode: verifyCode) }
        let reason = Int32(truncatingIfNeeded: errorCode & UInt(ERR_REASON_MASK))
        guard errorCode >> UInt(ERR_LIB_OFFSET) & UInt(ERR_LIB_MASK) == UInt(ERR_LIB_SSL) else {
            return .other
        }
        switch reason {
        case SSL_R_EE_KEY_TOO_SMALL, SSL_R_CA_KEY_TOO_SMALL, SSL_R_DH_KEY_TOO_SMALL:
            return .weakKey
        case SSL_R_CA_MD_TOO_WEAK: return .weakSignature
        case SSL_R_UNSUPPORTED_PROTOCOL, SSL_R_TLSV1_ALERT_PROTOCOL_VERSION,
            SSL_R_VERSION_TOO_LOW, SSL_R_WRONG_SSL_VERSION:
            return .oldProtocol
        case SSL_R_WRONG_VERSION_NUMBER, SSL_R_HTTP_REQUEST: return .notTLS
        // OpenSSL numbers the alerts it is sent from here.
        case SSL_AD_REASON_OFFSET..<(SSL_AD_REASON_OFFSET + 256): return .refusedByPeer
        default: return .other
        }
    }

    private static func cause(verifyCode: Int32) -> Cause {
        switch verifyCode {
        case X509_V_ERR_CERT_HAS_EXPIRED: .expired
        case X509_V_ERR_CERT_NOT_YET_VALID: .notYetValid
        case X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH: .wrongHost
        case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT: .selfSigned
        case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT,
            X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
            X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
            .unknownAuthority
        case X509_V_ERR_EE_KEY_TOO_SMALL, X509_V_ERR_CA_KEY_TOO_SMALL: .weakKey
        case X509_V_ERR_CA_MD_TOO_WEAK: .weakSignature
        case X509_V_ERR_APPLICATION_VERIFICATION: .wrongPin
        default: .otherCertificateFault
        }
    }

    /// What failed and what to look at, in one sentence. Allocates: not for the hot path.
    public var text: String {
        switch cause {
        case .expired: "certificate refused: it has expired (check this machine's clock too)"
        case .notYetValid:
            "certificate refused: it is not valid yet (check this machine's clock too)"
        case .wrongHost: "certificate refused: it is another host's (hostname mismatch)"
        case .selfSigned: "certificate refused: it vouches for itself (self-signed)"
        case .unknownAuthority:
            "certificate refused: no authority that is trusted here vouches for it"
        case .weakKey: "certificate refused: its key is too weak (RSA wants 2048 bits)"
        case .weakSignature: "certificate refused: it is signed with a broken digest (SHA-1, MD5)"
        case .wrongPin: "certificate refused: its public key is not the pinned one"
        case .otherCertificateFault: "certificate refused: \(certificateWords)"
        case .oldProtocol: "the peer speaks no TLS from 1.2 on (\(words))"
        case .notTLS: "the peer does not speak TLS on this port (\(words))"
        case .refusedByPeer: "the peer refused: \(words)"
        case .other: words
        }
    }

    /// Marks an error number of the system's among OpenSSL's.
    private static let systemFlag: UInt = 0x8000_0000

    private var certificateWords: String {
        X509_verify_cert_error_string(Int(verifyCode)).map { String(cString: $0) }
            ?? "check \(verifyCode)"
    }

    private var words: String {
        if errorCode & TLSFailure.systemFlag != 0 {
            return TransportError.words(Int32(truncatingIfNeeded: errorCode & 0x7fff_ffff))
        }
        return ERR_reason_error_string(errorCode).map { String(cString: $0) }
            ?? "TLS error \(errorCode)"
    }
}
