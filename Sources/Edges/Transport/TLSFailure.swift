internal import COpenSSL

/// What TLS refused, kept as numbers so that it can travel without allocation.
public struct TLSFailure: Error, Equatable, Sendable, BitwiseCopyable {
    /// The certificate check that failed (`X509_V_ERR_…`); 0 when the certificate was not at fault.
    public let verifyCode: Int32
    /// OpenSSL's error number; 0 when there is none.
    public let errorCode: UInt

    /// A failure with OpenSSL's two numbers.
    public init(verifyCode: Int32, errorCode: UInt) {
        self.verifyCode = verifyCode
        self.errorCode = errorCode
    }

    /// What failed, in OpenSSL's words: "certificate has expired".
    public var text: String {
        if verifyCode != 0, let text = X509_verify_cert_error_string(Int(verifyCode)) {
            return "certificate refused: " + String(cString: text)
        }
        if let text = ERR_reason_error_string(errorCode) {
            return String(cString: text)
        }
        return "TLS error \(errorCode)"
    }
}
