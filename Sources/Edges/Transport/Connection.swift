internal import CLinux
internal import COpenSSL
internal import Units
public import Wire

/// What a ``Connection`` reports. Views in it are valid until its next call.
public enum ConnectionEvent: BitwiseCopyable {
    case opened
    case accepted
    case message(Message)
    case request(HTTPRequestView)
    case response(HTTPResponseView)
    case closed(CloseReason)
}

/// One connection without a socket: bytes in, events out; messages in, bytes out.
///
/// The life of a client's WebSocket, of an HTTP client and of a server's connection:
///
///     starting → upgrading → open → closing → over
///     starting → responses → over
///     starting → requests ⇄ deciding → open → closing → over
///
/// The socket's owner gives chunks to ``feed(_:ticks:)``, takes events from ``next()`` until
/// nil, and sends what waits in ``outbound``. All memory is taken at init, except for the TLS
/// session of each use.
public struct Connection: ~Copyable {
    /// Where in its life a connection is.
    public enum Phase: UInt8, Sendable, BitwiseCopyable {
        case starting
        case upgrading
        case responses
        case requests
        case deciding
        case open
        case closing
        case over
    }

    /// What a connection is for.
    public enum Kind: UInt8, Sendable, BitwiseCopyable {
        case webSocketClient
        case httpClient
        case server
    }

    /// Where in its life the connection is.
    public internal(set) var phase = Phase.over
    /// What it is for.
    public private(set) var kind = Kind.httpClient
    /// Bytes for the peer; the sender consumes them.
    public var outbound: SendBuffer
    /// Reads that brought plaintext, over all uses.
    public private(set) var records: UInt64 = 0
    /// Pongs that came in this use.
    public private(set) var pongs: UInt32 = 0

    /// Whether its TLS handshake resumed an earlier session.
    public private(set) var isResumed = false

    var tls: TLSSession?
    var inbound: FrameBuffer
    var frames: FrameReader
    var http: HTTPReader
    var masks: SplitMix64
    var accept = SIMD32<UInt8>()
    let scratch: UnsafeMutableRawBufferPointer
    private let maxMessageBytes: Int
    private var plain = UnsafeRawBufferPointer(start: nil, count: 0)
    private var consumed = 0
    private var receivedTicks: UInt64 = 0
    private var decryptedTicks: UInt64 = 0
    private var kernelNanoseconds: Int64 = 0

    /// A connection that is over, with buffers of the configured sizes.
    public init(_ configuration: LoopConfiguration, maskSeed: UInt64) {
        maxMessageBytes = configuration.maxMessageBytes
        outbound = SendBuffer(capacity: configuration.sendBufferBytes)
        inbound = FrameBuffer(capacity: configuration.frameBytes)
        frames = FrameReader(role: .client, maxMessageBytes: maxMessageBytes)
        http = .requests(maxBodyBytes: maxMessageBytes)
        masks = SplitMix64(seed: maskSeed)
        scratch = .allocate(byteCount: 4_096, alignment: 64)
    }

    deinit {
        OPENSSL_cleanse(scratch.baseAddress, scratch.count)
        scratch.deallocate()
    }

    /// Begins a use, once bytes can flow.
    ///
    /// - Parameters:
    ///   - tls: nil for plain connections.
    ///   - upgrade: for a WebSocket client, who and what to ask for.
    public mutating func start(
        _ kind: Kind,
        tls: consuming TLSSession?,
        upgrade: Endpoint? = nil
    ) {
        reset()
        self.kind = kind
        self.tls = tls
        phase = .starting
        let isServer = kind == .server
        frames = FrameReader(
            role: isServer ? .server : .client,
            maxMessageBytes: maxMessageBytes
        )
        switch kind {
        case .webSocketClient: http = .upgradeAnswers()
        case .httpClient: http = .responses(maxBodyBytes: maxMessageBytes)
        case .server: http = .requests(maxBodyBytes: maxMessageBytes)
        }
        if let upgrade { prepareUpgrade(upgrade) }
    }

    /// Forgets the last use: wipes its bytes, and frees its TLS session with its keys.
    public mutating func reset() {
        OPENSSL_cleanse(scratch.baseAddress, scratch.count)
        phase = .over
        pongs = 0
        tls = nil
        isResumed = false
        upgradeBytes = 0
        consumed = 0
        plain = UnsafeRawBufferPointer(start: nil, count: 0)
        inbound.clear()
        outbound.clear()
    }

    /// Gives the next bytes from the peer, which must stay in place until ``next()`` gives nil.
    public mutating func feed(
        _ chunk: UnsafeRawBufferPointer,
        ticks: UInt64,
        kernelNanoseconds: Int64 = 0
    ) {
        receivedTicks = ticks
        self.kernelNanoseconds = kernelNanoseconds
        if tls == nil {
            plain = chunk
        } else {
            tls!.supply(chunk)
        }
    }

