import ArgumentParser
import Foundation
import Transport

/// Certificates for the lives, made by the openssl command in a directory that goes with the
/// process: a good one, and those that a client must refuse.
struct LifeCertificates {
    let authority: TrustAnchors
    let good: ServerIdentity
    /// Expired, for another host, and of an authority that nobody believes.
    let bad: [ServerIdentity]
    private let directory: URL

    init() throws {
        directory = FileManager.default.temporaryDirectory
            .appendingPathComponent("sluice-lives-\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            at: directory,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
        let folder = directory.path
        let curve = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"
        var script = "set -e\n"
        for name in ["ca", "stranger"] {
            script += """
                openssl req -x509 \(curve) -keyout \(name).key -out \(name).pem -subj /CN=\(name) \
                    -addext subjectAltName=DNS:localhost -days 30

                """
        }
        for (name, days, host) in [
            ("good", 30, "localhost"), ("expired", -1, "localhost"),
            ("elsewhere", 30, "other.example"),
        ] {
            script += """
                openssl req \(curve) -keyout \(name).key -out \(name).csr -subj /CN=\(name)
                echo 'subjectAltName=DNS:\(host)' > \(name).ext
                openssl x509 -req -in \(name).csr -CA ca.pem -CAkey ca.key -CAcreateserial \
                    -days \(days) -extfile \(name).ext -out \(name).pem

                """
        }
        let shell = Process()
        shell.executableURL = URL(fileURLWithPath: "/bin/sh")
        shell.arguments = ["-c", script]
        shell.currentDirectoryURL = directory
        shell.standardError = FileHandle.nullDevice
        shell.standardOutput = FileHandle.nullDevice
        try shell.run()
        shell.waitUntilExit()
        guard shell.terminationStatus == 0 else {
            throw ValidationError("the openssl command could not make certificates; is it there?")
        }
        func identity(_ name: String) -> ServerIdentity {
            ServerIdentity(certificate: "\(folder)/\(name).pem", key: "\(folder)/\(name).key")
        }
        authority = .file(folder + "/ca.pem")
        good = identity("good")
        bad = [identity("expired"), identity("elsewhere"), identity("stranger")]
    }

    func remove() { try? FileManager.default.removeItem(at: directory) }
}
