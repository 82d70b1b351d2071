internal import COpenSSL
internal import Glibc
public import Units
internal import Wire

/// All sockets of one thread: io_uring for arrival, direct `send` for departure; plain sockets
/// where the kernel or the container forbids io_uring (``backend``).
///
/// One turn is ``poll(timeout:)``, then ``next()`` until nil:
///
///     loop.poll(timeout: .milliseconds(10))
///     while let event = loop.next() { … }
///
/// The loop may be made by one thread and run by another, but ``poll(timeout:)`` and all that
/// follows belong to one thread; only ``Waker/wake()`` is for others.
///
/// Every table and buffer has its size from the configuration. Opening and accepting allocate (a
/// TLS session); receiving and sending do not.
public struct EventLoop: ~Copyable {
    /// Interrupts a blocking `poll` from another thread.
    public let waker: Waker

    let configuration: LoopConfiguration
    let slots: UnsafeMutablePointer<Slot>
    var sockets: Multiplexer
    var tally = TransportCounters()
    /// The slot whose bytes are being turned into events, and the buffer they lie in.
    var current: Int?
    var heldBuffer: Int?
    /// Receive buffers that are neither the kernel's nor recycled yet.
    var lentBuffers = 0
    var starved = 0
    var deadlines = 0
    /// Options of ``LoopConfiguration/socketOptions`` that the kernel would not set, each once.
    public internal(set) var refusedOptions: [RefusedOption] = []
    private var ready: UnsafeMutablePointer<UInt16>
    private var readyHead = 0
    private var readyCount = 0
    private let staging: UnsafeMutableRawBufferPointer
    private var begun: ConnectionID?
    private var contexts: [TrustAnchors: TLSContext] = [:]
    var isWakerArmed = false
    /// Connections that clients have and nobody serves yet, with the slots of their listeners.
    var unserved: [(listener: Int, descriptor: Int32)] = []
    /// Whether connections are taken and not served: they hear nothing until this ends. For
    /// servers that play a venue in trouble.
    public var isMute = false {
        didSet { if !isMute { serveWaiting() } }
    }

    /// A loop with the capacities of `configuration`.
    ///
    /// - Throws: `.ringUnavailable` when the configuration insists on io_uring and the kernel
    ///   offers none (Linux 6.1 or later).
    public init(_ configuration: LoopConfiguration) throws(TransportError) {
        guard (1...32_768).contains(configuration.connections) else {
            throw .configuration("connections must be 1…32768")
        }
        let waker = try Waker()
        let sockets = try Multiplexer(configuration)
        self.waker = waker
        self.sockets = sockets
        self.configuration = configuration
        var seed = configuration.maskSeed ?? 0
        if configuration.maskSeed == nil {
            _ = withUnsafeMutableBytes(of: &seed) {
                RAND_bytes($0.baseAddress!.assumingMemoryBound(to: UInt8.self), 8)
            }
        }
        var seeds = SplitMix64(seed: seed)
        slots = .allocate(capacity: configuration.connections)
        for i in 0..<configuration.connections {
            (slots + i).initialize(to: Slot(configuration, maskSeed: seeds.next()))
        }
        ready = .allocate(capacity: configuration.connections)
        staging = .allocate(
            byteCount: EventLoop.headroom + configuration.maxSendBytes,
            alignment: 64
        )
        staging.initializeMemory(as: UInt8.self, repeating: 0)
    }

    deinit {
        for i in 0..<configuration.connections where slots[i].descriptor >= 0 {
            // Ends the kernel's interest in the socket even while the ring still refers to it.
            shutdown(slots[i].descriptor, Int32(SHUT_RDWR))
            Glibc.close(slots[i].descriptor)
        }
        for waiting in unserved { Glibc.close(waiting.descriptor) }
        slots.deinitialize(count: configuration.connections)
        slots.deallocate()
        ready.deallocate()
        // What was to be sent lies here before it is encrypted: keys and signatures among it.
        OPENSSL_cleanse(staging.baseAddress, staging.count)
        staging.deallocate()
    }

    /// What was done so far.
    public var counters: TransportCounters {
        var counters = tally
        counters.completionOverflows = sockets.overflows
        for i in 0..<configuration.connections {
            counters.records &+= slots[i].connection.records
        }
        return counters
    }

