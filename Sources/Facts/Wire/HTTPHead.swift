/// Where the parts of a checked head lie, as offsets: it stays true when the buffer moves.
struct HTTPHead: BitwiseCopyable {
    /// How the end of the body is known.
    enum Framing: BitwiseCopyable {
        case none
        case length(Int)
        case chunked
        case untilClose
    }

    /// Bytes of the head with its empty line.
    var length = 0
    var status = 0
    var methodEnd = 0
    var pathEnd = 0
    var targetEnd = 0
    /// Bytes of the start line with its CR LF.
    var headersStart = 0
    var framing = Framing.none

    /// Checks the head in the first `length` bytes, which end with an empty line.
    static func parse(
        _ bytes: UnsafeRawBufferPointer,
        length: Int,
        isRequest: Bool
    ) -> Result<HTTPHead, HTTPError> {
        let bytes = UnsafeRawBufferPointer(rebasing: bytes[..<length])
        var head = HTTPHead()
        head.length = length
        let started = isRequest ? head.parseRequestLine(bytes) : head.parseStatusLine(bytes)
        guard started else { return .failure(.badStartLine) }
        if let error = head.parseHeaders(bytes, isRequest: isRequest) { return .failure(error) }
        return .success(head)
    }

    /// The header lines of this head in `bytes`.
    func headers(_ bytes: UnsafeRawBufferPointer) -> HTTPHeaders {
        HTTPHeaders(UnsafeRawBufferPointer(rebasing: bytes[headersStart..<(length &- 2)]))
    }

    private mutating func parseRequestLine(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var i = 0
        while bytes[i].isToken { i &+= 1 }
        guard i > 0, bytes[i] == UInt8(ascii: " ") else { return false }
        methodEnd = i
        i &+= 1
        let target = i
        while bytes[i] > 0x20, bytes[i] < 0x7f { i &+= 1 }
        guard i > target, bytes[i] == UInt8(ascii: " ") else { return false }
        targetEnd = i
        pathEnd = bytes[target..<i].firstIndex(of: UInt8(ascii: "?")) ?? i
        return parseVersion(bytes, at: i &+ 1, followedBy: UInt8(ascii: "\r"))
            && endLine(bytes, at: i &+ 9)
    }

    private mutating func parseStatusLine(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard parseVersion(bytes, at: 0, followedBy: UInt8(ascii: " ")), bytes.count > 14 else {
            return false
        }
        for i in 9..<12 {
            guard bytes[i].isDigit else { return false }
            status = status &* 10 &+ Int(bytes[i] &- UInt8(ascii: "0"))
        }
        guard (100...599).contains(status) else { return false }
        var i = 12
        if bytes[i] == UInt8(ascii: " ") {
            while bytes[i] >= 0x20 || bytes[i] == 0x09 { i &+= 1 }
        }
        return endLine(bytes, at: i)
    }

    private func parseVersion(
        _ bytes: UnsafeRawBufferPointer,
        at i: Int,
        followedBy end: UInt8
    ) -> Bool {
        guard i &+ 9 <= bytes.count else { return false }
        let name = UnsafeRawBufferPointer(rebasing: bytes[i..<(i &+ 7)])
        let isOne = bytes[i &+ 7] == UInt8(ascii: "1") || bytes[i &+ 7] == UInt8(ascii: "0")
        return name.equalsIgnoringCase("HTTP/1.") && isOne && bytes[i &+ 8] == end
    }

    private mutating func endLine(_ bytes: UnsafeRawBufferPointer, at i: Int) -> Bool {
        guard bytes[i] == UInt8(ascii: "\r"), bytes[i &+ 1] == UInt8(ascii: "\n") else {
            return false
        }
        headersStart = i &+ 2
        return true
    }

    private mutating func parseHeaders(
        _ bytes: UnsafeRawBufferPointer,
        isRequest: Bool
    ) -> HTTPError? {
        var i = headersStart
        while i < length &- 2 {
            let nameStart = i
            while bytes[i].isToken { i &+= 1 }
            guard i > nameStart, bytes[i] == UInt8(ascii: ":") else { return .badHeader }
            i &+= 1
            while bytes[i] >= 0x20 && bytes[i] != 0x7f || bytes[i] == 0x09 { i &+= 1 }
            guard bytes[i] == UInt8(ascii: "\r"), bytes[i &+ 1] == UInt8(ascii: "\n") else {
                return .badHeader
            }
            i &+= 2
        }
        return parseFraming(headers(bytes), isRequest: isRequest)
    }

    /// Finds how long the body is, and refuses heads that two readers could understand
    /// differently (RFC 9112 §6.3).
    private mutating func parseFraming(_ headers: HTTPHeaders, isRequest: Bool) -> HTTPError? {
        var length: Int?
        var isChunked = false
        var line = 0
        while let header = headers.next(&line) {
            if header.name.equalsIgnoringCase("Content-Length") {
                guard length == nil, let parsed = decimal(header.value) else {
                    return .badContentLength
                }
                length = parsed
            } else if header.name.equalsIgnoringCase("Transfer-Encoding") {
                guard !isChunked, header.value.equalsIgnoringCase("chunked") else {
                    return .badTransferEncoding
                }
                isChunked = true
            }
        }
        if isChunked, length != nil { return .badTransferEncoding }
        if !isRequest, status < 200 || status == 204 || status == 304 {
            framing = .none
        } else if isChunked {
            framing = .chunked
        } else if let length {
            framing = .length(length)
        } else {
            framing = isRequest ? .none : .untilClose
        }
        return nil
    }

    private func decimal(_ text: UnsafeRawBufferPointer) -> Int? {
        guard !text.isEmpty, text.count <= 15 else { return nil }
        var value = 0
        for byte in text {
            guard byte.isDigit else { return nil }
            value = value &* 10 &+ Int(byte &- UInt8(ascii: "0"))
        }
        return value
    }
}