    /// Tells that the peer's bytes have ended; call it when ``next()`` gave nil.
    public mutating func feedEnd() -> ConnectionEvent? {
        switch phase {
        case .over: return nil
        case .closing: return finish(.local)
        default: return finish(tls == nil ? .ended : .truncated)
        }
    }

    /// The next event; nil when more bytes are needed.
    ///
    /// The way of a message, which is nearly every call, is straight: it is built where the caller
    /// wants it. An event is 80 bytes wide, and each hand-over of one costs as much as its
    /// deframing.
    public mutating func next() -> ConnectionEvent? {
        if consumed > 0 { release() }
        while true {
            if phase == .open {
                var used = 0
                let result =
                    inbound.isEmpty
                    ? FrameResult.needMore : frames.next(inbound.unread, consumed: &used)
                switch result {
                case .message(let payload, let isText):
                    consumed = used
                    return .message(
                        Message(
                            payload: payload,
                            isText: isText,
                            receivedTicks: receivedTicks,
                            decryptedTicks: decryptedTicks,
                            kernelNanoseconds: kernelNanoseconds
                        )
                    )
                case .needMore:
                    break
                case .ping, .pong, .close, .malformed:
                    if let end = answer(result, used) { return .closed(end) }
                    continue
                }
            } else {
                switch nextOutsideMessages() {
                case .event(let event): return event
                case .again: continue
                case .silence: return nil
                case .needMore: break
                }
            }
            switch pull() {
            case .more: continue
            case .dry: return nil
            case .ended(let reason): return finish(reason)
            }
        }
    }

    private enum Turn {
        case event(ConnectionEvent)
        case again
        case needMore
        case silence
    }

    /// What `next` does in every phase but `open`.
    @inline(never)
    private mutating func nextOutsideMessages() -> Turn {
        switch phase {
        case .starting:
            switch handshake() {
            case .event(let made): return .event(made)
            case .needMore: return .silence
            case .done: return .again
            }
        case .requests, .responses, .upgrading:
            return nextHTTP().map { .event($0) } ?? .needMore
        case .open: return .again
        case .closing:
            var used = 0
            let result = frames.next(inbound.unread, consumed: &used)
            if case .needMore = result { return .needMore }
            return answer(result, used).map { .event(.closed($0)) } ?? .again
        case .deciding: return .needMore
        case .over:
            drop()
            return .silence
        }
    }

    /// Closes from our side: with a Close frame when a WebSocket is open, and at once otherwise.
    ///
    /// - Returns: the `closed` event when it is over at once.
    public mutating func close(code: UInt16) -> ConnectionEvent? {
        switch phase {
        case .over, .closing: return nil
        case .open:
            guard sendClose(code: code) else { return finish(.local) }
            phase = .closing
            return nil
        default:
            return finish(.local)
        }
    }

    /// Ends the connection for `reason`, saying goodbye as far as TLS allows.
    public mutating func finish(_ reason: CloseReason) -> ConnectionEvent { .closed(end(reason)) }

    private mutating func end(_ reason: CloseReason) -> CloseReason {
        if tls != nil, phase != .over { tls!.shutDown(&outbound) }
        phase = .over
        return reason
    }

    // MARK: Reading

    private enum Handshake {
        case needMore
        case done
        case event(ConnectionEvent)
    }

    private mutating func handshake() -> Handshake {
        if tls != nil {
            switch tls!.handshake(&outbound) {
            case .needMore: return .needMore
            case .failed(let failure): return .event(finish(.tls(failure)))
            case .outputFull: return .event(finish(.sendBufferFull))
            case .done: isResumed = tls?.isResumed == true
            }
        }
        switch kind {
        case .webSocketClient:
            let request = UnsafeRawBufferPointer(rebasing: scratch[..<upgradeBytes])
            guard seal(request) else { return .event(finish(.sendBufferFull)) }
            phase = .upgrading
            return .done
        case .httpClient:
            phase = .responses
            return .event(.opened)
        case .server:
            phase = .requests
            return .event(.accepted)
        }
    }