    /// What moves the bytes, and why it is that.
    public var backend: Backend { sockets.backend }

    // MARK: Opening

    /// Starts to open a WebSocket; `.opened` or `.closed` follows.
    ///
    /// Resolves the name, unless the endpoint has addresses, and reads the authorities, unless
    /// they were used before: it may block, and allocates. Addresses are tried one after another,
    /// each with its share of the time that opening may take.
    public mutating func openWebSocket(
        _ endpoint: Endpoint
    ) throws(TransportError) -> ConnectionID {
        guard endpoint.path.utf8.count + endpoint.host.utf8.count <= 2_048 else {
            throw .configuration("host and path of a WebSocket take at most 2048 bytes")
        }
        return try open(endpoint, .webSocketClient)
    }

    /// Starts to open a keep-alive HTTP connection; `.opened` or `.closed` follows.
    ///
    /// May block, and allocates, as ``openWebSocket(_:)``.
    public mutating func openHTTP(_ endpoint: Endpoint) throws(TransportError) -> ConnectionID {
        try open(endpoint, .httpClient)
    }

    /// Listens on 127.0.0.1; port 0 takes a free one. Plain when `identity` is nil.
    ///
    /// - Returns: the port.
    public mutating func listen(
        port: UInt16,
        identity: ServerIdentity?
    ) throws(TransportError) -> UInt16 {
        guard let i = freeSlot() else { throw .tableFull }
        var context: TLSContext?
        if let identity { context = try TLSContext(identity: identity) }
        let (descriptor, actual) = try Resolver.listener(port: port)
        slots[i].identity = context
        slots[i].descriptor = descriptor
        slots[i].state = .listening
        armAccept(i)
        return actual
    }

    private mutating func open(
        _ endpoint: Endpoint,
        _ kind: Connection.Kind
    ) throws(TransportError) -> ConnectionID {
        guard let i = freeSlot() else { throw .tableFull }
        var tls: TLSSession?
        if !endpoint.isPlain {
            let context = try context(endpoint.trust)
            guard let made = TLSSession(client: context, host: endpoint.host, pin: endpoint.pin)
            else {
                throw .configuration("\(endpoint.host) is no host name that TLS can verify")
            }
            tls = consume made
        }
        let known = endpoint.addresses
        let found = known.isEmpty ? try Resolver.resolve(endpoint.address ?? endpoint.host) : known
        guard !endpoint.isPlain || found.allSatisfy(\.isLoopback) else {
            throw .plainText(host: endpoint.address ?? endpoint.host)
        }
        try beginConnecting(i, found.prefix(Resolver.capacity), endpoint)
        slots[i].connection.start(
            kind,
            tls: tls,
            upgrade: kind == .webSocketClient ? endpoint : nil
        )
        return id(i)
    }

    private mutating func context(_ trust: TrustAnchors) throws(TransportError) -> TLSContext {
        if let known = contexts[trust] { return known }
        let made = try TLSContext(trust: trust)
        contexts[trust] = made
        return made
    }

    // MARK: Sending

    /// Bytes before a payload in `staging`: a frame header's 14, rounded up to a cache line.
    private static var headroom: Int { 64 }

    /// Room for a message's payload; nil when the connection is not open.
    ///
    /// The room is one for the whole loop: finish a message before beginning another.
    public mutating func beginMessage(_ id: ConnectionID) -> UnsafeMutableRawBufferPointer? {
        guard let i = index(id), slots[i].connection.phase == .open else { return nil }
        begun = id
        return UnsafeMutableRawBufferPointer(rebasing: staging[EventLoop.headroom...])
    }

    /// Frames, masks, encrypts and sends the first `length` bytes written since `beginMessage`, as
    /// one message.
    @discardableResult
    public mutating func endMessage(
        _ id: ConnectionID,
        length: Int,
        isText: Bool = true
    ) -> SendResult {
        guard begun == id else { return .refused(.notBegun) }
        begun = nil
        guard let i = index(id) else { return .refused(.notOpen) }
        guard length <= configuration.maxSendBytes else { return .refused(.tooLarge) }
        let payload = UnsafeMutableRawBufferPointer(
            rebasing: staging[EventLoop.headroom..<(EventLoop.headroom &+ length)]
        )
        let refusal = slots[i].connection.send(isText ? .text : .binary, payload)
        if refusal == nil { tally.messagesSent &+= 1 }
        return send(i, refusal)
    }

