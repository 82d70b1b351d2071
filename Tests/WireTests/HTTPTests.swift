import Testing
import Units
import Wire

private enum Heard: Equatable {
    case request(String, String, String, body: String)
    case response(Int, body: String)
    case interim(Int)
    case malformed(HTTPError)
}

private func text(_ bytes: UnsafeRawBufferPointer) -> String {
    String(decoding: bytes, as: UTF8.self)
}

/// Reads `input` as it comes in pieces of `step`, from one buffer, as a connection would.
private func read(_ input: String, step: Int = .max, _ reader: HTTPReader) -> [Heard] {
    let bytes = Array(input.utf8)
    let buffer = UnsafeMutableRawBufferPointer.allocate(
        byteCount: bytes.count + 64,
        alignment: 8
    )
    defer { buffer.deallocate() }
    var reader = reader
    var heard: [Heard] = []
    var count = 0
    var at = 0
    while at < bytes.count {
        let n = min(step, bytes.count - at)
        buffer[count..<(count + n)].copyBytes(from: bytes[at..<(at + n)])
        count += n
        at += n
        var wantsMore = false
        while !wantsMore {
            let unread = UnsafeMutableRawBufferPointer(rebasing: buffer[..<count])
            var consumed = 0
            switch reader.next(unread, consumed: &consumed) {
            case .needMore: wantsMore = true
            case .request(let view):
                heard.append(
                    .request(
                        text(view.method),
                        text(view.path),
                        text(view.query),
                        body: text(view.body)
                    )
                )
            case .response(let view): heard.append(.response(view.status, body: text(view.body)))
            case .interim(let status): heard.append(.interim(status))
            case .malformed(let error): return heard + [.malformed(error)]
            }
            let rest = Array(unread[consumed...])
            buffer.copyBytes(from: rest)
            count = rest.count
        }
        count -= reader.closeGap(UnsafeMutableRawBufferPointer(rebasing: buffer[..<count]))
    }
    return heard
}

@Suite("HTTP/1.1", .timeLimit(.minutes(3)))
struct HTTPTests {
    private let requests = HTTPReader.requests(maxBodyBytes: 1_000)
    private let responses = HTTPReader.responses(maxBodyBytes: 1_000)

    @Test("requests follow each other, cut at every boundary")
    func pipelined() {
        let input =
            "GET /v5/market/time?category=linear&x=? HTTP/1.1\r\nHost: a\r\n\r\n"
            + "POST /v5/order/create HTTP/1.1\r\ncontent-length:  7 \r\n\r\n{\"a\":1}"
            + "GET / HTTP/1.0\r\n\r\n"
        let expected: [Heard] = [
            .request("GET", "/v5/market/time", "category=linear&x=?", body: ""),
            .request("POST", "/v5/order/create", "", body: "{\"a\":1}"),
            .request("GET", "/", "", body: ""),
        ]
        for step in 1...input.utf8.count {
            #expect(read(input, step: step, requests) == expected, "cut into \(step)")
        }
    }

    @Test("responses with length, chunks or nothing, cut at every boundary")
    func responseBodies() {
        let input =
            "HTTP/1.1 100 Continue\r\n\r\n"
            + "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
            + "HTTP/1.1 403\r\nTransfer-Encoding: Chunked\r\n\r\n"
            + "4;x=y\r\nWiki\r\n6\r\npedia \r\nA\r\nin chunks.\r\n0\r\nTrailer: t\r\n\r\n"
            + "HTTP/1.1 204 No Content\r\n\r\n"
            + "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n"
            + "HTTP/1.1 500 \r\nContent-Length: 0\r\n\r\n"
        let expected: [Heard] = [
            .interim(100), .response(200, body: "ok"),
            .response(403, body: "Wikipedia in chunks."), .response(204, body: ""),
            .response(101, body: ""), .response(500, body: ""),
        ]
        for step in 1...input.utf8.count {
            #expect(read(input, step: step, responses) == expected, "cut into \(step)")
        }
    }

