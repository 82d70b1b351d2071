internal import COpenSSL

/// What the TLS sessions of one kind share: authorities for clients, an identity for servers.
///
/// A client's also remembers the latest sessions of its peers, 16 in all, so that a reconnect is
/// shorter. They end with the context, in memory only.
///
/// Making one reads files; sessions made from it keep it alive.
public final class TLSContext {
    let pointer: OpaquePointer

    /// For clients that believe `trust`.
    public init(trust: TrustAnchors) throws(TransportError) {
        let path: String
        let made: OpaquePointer?
        switch trust {
        case .system:
            path = "the system's certificate authorities"
            made = sluice_tls_client_context(nil)
        case .file(let file):
            path = file
            made = sluice_tls_client_context(file)
        }
        guard let made else { throw TLSContext.error(path) }
        pointer = made
    }

    /// For servers that prove to be `identity`.
    public init(identity: ServerIdentity) throws(TransportError) {
        guard let made = sluice_tls_server_context(identity.certificate, identity.key) else {
            throw TLSContext.error("\(identity.certificate) with \(identity.key)")
        }
        pointer = made
    }

    deinit { SSL_CTX_free(pointer) }

    private static func error(_ path: String) -> TransportError {
        let why = TLSFailure(verifyCode: 0, errorCode: ERR_get_error()).text
        ERR_clear_error()
        return .identity(path: path, why: why)
    }
}