    /// Sends the bytes of one HTTP request.
    @discardableResult
    public mutating func sendRequest(
        _ id: ConnectionID,
        _ bytes: UnsafeRawBufferPointer
    ) -> SendResult {
        guard let i = index(id) else { return .refused(.notOpen) }
        return send(i, slots[i].connection.send(bytes))
    }

    /// Answers a request, as application/json; answers leave in the order of the calls. `headers`
    /// are further lines of the head, each with its end.
    @discardableResult
    public mutating func respond(
        _ id: ConnectionID,
        status: Int,
        headers: String = "",
        body: UnsafeRawBufferPointer
    ) -> SendResult {
        guard let i = index(id) else { return .refused(.notOpen) }
        let wasDeciding = slots[i].connection.phase == .deciding
        let refusal = slots[i].connection.respond(
            status: status,
            headers: headers,
            body: body
        )
        if wasDeciding { noteReady(i) }
        return send(i, refusal)
    }

    /// Answers an upgrade request with 101: the connection becomes a WebSocket.
    @discardableResult
    public mutating func acceptUpgrade(_ id: ConnectionID) -> SendResult {
        guard let i = index(id) else { return .refused(.notOpen) }
        let refusal = slots[i].connection.acceptUpgrade()
        // Frames may have come right behind the request.
        if refusal == nil { noteReady(i) }
        return send(i, refusal)
    }

    /// Closes in good order; `.closed(.local)` follows when the peer answered or kept silent.
    ///
    /// A connection that is not open yet has nothing to say: it is let go of at once.
    public mutating func close(_ id: ConnectionID, code: UInt16 = 1000) {
        guard let i = index(id) else { return }
        if isOpening(i) { return abandon(id) }
        if slots[i].connection.close(code: code) != nil {
            fail(i, .local)
        } else {
            setDeadline(i, after: configuration.closeTimeout)
            flush(i)
        }
    }

    /// Lets go of a connection whose peer does not answer; `.closed(.local)` follows with the next
    /// `next()`, and its place in the table is free as soon as the kernel agrees.
    public mutating func abandon(_ id: ConnectionID) {
        guard let i = index(id) else { return }
        slots[i].isAbandoned = true
        fail(i, .local)
    }

    private mutating func send(_ i: Int, _ refusal: SendRefusal?) -> SendResult {
        if let refusal {
            tally.sendsRefused &+= 1
            return .refused(refusal)
        }
        return flush(i)
    }

    // MARK: Turning

    /// One turn: submits what waits, and takes everything that is ready.
    ///
    /// - Parameter timeout: how long a `.block` loop sleeps when nothing is ready.
    public mutating func poll(timeout: Nanoseconds) {
        if !isWakerArmed { armWaker() }
        var wait: Int64 = 0
        if configuration.waiting == .block, current == nil, readyCount == 0, !sockets.hasCompletions
        {
            wait = max(0, timeout.count)
        }
        if deadlines > 0 { wait = min(wait, expireDeadlines()) }
        if starved > 0, lentBuffers < configuration.receiveBuffers { feedStarved() }
        sockets.turn(waitNanoseconds: readyCount > 0 ? 0 : wait)
    }

    /// The next event; nil when there is none until the next `poll`.
    public mutating func next() -> TransportEvent? {
        while true {
            if let i = current {
                if let event = drain(i) { return event }
            } else if let completion = sockets.next() {
                if let event = handle(completion) { return event }
            } else if let i = popReady() {
                if let event = attend(i) { return event }
            } else {
                return nil
            }
        }
    }

    mutating func noteReady(_ i: Int) {
        guard !slots[i].isReady else { return }
        slots[i].isReady = true
        var at = readyHead &+ readyCount
        if at >= configuration.connections { at &-= configuration.connections }
        ready[at] = UInt16(truncatingIfNeeded: i)
        readyCount &+= 1
    }

    private mutating func popReady() -> Int? {
        guard readyCount > 0 else { return nil }
        let i = Int(ready[readyHead])
        readyHead = readyHead &+ 1 == configuration.connections ? 0 : readyHead &+ 1
        readyCount &-= 1
        slots[i].isReady = false
        return i
    }
}
