internal import COpenSSL

/// One TLS connection without a socket: ciphertext chunks in, plaintext and ciphertext out.
///
/// OpenSSL reads through one BIO directly from the chunk it is given, and decrypts directly into
/// the caller's buffer. A chunk is supplied once and then read until ``ReadResult/drained``.
///
/// - SeeAlso: `COpenSSL.h` for the BIO and the options: TLS 1.2 or later, host verified.
public struct TLSSession: ~Copyable {
    /// What a read brought.
    public enum ReadResult: BitwiseCopyable {
        /// So many bytes of plaintext, of one record.
        case bytes(Int)
        /// Nothing more in what was supplied.
        case drained
        /// The peer's close_notify: the stream ends here, and nothing is missing.
        case closed
        /// The session is beyond repair; an alert may wait in the output.
        case failed(TLSFailure)
        /// The output has no room for what TLS must answer.
        case outputFull
    }

    /// How far the handshake is.
    public enum HandshakeResult: Equatable, BitwiseCopyable {
        case needMore
        case done
        case failed(TLSFailure)
        case outputFull
    }

    let ssl: OpaquePointer
    private let pipe: UnsafeMutablePointer<sluice_tls_pipe>
    private var isDry = true

    /// A client session that verifies `host`, a DNS name or IP literal, and that its own key is
    /// the pinned one if there is a `pin`; nil when out of memory.
    ///
    /// It resumes a session that `context` remembers of the same host and pin, when the host
    /// agrees: a shorter handshake, without certificates.
    public init?(client context: TLSContext, host: String, pin: PublicKeyPin? = nil) {
        pipe = .allocate(capacity: 1)
        pipe.initialize(to: sluice_tls_pipe())
        let digest = pin.map { pin in (0..<32).map { pin.digest[$0] } }
        guard let made = sluice_tls_client(context.pointer, host, digest, pipe) else {
            pipe.deallocate()
            return nil
        }
        ssl = made
    }

    /// A server session; nil when out of memory.
    public init?(server context: TLSContext) {
        pipe = .allocate(capacity: 1)
        pipe.initialize(to: sluice_tls_pipe())
        guard let made = sluice_tls_server(context.pointer, pipe) else {
            pipe.deallocate()
            return nil
        }
        ssl = made
    }

    deinit {
        sluice_tls_free(ssl)
        pipe.deallocate()
    }

    /// Whether the handshake resumed an earlier session.
    public var isResumed: Bool { SSL_session_reused(ssl) == 1 }

    /// Bytes that `count` bytes of plaintext need at most as records.
    public static func sealedBytes(_ count: Int) -> Int {
        // A record carries up to 2^14 bytes and adds 5 of header and up to 256 + 24 of the cipher;
        // TLS 1.3 and our TLS 1.2 suites stay below 48 in all.
        count &+ (count >> 14 &+ 1) &* 48
    }

    /// Gives the next ciphertext chunk, which must stay in place until ``ReadResult/drained``.
    public mutating func supply(_ chunk: UnsafeRawBufferPointer) {
        pipe.pointee.input = chunk.baseAddress?.assumingMemoryBound(to: UInt8.self)
        pipe.pointee.input_count = chunk.count
        isDry = false
    }

    /// Goes on with the handshake; a client begins it by this.
    public mutating func handshake(_ output: inout SendBuffer) -> HandshakeResult {
        // Another library on this thread may have left errors that would be taken for ours.
        sluice_tls_clear_errors()
        lend(&output)
        let rc = SSL_do_handshake(ssl)
        takeBack(&output)
        if rc == 1 { return .done }
        if SSL_get_error(ssl, rc) == SSL_ERROR_WANT_READ { return .needMore }
        return pipe.pointee.output_overflowed != 0 ? .outputFull : .failed(failure())
    }

    /// Decrypts the next record into `room`, or part of one when it is small.
    public mutating func read(
        into room: UnsafeMutableRawBufferPointer,
        _ output: inout SendBuffer
    ) -> ReadResult {
        // Not to ask costs less than the answer "nothing": an empty read takes 200 ticks.
        if isDry { return .drained }
        while pipe.pointee.input_count > 0 || SSL_has_pending(ssl) == 1 {
            let before = pipe.pointee.input_count
            var count = 0
            lend(&output)
            let rc = SSL_read_ex(ssl, room.baseAddress, room.count, &count)
            takeBack(&output)
            if rc == 1 { return .bytes(count) }
            // Asked of the session, not by `SSL_get_error`: that looks at the thread's error queue,
            // where another library may have left something, and clearing it costs every read.
            if SSL_want(ssl) == SSL_READING {
                // A session ticket or key update gives this with bytes left to read.
                let left = pipe.pointee.input_count
                if left > 0, left < before { continue }
                isDry = true
                return .drained
            }
            // A fatal alert ends the stream too, but leaves an error of OpenSSL's SSL part; every
            // failure of ours is cleared at once, so what other parts left is not about us.
            if SSL_get_shutdown(ssl) & SSL_RECEIVED_SHUTDOWN != 0,
                ERR_GET_LIB(ERR_peek_last_error()) != ERR_LIB_SSL
            {
                return .closed
            }
            return pipe.pointee.output_overflowed != 0 ? .outputFull : .failed(failure())
        }
        isDry = true
        return .drained
    }

    /// Encrypts `bytes` into `output`.
    ///
    /// - Returns: false when the session is beyond repair, or has not finished its handshake.
    /// - Precondition: `output` has room for ``sealedBytes(_:)``.
    public mutating func write(
        _ bytes: UnsafeRawBufferPointer,
        _ output: inout SendBuffer
    ) -> Bool {
        if bytes.isEmpty { return true }
        var count = 0
        lend(&output)
        let rc = SSL_write_ex(ssl, bytes.baseAddress, bytes.count, &count)
        takeBack(&output)
        if rc != 1 { ERR_clear_error() }
        return rc == 1
    }

    /// Writes close_notify.
    public mutating func shutDown(_ output: inout SendBuffer) {
        guard SSL_is_init_finished(ssl) == 1, output.hasRoom(TLSSession.sealedBytes(2)) else {
            return
        }
        lend(&output)
        _ = SSL_shutdown(ssl)
        takeBack(&output)
        ERR_clear_error()
    }

    /// Asks the peer to change keys too, as a long-lived peer may at any time. For tests.
    public mutating func updateKeys(_ output: inout SendBuffer) -> Bool {
        SSL_key_update(ssl, SSL_KEY_UPDATE_REQUESTED) == 1 && handshake(&output) == .done
    }

    private func lend(_ output: inout SendBuffer) {
        // Gathers the free room behind the tail, for alerts and answers to key updates.
        _ = output.hasRoom(512)
        pipe.pointee.output = output.base.assumingMemoryBound(to: UInt8.self)
        pipe.pointee.output_count = output.tail
        pipe.pointee.output_capacity = output.capacity
    }

    private func takeBack(_ output: inout SendBuffer) {
        output.extend(to: pipe.pointee.output_count)
    }

    private func failure() -> TLSFailure {
        let code = ERR_peek_last_error()
        ERR_clear_error()
        return TLSFailure(verifyCode: Int32(SSL_get_verify_result(ssl)), errorCode: code)
    }
}
