/// What an ``HTTPReader`` found. Views lie in the buffer it was given.
public enum HTTPResult: BitwiseCopyable {
    /// Nothing whole: read on and ask again.
    case needMore
    /// A whole request.
    case request(HTTPRequestView)
    /// A whole response.
    case response(HTTPResponseView)
    /// A 1xx response other than 101: ask again for the one that counts.
    case interim(status: Int)
    /// The peer broke the protocol: close, and read no further.
    case malformed(HTTPError)
}

/// Reads HTTP/1.1 messages where they lie, and joins chunks in place.
///
/// Like ``FrameReader``, it is given all bytes not consumed so far; it remembers what it has
/// looked at, so a message that trickles in is looked at once.
///
///     | head | joined chunks | gap | unread … |
///     0    head           +body  cursor
///
/// Not spoken: HEAD, other codings than `chunked`, and bodies that end with the connection.
///
/// - Complexity: O(bytes); never allocates.
/// - SeeAlso: RFC 9112.
public struct HTTPReader: BitwiseCopyable {
    /// Largest head accepted, in bytes; also the limit of the trailers.
    public static var maxHeadBytes: Int { 16_384 }
    /// Largest body accepted, in bytes.
    public let maxBodyBytes: Int

    private enum Chunk: BitwiseCopyable {
        case size
        case data
        case dataEnd
        case trailers
    }

    private let isRequest: Bool
    private let endsWithHead: Bool
    private var head = HTTPHead()
    private var hasHead = false
    private var scanned = 0
    private var bodyBytes = 0
    private var cursor = 0
    private var chunk = Chunk.size
    private var chunkRest = 0
    private var trailerBytes = 0

    private init(isRequest: Bool, endsWithHead: Bool = false, maxBodyBytes: Int) {
        self.isRequest = isRequest
        self.endsWithHead = endsWithHead
        self.maxBodyBytes = maxBodyBytes
    }

    /// A reader of the requests a server gets.
    public static func requests(maxBodyBytes: Int) -> HTTPReader {
        HTTPReader(isRequest: true, maxBodyBytes: maxBodyBytes)
    }

    /// A reader of the responses a client gets.
    public static func responses(maxBodyBytes: Int) -> HTTPReader {
        HTTPReader(isRequest: false, maxBodyBytes: maxBodyBytes)
    }

    /// A reader of the answer to an upgrade: a refusal's body is of no interest, nor its length.
    public static func upgradeAnswers() -> HTTPReader {
        HTTPReader(isRequest: false, endsWithHead: true, maxBodyBytes: 0)
    }

    /// Reads the next message of `bytes`.
    ///
    /// - Parameter consumed: bytes at the front that must be dropped before the next call; views
    ///   in the result may lie there, so drop them only when the result is used up.
    public mutating func next(
        _ bytes: UnsafeMutableRawBufferPointer,
        consumed: inout Int
    ) -> HTTPResult {
        consumed = 0
        let view = UnsafeRawBufferPointer(bytes)
        if !hasHead {
            guard let length = headLength(view) else {
                if !canBegin(view) { return .malformed(.badStartLine) }
                return scanned >= HTTPReader.maxHeadBytes ? .malformed(.headTooLarge) : .needMore
            }
            switch HTTPHead.parse(view, length: length, isRequest: isRequest) {
            case .failure(let error): return .malformed(error)
            case .success(let parsed): head = parsed
            }
            hasHead = true
            cursor = length
        }
        switch head.framing {
        case _ where endsWithHead: break
        case .none: break
        case .untilClose: return .malformed(.unboundedBody)
        case .length(let length):
            guard length <= maxBodyBytes else { return .malformed(.bodyTooLarge) }
            guard bytes.count &- head.length >= length else { return .needMore }
            bodyBytes = length
            cursor = head.length &+ length
        case .chunked:
            switch joinChunks(bytes) {
            case .needMore: return .needMore
            case .malformed(let error): return .malformed(error)
            case .whole: break
            }
        }
        let result = result(view)
        consumed = cursor
        self = HTTPReader(
            isRequest: isRequest,
            endsWithHead: endsWithHead,
            maxBodyBytes: maxBodyBytes
        )
        return result
    }

    /// Moves the unread bytes down to the joined chunks, to make room behind them.
    ///
    /// - Returns: by how many bytes the content became shorter.
    public mutating func closeGap(_ bytes: UnsafeMutableRawBufferPointer) -> Int {
        let end = head.length &+ bodyBytes
        guard hasHead, case .chunked = head.framing, cursor > end else { return 0 }
        let unread = bytes.count &- cursor
        if unread > 0 {
            let base = bytes.baseAddress!
            (base + end).copyMemory(from: base + cursor, byteCount: unread)
        }
        defer { cursor = end }
        return cursor &- end
    }