    @Test(
        "a request that breaks a rule is refused by its name",
        arguments: [
            ("GET  / HTTP/1.1\r\n\r\n", .badStartLine), ("GET / HTTP/2.0\r\n\r\n", .badStartLine),
            ("GET /\r\n\r\n", .badStartLine), (" GET / HTTP/1.1\r\n\r\n", .badStartLine),
            ("\u{16}\u{3}\u{1}", .badStartLine),
            ("GET / HTTP/1.1\nHost: a\r\n\r\n", .badStartLine),
            ("GET / HTTP/1.1\r\nHost : a\r\n\r\n", .badHeader),
            ("GET / HTTP/1.1\r\nA: b\r\n folded\r\n\r\n", .badHeader),
            ("GET / HTTP/1.1\r\nA: b\nC: d\r\n\r\n", .badHeader),
            ("GET / HTTP/1.1\r\nA: \u{0}\r\n\r\n", .badHeader),
            ("GET / HTTP/1.1\r\nnothing\r\n\r\n", .badHeader),
            ("GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", .badContentLength),
            ("GET / HTTP/1.1\r\nContent-Length: +1\r\n\r\n", .badContentLength),
            ("GET / HTTP/1.1\r\nContent-Length:\r\n\r\n", .badContentLength),
            (
                "GET / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n",
                .badContentLength
            ),
            (
                "GET / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
                .badTransferEncoding
            ),
            ("GET / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n", .badTransferEncoding),
            ("GET / HTTP/1.1\r\nContent-Length: 1001\r\n\r\n", .bodyTooLarge),
            ("GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n", .bodyTooLarge),
            ("GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", .badChunk),
            ("GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n\r\n", .badChunk),
            ("GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc", .badChunk),
            ("GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n123456789\r\n", .badChunk),
        ] as [(String, HTTPError)]
    )
    func brokenRules(input: String, error: HTTPError) {
        for step in 1...input.utf8.count {
            #expect(read(input, step: step, requests) == [.malformed(error)], "cut into \(step)")
        }
    }

    @Test("a response must tell its length")
    func unbounded() {
        #expect(read("HTTP/1.1 200 OK\r\n\r\nx", responses) == [.malformed(.unboundedBody)])
        #expect(read("HTTP/1.1 600 No\r\n\r\n", responses) == [.malformed(.badStartLine)])
        #expect(read("HTTP/1.1 20\r\n\r\n", responses) == [.malformed(.badStartLine)])
    }

    @Test("a head and its trailers have a limit")
    func headLimit() {
        let long = String(repeating: "a", count: HTTPReader.maxHeadBytes)
        #expect(
            read("GET / HTTP/1.1\r\nA: \(long)", step: 1_000, requests)
                == [.malformed(.headTooLarge)]
        )
        let chunked = "GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nA: "
        #expect(read(chunked + long, step: 1_000, requests) == [.malformed(.headTooLarge)])
    }

    @Test("headers are found in any case, and upgrades recognised")
    func upgrade() throws {
        var key: StaticString = "dGhlIHNhbXBsZSBub25jZQ=="
        var bytes = [UInt8](repeating: 0, count: 1_000)
        let count = bytes.withUnsafeMutableBytes {
            var writer = ByteWriter($0)
            let view = UnsafeRawBufferPointer(start: key.utf8Start, count: key.utf8CodeUnitCount)
            WebSocketUpgrade.writeRequest(&writer, host: "h:1", path: "/p?q=1", key: view)
            return writer.count
        }
        key = ""
        var reader = requests
        bytes.withUnsafeMutableBytes {
            let unread = UnsafeMutableRawBufferPointer(rebasing: $0[..<count])
            var consumed = 0
            guard case .request(let request) = reader.next(unread, consumed: &consumed) else {
                Issue.record("the request was not read")
                return
            }
            #expect(consumed == count)
            #expect(request.isWebSocketUpgrade)
            #expect(text(request.path) == "/p" && text(request.query) == "q=1")
            #expect(request.headers["hOST"].map(text) == "h:1")
            #expect(request.headers["Hos"] == nil)
        }
    }

    @Test("random bytes never do harm")
    func noise() {
        for seed in 1...300 as ClosedRange<UInt64> {
            var random = SplitMix64(seed: seed)
            let alphabet = Array("GET / HTTP/1.1\r\n:chunkedTransfer-Encoding0123abc;\r\n\r\n".utf8)
            let noise = (0..<400).map { _ in alphabet[Int(random.next() % UInt64(alphabet.count))] }
            let head = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
            let tail = String(decoding: noise, as: UTF8.self)
            let step = 1 + Int(random.next() % 50)
            for input in [tail, head + tail] {
                let whole = read(input, requests)
                #expect(read(input, step: step, requests) == whole, "seed \(seed), cut \(step)")
            }
        }
    }
}
