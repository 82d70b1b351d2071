import Units
import Wire

extension FuzzEntry {
    /// WebSocket frames: a stream read at once and the same stream in pieces give the same.
    static let frame = FuzzEntry(
        name: "frame",
        corpus: frames,
        prepare: {
            let buffers = StreamBuffers()
            return { input, random in
                for role in [WebSocketRole.client, .server] {
                    let pieces = StreamBuffers.pieces(input.payload.count, &random)
                    let whole = buffers.frames(input.bytes, role, [input.payload.count])
                    let parts = buffers.frames(input.bytes, role, pieces)
                    if whole != parts { return "reads otherwise in pieces of \(pieces)" }
                }
                return nil
            }
        }
    )

    /// HTTP messages, likewise.
    static let http = FuzzEntry(
        name: "http",
        corpus: {
            [
                "GET /v5/public/linear HTTP/1.1\r\nHost: a.b\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n",
                "POST /v5/order/create?x=1 HTTP/1.1\r\nHost: h\r\nContent-Length: 11\r\n\r\n{\"qty\":\"1\"}GET / HTTP/1.1\r\nHost: h\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6;x=y\r\n world\r\n0\r\nT: v\r\n\r\n",
                "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 404 Not Found\r\nContent-Length: 2\r\nX: y\r\n\r\nno",
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n",
            ].map { Array($0.utf8) }
        },
        prepare: {
            let buffers = StreamBuffers()
            return { input, random in
                for isRequest in [true, false] {
                    let pieces = StreamBuffers.pieces(input.payload.count, &random)
                    let whole = buffers.http(input.bytes, isRequest, [input.payload.count])
                    let parts = buffers.http(input.bytes, isRequest, pieces)
                    if whole != parts { return "reads otherwise in pieces of \(pieces)" }
                }
                return nil
            }
        }
    )

    private static func frames() -> [[UInt8]] {
        func frame(_ first: UInt8, _ payload: [UInt8], mask: [UInt8]? = nil) -> [UInt8] {
            var bytes = [first]
            let bit: UInt8 = mask == nil ? 0 : 0x80
            if payload.count < 126 {
                bytes.append(bit | UInt8(payload.count))
            } else {
                bytes += [bit | 126, UInt8(payload.count >> 8), UInt8(payload.count & 255)]
            }
            guard let mask else { return bytes + payload }
            return bytes + mask + payload.enumerated().map { $1 ^ mask[$0 & 3] }
        }
        let long = [UInt8](repeating: UInt8(ascii: "x"), count: 300)
        let key: [UInt8] = [1, 2, 3, 250]
        return [
            frame(0x81, Array("{\"op\":\"ping\"}".utf8)) + frame(0x89, [1, 2]),
            frame(0x01, Array("héllo ".utf8)) + frame(0x8a, []) + frame(0x80, Array("wörld".utf8)),
            frame(0x82, long) + frame(0x88, [0x03, 0xe8] + Array("bye".utf8)),
            frame(0x81, Array("masked".utf8), mask: key) + frame(0x82, long, mask: key),
            frame(0x02, [1], mask: key) + frame(0x00, [2], mask: key) + frame(0x80, [], mask: key),
        ]
    }
}

/// Buffers that streams are read from, as a connection keeps them.
private final class StreamBuffers {
    private let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 64)

    deinit { memory.deallocate() }

    /// Some sizes that add up to `count`.
    static func pieces(_ count: Int, _ random: inout SplitMix64) -> [Int] {
        var sizes: [Int] = []
        var left = count
        while left > 0 {
            let size = min(left, 1 + Int(random.next() % 40))
            sizes.append(size)
            left -= size
        }
        return sizes
    }

    /// Feeds `bytes` in `pieces`; `step` reads one result from what has come and is not consumed,
    /// and says whether to ask again.
    private func feed(
        _ bytes: [UInt8],
        _ pieces: [Int],
        _ step: (UnsafeMutableRawBufferPointer, inout Int) -> Step
    ) {
        var held = 0
        var fed = 0
        for size in pieces {
            for i in 0..<size { memory[held + i] = bytes[fed + i] }
            held += size
            fed += size
            reading: while true {
                var consumed = 0
                let view = UnsafeMutableRawBufferPointer(rebasing: memory[..<held])
                let step = step(view, &consumed)
                precondition(consumed >= 0 && consumed <= held, "consumes no more than there is")
                if consumed > 0 {
                    for i in consumed..<held { memory[i - consumed] = memory[i] }
                    held -= consumed
                }
                switch step {
                case .more: break reading
                case .again: continue
                case .ended: return
                }
            }
        }
    }

    private enum Step {
        case more
        case again
        case ended
    }

    func frames(_ bytes: [UInt8], _ role: WebSocketRole, _ pieces: [Int]) -> Digest {
        var digest = Digest()
        var reader = FrameReader(role: role, maxMessageBytes: 4_096)
        feed(bytes, pieces) { view, consumed in
            switch reader.next(view, consumed: &consumed) {
            case .needMore: return .more
            case .message(let payload, let isText):
                digest.add(isText ? 1 : 2)
                digest.add(payload)
            case .ping(let payload):
                digest.add(3)
                digest.add(payload)
            case .pong(let payload):
                digest.add(4)
                digest.add(payload)
            case .close(let code, let reason):
                digest.add(code)
                digest.add(reason)
            case .malformed(let error):
                digest.add(100 + error.rawValue)
                return .ended
            }
            return .again
        }
        return digest
    }

    func http(_ bytes: [UInt8], _ isRequest: Bool, _ pieces: [Int]) -> Digest {
        var digest = Digest()
        var reader =
            isRequest
            ? HTTPReader.requests(maxBodyBytes: 2_048) : HTTPReader.responses(maxBodyBytes: 2_048)
        feed(bytes, pieces) { view, consumed in
            switch reader.next(view, consumed: &consumed) {
            case .needMore: return .more
            case .request(let request):
                digest.add(request.method)
                digest.add(request.path)
                digest.add(request.query)
                digest.add(request.body)
                digest.add(request.isWebSocketUpgrade ? 1 : 0)
            case .response(let response):
                digest.add(response.status)
                digest.add(response.body)
                digest.add(response.headers["content-length"]?.count ?? -1)
            case .interim(let status): digest.add(status)
            case .malformed:
                digest.add(999)
                return .ended
            }
            return .again
        }
        return digest
    }
}