    /// Whether the bytes can become a head, so that nobody waits for the rest of what cannot: TLS
    /// begins with byte 22, other servers greet by a line of their own.
    private func canBegin(_ bytes: UnsafeRawBufferPointer) -> Bool {
        if isRequest { return bytes.first?.isToken ?? true }
        let version = "HTTP/1." as StaticString
        for i in 0..<min(bytes.count, version.utf8CodeUnitCount)
        where bytes[i].lowercased != version.utf8Start[i].lowercased {
            return false
        }
        return true
    }

    /// Bytes up to and with the empty line; nil when it has not come.
    private mutating func headLength(_ bytes: UnsafeRawBufferPointer) -> Int? {
        let end = min(bytes.count, HTTPReader.maxHeadBytes)
        while scanned < end {
            scanned &+= 1
            if bytes[scanned &- 1] == UInt8(ascii: "\n"), scanned >= 4,
                bytes[scanned &- 2] == UInt8(ascii: "\r"),
                bytes[scanned &- 3] == UInt8(ascii: "\n"),
                bytes[scanned &- 4] == UInt8(ascii: "\r")
            {
                return scanned
            }
        }
        return nil
    }

    private func result(_ bytes: UnsafeRawBufferPointer) -> HTTPResult {
        func slice(_ range: Range<Int>) -> UnsafeRawBufferPointer {
            UnsafeRawBufferPointer(rebasing: bytes[range])
        }
        let body = slice(head.length..<(head.length &+ bodyBytes))
        if isRequest {
            return .request(
                HTTPRequestView(
                    method: slice(0..<head.methodEnd),
                    path: slice((head.methodEnd &+ 1)..<head.pathEnd),
                    query: slice(min(head.pathEnd &+ 1, head.targetEnd)..<head.targetEnd),
                    headers: head.headers(bytes),
                    body: body
                )
            )
        }
        if head.status < 200, head.status != 101 { return .interim(status: head.status) }
        return .response(
            HTTPResponseView(status: head.status, headers: head.headers(bytes), body: body)
        )
    }

    private enum Joining: BitwiseCopyable {
        case needMore
        case whole
        case malformed(HTTPError)
    }

    private mutating func joinChunks(_ bytes: UnsafeMutableRawBufferPointer) -> Joining {
        while true {
            switch chunk {
            case .size:
                guard let line = line(bytes) else {
                    return bytes.count &- cursor > 256 ? .malformed(.badChunk) : .needMore
                }
                guard let size = hexadecimal(bytes, cursor..<line) else {
                    return .malformed(.badChunk)
                }
                guard size <= maxBodyBytes &- bodyBytes else { return .malformed(.bodyTooLarge) }
                cursor = line &+ 2
                chunkRest = size
                chunk = size == 0 ? .trailers : .data
            case .data:
                let count = min(chunkRest, bytes.count &- cursor)
                guard count > 0 else { return .needMore }
                let base = bytes.baseAddress!
                let end = base + (head.length &+ bodyBytes)
                end.copyMemory(from: base + cursor, byteCount: count)
                bodyBytes &+= count
                cursor &+= count
                chunkRest &-= count
                if chunkRest == 0 { chunk = .dataEnd }
            case .dataEnd:
                guard bytes.count &- cursor >= 2 else { return .needMore }
                guard bytes[cursor] == UInt8(ascii: "\r"), bytes[cursor &+ 1] == UInt8(ascii: "\n")
                else { return .malformed(.badChunk) }
                cursor &+= 2
                chunk = .size
            case .trailers:
                guard let line = line(bytes) else {
                    let unread = bytes.count &- cursor &+ trailerBytes
                    return unread > HTTPReader.maxHeadBytes ? .malformed(.headTooLarge) : .needMore
                }
                let isLast = line == cursor
                trailerBytes &+= line &+ 2 &- cursor
                cursor = line &+ 2
                if isLast { return .whole }
                if trailerBytes > HTTPReader.maxHeadBytes { return .malformed(.headTooLarge) }
            }
        }
    }

    /// Where the CR LF after `cursor` is.
    private func line(_ bytes: UnsafeMutableRawBufferPointer) -> Int? {
        var i = cursor
        while i &+ 1 < bytes.count {
            if bytes[i] == UInt8(ascii: "\r"), bytes[i &+ 1] == UInt8(ascii: "\n") { return i }
            i &+= 1
        }
        return nil
    }

    /// The chunk size in `range`; anything after a semicolon is an extension and ignored.
    private func hexadecimal(
        _ bytes: UnsafeMutableRawBufferPointer,
        _ range: Range<Int>
    ) -> Int? {
        var value = 0
        var digits = 0
        for i in range {
            let byte = bytes[i].lowercased
            let digit: UInt8
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte &- UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte &- UInt8(ascii: "a") &+ 10
            case UInt8(ascii: ";"), 0x20, 0x09: return digits > 0 ? value : nil
            default: return nil
            }
            digits &+= 1
            guard digits <= 8 else { return nil }
            value = value &* 16 &+ Int(digit)
        }
        return digits > 0 ? value : nil
    }
}
