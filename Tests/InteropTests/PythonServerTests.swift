import Foundation
import TestSupport
import Testing
import Transport

/// Our client and WebSocket servers that were written without it.
@Suite(
    "WebSocket servers of Python",
    .enabled(if: ForeignServer.hasPython, "not installed: Tools/interop --setup"),
    .timeLimit(.minutes(3))
)
struct PythonServerTests {
    private func server(_ library: String) throws -> ForeignServer {
        try ForeignServer(python: library, identity: Identity.shared.server)
    }

    @Test("every length and kind comes back", arguments: ["websockets", "aiohttp", "picows"])
    func echo(library: String) throws {
        let server = try server(library)
        let visitor = try Visitor()
        try visitor.open(server.port, "/echo")
        #expect(visitor.isOpen)
        try expectEchoes(visitor)
        visitor.close()
        #expect(visitor.run { visitor.end != nil })
        #expect(visitor.end == .local)
    }

    @Test("pushes come whole and in order", arguments: ["websockets", "aiohttp", "picows"])
    func push(library: String) throws {
        let server = try server(library)
        let visitor = try Visitor()
        visitor.check = StreamCheck()
        try visitor.open(server.port, "/push?count=20000&size=150")
        #expect(visitor.run { visitor.end != nil })
        #expect(visitor.fault == nil)
        #expect(visitor.check?.count == 20_000)
        #expect(visitor.end == .peerClosed(code: 1000))
    }

    @Test("the server's close code is told", arguments: ["websockets", "aiohttp", "picows"])
    func closeCode(library: String) throws {
        let server = try server(library)
        for code in [1001, 1012] as [UInt16] {
            let visitor = try Visitor()
            try visitor.open(server.port, "/close?code=\(code)")
            #expect(visitor.run { visitor.end != nil })
            #expect(visitor.end == .peerClosed(code: code))
        }
    }

    @Test("a 403 is being turned away", arguments: ["websockets", "aiohttp"])
    func denied(library: String) throws {
        let server = try server(library)
        let visitor = try Visitor()
        try visitor.open(server.port, "/deny")
        #expect(visitor.end == .turnedAway(status: 403))
    }

    @Test("a message of ten thousand fragments is one, and a ping is answered")
    func fragments() throws {
        let server = try server("websockets")
        let visitor = try Visitor()
        try visitor.open(server.port, "/chunks?count=10000")
        #expect(visitor.run { visitor.messages.count == 2 || visitor.end != nil })
        let whole = Array(String(repeating: "é€", count: 10_000).utf8)
        #expect(visitor.messages.first?.bytes == whole)
        #expect(visitor.messages.first?.isText == true)
        #expect(visitor.messages.last?.bytes == Array("the pong came".utf8))
    }
}

/// Sends messages of many lengths, text and binary, and expects each back as it was.
func expectEchoes(_ visitor: Visitor) throws {
    for length in [0, 1, 125, 126, 1_000, 16_384, 65_535, 65_536, 1 << 20, 4 << 20] {
        for isText in [true, false] {
            let unit = isText ? Array("é€😀".utf8) : (0...255).map { UInt8($0) }
            var bytes: [UInt8] = []
            while bytes.count + unit.count <= length { bytes += unit }
            bytes += [UInt8](repeating: 0x7e, count: length - bytes.count)
            let before = visitor.messages.count
            let sent = visitor.send(bytes, isText: isText)
            #expect(sent == .sent || sent == .queued)
            visitor.run { visitor.messages.count > before || visitor.end != nil }
            let last = try #require(visitor.messages.last, "\(String(describing: visitor.end))")
            #expect(last.bytes == bytes && last.isText == isText, "\(length) bytes")
        }
    }
}
