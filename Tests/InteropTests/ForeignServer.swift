import Foundation
import Transport

/// A server that others wrote, in a process of its own, until this object goes.
final class ForeignServer {
    /// The package's root.
    static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    private static let installed = root.appendingPathComponent(".build/interop")
    static let python = installed.appendingPathComponent("python/bin/python").path

    /// Whether Tools/interop --setup has installed the Python servers.
    static let hasPython = FileManager.default.isExecutableFile(atPath: python)
    /// Whether Bybit's client is among them.
    static let hasBybitClient = FileManager.default.isReadableFile(
        atPath: installed.appendingPathComponent("pybit").path
    )
    /// nginx, installed or unpacked by Tools/interop --setup.
    static let nginx = [
        "/usr/sbin/nginx", installed.appendingPathComponent("nginx/usr/sbin/nginx").path,
    ].first { FileManager.default.isExecutableFile(atPath: $0) }
    static let openssl = ["/usr/bin/openssl", "/usr/local/bin/openssl"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    let port: UInt16
    private let process = Process()
    private let input = Pipe()

    /// A server of one of serve.py's libraries; plain without an identity.
    init(python library: String, identity: ServerIdentity? = nil) throws {
        let script = ForeignServer.root.appendingPathComponent(
            "Tests/InteropTests/Servers/serve.py"
        )
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: ForeignServer.python)
        process.arguments =
            [script.path, library] + (identity.map { [$0.certificate, $0.key] } ?? [])
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        var line = ""
        while let next = try output.fileHandleForReading.read(upToCount: 1), next != Data("\n".utf8)
        {
            guard !next.isEmpty else { break }
            line += String(decoding: next, as: UTF8.self)
        }
        guard let port = UInt16(line) else { throw ForeignServerError.silent(library) }
        self.port = port
    }

    /// A program that listens on `port` by its arguments.
    init(_ program: String, _ arguments: [String], port: UInt16, in directory: String) throws {
        self.port = port
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: directory)
        process.standardInput = input
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
    }

    deinit {
        // It inherits the test runner's blocked signals, SIGTERM among them.
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// A port of 127.0.0.1 that was free a moment ago.
    static func freePort() throws -> UInt16 {
        var loop = try EventLoop(LoopConfiguration())
        return try loop.listen(port: 0, identity: nil)
    }
}

enum ForeignServerError: Error {
    /// It ended without telling its port.
    case silent(String)
}

/// A directory with a certificate for localhost that is its own authority.
final class Identity: Sendable {
    static let shared = Identity()

    let directory: String
    var server: ServerIdentity {
        ServerIdentity(certificate: directory + "/cert.pem", key: directory + "/key.pem")
    }
    var trust: TrustAnchors { .file(directory + "/cert.pem") }

    private init() {
        directory = NSTemporaryDirectory() + "sluice-interop-\(UUID().uuidString)"
        let shell = Process()
        shell.executableURL = URL(fileURLWithPath: "/bin/sh")
        shell.arguments = [
            "-c",
            """
            mkdir -p '\(directory)' && cd '\(directory)' &&
            openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 \
                -keyout key.pem -out cert.pem -subj /CN=localhost \
                -addext subjectAltName=DNS:localhost,IP:127.0.0.1
            """,
        ]
        shell.standardError = FileHandle.nullDevice
        do { try shell.run() } catch { fatalError("cannot run /bin/sh: \(error)") }
        shell.waitUntilExit()
        precondition(shell.terminationStatus == 0, "openssl could not make a certificate")
        atexit { try? FileManager.default.removeItem(atPath: Identity.shared.directory) }
    }
}