    /// Answers a control frame, or ends what was broken: the reason when the connection is over.
    /// A message that comes while we close is dropped.
    @inline(never)
    private mutating func answer(_ result: FrameResult, _ used: Int) -> CloseReason? {
        switch result {
        case .needMore:
            return nil
        case .pong:
            pongs &+= 1
            consumed = used
            release()
            return nil
        case .message:
            consumed = used
            release()
            return nil
        case .ping(let payload):
            let answered = phase == .closing || sendControl(.pong, payload)
            consumed = used
            release()
            return answered ? nil : end(.sendBufferFull)
        case .close(let code, _):
            if phase == .closing { return end(.local) }
            _ = sendClose(code: code == 1005 ? nil : code)
            return end(.peerClosed(code: code))
        case .malformed(let error):
            if phase == .open { _ = sendClose(code: error.closeCode) }
            return end(error == .tooLarge ? .tooLarge : .frames(error))
        }
    }

    private mutating func nextHTTP() -> ConnectionEvent? {
        while true {
            var used = 0
            let result = http.next(inbound.unread, consumed: &used)
            consumed = used
            switch result {
            case .needMore:
                return nil
            case .interim:
                release()
            case .malformed(let error):
                return finish(error == .bodyTooLarge ? .tooLarge : .http(error))
            case .request(let request):
                if request.isWebSocketUpgrade, let key = request.headers["Sec-WebSocket-Key"] {
                    accept = WebSocketKey.accept(key)
                    phase = .deciding
                }
                return .request(request)
            case .response(let response):
                if phase != .upgrading { return .response(response) }
                if let refusal = refusal(response) { return finish(refusal) }
                phase = .open
                return .opened
            }
        }
    }

    private mutating func release() {
        inbound.consume(consumed)
        consumed = 0
    }

    private enum Pull {
        case more
        case dry
        case ended(CloseReason)
    }

    /// Brings more plaintext behind the unread bytes.
    private mutating func pull() -> Pull {
        if inbound.room.count < 16_384 {
            let gap =
                phase == .open || phase == .closing
                ? frames.closeGap(inbound.unread) : http.closeGap(inbound.unread)
            inbound.shorten(by: gap)
            inbound.makeRoom(16_384)
            if inbound.room.isEmpty { return .ended(.tooLarge) }
        }
        let room = inbound.room
        if tls == nil {
            let count = min(plain.count, room.count)
            if count == 0 { return .dry }
            let part = UnsafeRawBufferPointer(rebasing: plain[..<count])
            room.copyMemory(from: part)
            plain = UnsafeRawBufferPointer(rebasing: plain[count...])
            received(count)
            return .more
        }
        switch tls!.read(into: room, &outbound) {
        case .bytes(let count):
            received(count)
            return .more
        case .drained: return .dry
        case .closed: return .ended(phase == .closing ? .local : .ended)
        case .failed(let failure): return .ended(.tls(failure))
        case .outputFull: return .ended(.sendBufferFull)
        }
    }

    private mutating func received(_ count: Int) {
        inbound.append(count)
        records &+= 1
        decryptedTicks = sluice_ticks()
    }

    /// Reads no further: what is still supplied is of no interest.
    private mutating func drop() {
        plain = UnsafeRawBufferPointer(start: nil, count: 0)
        inbound.clear()
    }

    // MARK: Upgrade

    /// Bytes of the prepared request in `scratch`.
    private var upgradeBytes = 0

    private mutating func prepareUpgrade(_ endpoint: Endpoint) {
        var key = WebSocketKey.random()
        var writer = ByteWriter(scratch)
        withUnsafeBytes(of: &key) { bytes in
            let key = UnsafeRawBufferPointer(rebasing: bytes[..<WebSocketKey.count])
            accept = WebSocketKey.accept(key)
            WebSocketUpgrade.writeRequest(
                &writer,
                host: endpoint.authority,
                path: endpoint.path,
                key: key
            )
        }
        upgradeBytes = writer.overflowed ? 0 : writer.count
    }

    /// Why an answer to our upgrade opens no WebSocket; nil when it does (RFC 6455 §4.1).
    private func refusal(_ answer: HTTPResponseView) -> CloseReason? {
        switch answer.status {
        case 101: break
        case 300...399: return .redirected(status: answer.status)
        case 403, 429: return .turnedAway(status: answer.status)
        default: return .upgradeRefused(status: answer.status)
        }
        let headers = answer.headers
        guard headers["Upgrade"]?.equalsIgnoringCase("websocket") == true,
            headers["Connection"]?.listContains("upgrade") == true,
            headers["Sec-WebSocket-Extensions"] == nil, headers["Sec-WebSocket-Protocol"] == nil
        else { return .badUpgrade }
        guard let proof = headers["Sec-WebSocket-Accept"] else { return .badUpgrade }
        guard proof.count == WebSocketKey.acceptCount else { return .wrongAccept }
        return withUnsafeBytes(of: accept) { expected in
            for i in 0..<proof.count where proof[i] != expected[i] { return .wrongAccept }
            return nil
        }
    }
}
