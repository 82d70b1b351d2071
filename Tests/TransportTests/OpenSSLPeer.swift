import COpenSSL
import Transport

/// OpenSSL itself as a server, with everything allowed that our own contexts forbid.
final class OpenSSLServer {
    fileprivate let context: OpaquePointer

    init(_ identity: ServerIdentity, from minimum: Int32 = TLS1_VERSION, to maximum: Int32) {
        context = SSL_CTX_new(TLS_server_method())
        SSL_CTX_set_security_level(context, 0)
        SSL_CTX_set_cipher_list(context, "ALL:@SECLEVEL=0")
        SSL_CTX_ctrl(context, SSL_CTRL_SET_MIN_PROTO_VERSION, Int(minimum), nil)
        SSL_CTX_ctrl(context, SSL_CTRL_SET_MAX_PROTO_VERSION, Int(maximum), nil)
        let loaded = SSL_CTX_use_certificate_chain_file(context, identity.certificate)
        let keyed = SSL_CTX_use_PrivateKey_file(context, identity.key, SSL_FILETYPE_PEM)
        precondition(loaded == 1 && keyed == 1, "the peer has no certificate")
    }

    deinit { SSL_CTX_free(context) }
}

/// One connection of an ``OpenSSLServer``, without a socket.
final class OpenSSLPeer {
    private let ssl: OpaquePointer
    private let pipe = UnsafeMutablePointer<sluice_tls_pipe>.allocate(capacity: 1)
    /// What the client wrote.
    private(set) var got: [UInt8] = []

    init(_ server: OpenSSLServer) {
        pipe.initialize(to: sluice_tls_pipe())
        pipe.pointee.output = .allocate(capacity: 1 << 16)
        pipe.pointee.output_capacity = 1 << 16
        ssl = SSL_new(server.context)
        let bio = sluice_tls_bio(pipe)
        SSL_set_bio(ssl, bio, bio)
        SSL_set_accept_state(ssl)
    }

    deinit {
        SSL_free(ssl)
        pipe.pointee.output.deallocate()
        pipe.deallocate()
    }

    /// The version agreed on: "TLSv1.3".
    var version: String { String(cString: SSL_get_version(ssl)) }

    /// Takes bytes from the client, and goes on with whatever they are part of.
    func take(_ bytes: [UInt8]) {
        bytes.withUnsafeBufferPointer {
            pipe.pointee.input = $0.baseAddress
            pipe.pointee.input_count = $0.count
            var room = [UInt8](repeating: 0, count: 1 << 15)
            var count = 0
            if SSL_is_init_finished(ssl) == 0 { SSL_do_handshake(ssl) }
            if SSL_is_init_finished(ssl) == 1 {
                while SSL_read_ex(ssl, &room, room.count, &count) == 1 { got += room[..<count] }
            }
            ERR_clear_error()
        }
    }

    func write(_ text: String) {
        var count = 0
        precondition(SSL_write_ex(ssl, text, text.utf8.count, &count) == 1)
    }

    /// Asks the client for a new handshake, as TLS 1.2 allows.
    func renegotiate() { precondition(SSL_renegotiate(ssl) == 1 && SSL_do_handshake(ssl) == 1) }

    /// Changes keys and asks the client to do so, as TLS 1.3 allows.
    func updateKeys() {
        let asked = SSL_key_update(ssl, SSL_KEY_UPDATE_REQUESTED)
        precondition(asked == 1 && SSL_do_handshake(ssl) == 1)
    }

    /// What waits for the client.
    func output() -> [UInt8] {
        defer { pipe.pointee.output_count = 0 }
        return Array(
            UnsafeBufferPointer(start: pipe.pointee.output, count: pipe.pointee.output_count)
        )
    }
}

/// Our client's session and such a peer, handing each other their bytes.
final class Conversation {
    private var client: TLSSession
    let peer: OpenSSLPeer
    private(set) var got: [UInt8] = []
    private(set) var end: TLSFailure?
    private(set) var isClosed = false
    private var output = SendBuffer(capacity: 1 << 16)
    private var isOpen = false

    init(
        _ context: TLSContext,
        _ server: OpenSSLServer,
        host: String = "localhost",
        pin: PublicKeyPin? = nil
    ) {
        client = TLSSession(client: context, host: host, pin: pin)!
        peer = OpenSSLPeer(server)
        shakeHands()
        for _ in 0..<6 where end == nil {
            peer.take(clientBytes())
            deliver(peer.output())
        }
    }

    /// Whether the client finished its handshake.
    var isEstablished: Bool { isOpen && end == nil }

    /// Whether the client resumed an earlier session.
    var isResumed: Bool { client.isResumed }

    /// Lets the client write.
    func send(_ text: String) {
        let isSent = Array(text.utf8).withUnsafeBytes { client.write($0, &output) }
        precondition(isSent)
    }

    /// What waits for the peer.
    func clientBytes() -> [UInt8] {
        let bytes = Array(output.pending)
        output.consume(bytes.count)
        return bytes
    }

    /// Gives the client bytes, `step` at a time.
    func deliver(_ bytes: [UInt8], step: Int = .max) {
        var at = 0
        while at < bytes.count {
            let next = min(step, bytes.count - at) + at
            let chunk = Array(bytes[at..<next])
            chunk.withUnsafeBytes {
                client.supply($0)
                if !isOpen { shakeHands() }
                if isOpen { read() }
            }
            at = next
        }
    }

    private func shakeHands() {
        switch client.handshake(&output) {
        case .done: isOpen = true
        case .failed(let failure): end = failure
        case .needMore, .outputFull: break
        }
    }

    private func read() {
        var room = [UInt8](repeating: 0, count: 1 << 15)
        while true {
            let result = room.withUnsafeMutableBytes { client.read(into: $0, &output) }
            switch result {
            case .bytes(let count): got += room[..<count]
            case .failed(let failure): return end = failure
            case .closed: return isClosed = true
            case .drained, .outputFull: return
            }
        }
    }
}
