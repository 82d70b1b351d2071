import Foundation
import TestSupport
import Testing
import Transport

/// nginx ends the TLS, as in front of most venues, and packs what comes behind it as it likes.
@Suite(
    "Through nginx",
    .enabled(
        if: ForeignServer.nginx != nil && ForeignServer.hasPython,
        "not installed: Tools/interop --setup"
    ),
    .timeLimit(.minutes(3))
)
struct NginxTests {
    /// nginx on a free port, with TLS, in front of a plain server of `library`.
    private func start(_ library: String) throws -> (ForeignServer, ForeignServer) {
        let backend = try ForeignServer(python: library)
        let port = try ForeignServer.freePort()
        let home = "\(Identity.shared.directory)/nginx-\(port)"
        try FileManager.default.createDirectory(
            atPath: home,
            withIntermediateDirectories: true
        )
        let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .map { "\($0)_temp_path \(home)/\($0);" }.joined(separator: " ")
        let configuration = """
            daemon off; master_process off; pid \(home)/pid; error_log /dev/null;
            events { worker_connections 64; }
            http {
              access_log off; \(temporary)
              server {
                listen 127.0.0.1:\(port) ssl;
                ssl_certificate \(Identity.shared.server.certificate);
                ssl_certificate_key \(Identity.shared.server.key);
                ssl_protocols TLSv1.2 TLSv1.3;
                location = /away { return 301 https://elsewhere.example/; }
                location = /often { return 429; }
                location = /banned { return 403; }
                location = /nowhere { return 404; }
                location = /dead { proxy_pass http://127.0.0.1:1; }
                location / {
                  proxy_pass http://127.0.0.1:\(backend.port);
                  proxy_http_version 1.1;
                  proxy_set_header Upgrade $http_upgrade;
                  proxy_set_header Connection "upgrade";
                }
              }
            }
            """
        try configuration.write(toFile: home + "/conf", atomically: true, encoding: .utf8)
        let program = try #require(ForeignServer.nginx)
        let nginx = try ForeignServer(
            program,
            ["-c", home + "/conf", "-p", home],
            port: port,
            in: home
        )
        return (nginx, backend)
    }

    @Test("every length and kind comes back")
    func echo() throws {
        let (nginx, backend) = try start("websockets")
        let visitor = try Visitor()
        try visitor.open(nginx.port, "/echo")
        #expect(visitor.isOpen, "\(String(describing: visitor.end))")
        try expectEchoes(visitor)
        visitor.close()
        #expect(visitor.run { visitor.end != nil })
        #expect(visitor.end == .local)
        withExtendedLifetime((nginx, backend)) {}
    }

    /// By hand with more: SLUICE_INTEROP_MESSAGES=10000000 swift test --filter NginxTests
    @Test("pushed messages come whole, many to a record")
    func push() throws {
        let asked = ProcessInfo.processInfo.environment["SLUICE_INTEROP_MESSAGES"]
        let count = asked.flatMap { UInt64($0) } ?? 50_000
        let (nginx, backend) = try start("picows")
        let visitor = try Visitor()
        visitor.check = StreamCheck()
        try visitor.open(nginx.port, "/push?count=\(count)&size=150")
        #expect(visitor.run(seconds: 30 + Double(count) / 1_000) { visitor.end != nil })
        #expect(visitor.fault == nil)
        #expect(visitor.check?.count == count)
        #expect(visitor.end == .peerClosed(code: 1000))
        // Fewer records than messages: frames lie across the records' edges.
        #expect(visitor.counters.records < count * 9 / 10)
        withExtendedLifetime((nginx, backend)) {}
    }

    @Test("its refusals have their reasons")
    func refusals() throws {
        let (nginx, backend) = try start("websockets")
        let cases: [(String, CloseReason)] = [
            ("/away", .redirected(status: 301)), ("/often", .turnedAway(status: 429)),
            ("/banned", .turnedAway(status: 403)), ("/nowhere", .upgradeRefused(status: 404)),
            ("/dead", .upgradeRefused(status: 502)),
        ]
        for (path, reason) in cases {
            let visitor = try Visitor()
            try visitor.open(nginx.port, path)
            #expect(visitor.end == reason)
        }
        withExtendedLifetime((nginx, backend)) {}
    }
}
