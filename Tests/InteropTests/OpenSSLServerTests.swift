import Foundation
import Testing
import Transport

@Suite(
    "The server of the openssl command",
    .enabled(if: ForeignServer.openssl != nil, "there is no openssl command"),
    .timeLimit(.minutes(3))
)
struct OpenSSLServerTests {
    @Test(
        "its bytes arrive as they lie in its file",
        arguments: [
            ["-tls1_2"], ["-tls1_2", "-cipher", "ECDHE-ECDSA-AES256-GCM-SHA384"],
            ["-tls1_3", "-ciphersuites", "TLS_AES_256_GCM_SHA384"],
            ["-tls1_3", "-ciphersuites", "TLS_CHACHA20_POLY1305_SHA256"],
            ["-max_send_frag", "512"], ["-num_tickets", "9"], ["-groups", "P-384"],
        ]
    )
    func file(options: [String]) throws {
        let body = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 13) }
        let home = "\(Identity.shared.directory)/openssl-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: home,
            withIntermediateDirectories: true
        )
        let head = "HTTP/1.1 200 OK\r\nContent-Length: \(body.count)\r\n\r\n"
        try Data(Array(head.utf8) + body).write(to: URL(fileURLWithPath: home + "/answer"))
        let port = try ForeignServer.freePort()
        let server = try ForeignServer(
            try #require(ForeignServer.openssl),
            [
                "s_server", "-quiet", "-HTTP", "-accept", "127.0.0.1:\(port)",
                "-cert", Identity.shared.server.certificate, "-key", Identity.shared.server.key,
            ] + options,
            port: port,
            in: home
        )
        let visitor = try Visitor()
        try visitor.openHTTP(port)
        #expect(visitor.isOpen, "\(options): \(String(describing: visitor.end))")
        #expect(visitor.request("GET /answer HTTP/1.1\r\nHost: x\r\n\r\n") == .sent)
        #expect(visitor.run { !visitor.body.isEmpty || visitor.end != nil })
        #expect(visitor.body == body)
        withExtendedLifetime(server) {}
    }
}
