import Foundation
import Transport

/// Certificates made once a run by the openssl command, in a directory of their own.
struct Certificates: Sendable {
    let directory: String

    static let shared = Certificates()

    /// The authority all good certificates come from, and one nobody used.
    var authority: TrustAnchors { .file(directory + "/ca.pem") }
    var stranger: TrustAnchors { .file(directory + "/stranger.pem") }
    /// For localhost and 127.0.0.1.
    var good: ServerIdentity { identity("good") }
    /// The same, but its time has passed.
    var expired: ServerIdentity { identity("expired") }
    /// For another host.
    var elsewhere: ServerIdentity { identity("elsewhere") }

    private func identity(_ name: String) -> ServerIdentity {
        ServerIdentity(
            certificate: "\(directory)/\(name).pem",
            key: "\(directory)/\(name).key"
        )
    }

    private init() {
        directory = NSTemporaryDirectory() + "sluice-transport-\(UUID().uuidString)"
        let curve = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"
        var script = "set -e; mkdir -p '\(directory)'; cd '\(directory)'\n"
        for name in ["ca", "stranger"] {
            script += """
                openssl req -x509 \(curve) -keyout \(name).key -out \(name).pem \
                    -subj /CN=\(name) -days 30

                """
        }
        let local = "DNS:localhost,IP:127.0.0.1"
        for (name, days, names) in [
            ("good", 30, local), ("expired", -1, local), ("elsewhere", 30, "DNS:other.example"),
        ] {
            script += """
                openssl req \(curve) -keyout \(name).key -out \(name).csr -subj /CN=\(name)
                echo 'subjectAltName=\(names)' > \(name).ext
                openssl x509 -req -in \(name).csr -CA ca.pem -CAkey ca.key -CAcreateserial \
                    -days \(days) -extfile \(name).ext -out \(name).pem

                """
        }
        let shell = Process()
        shell.executableURL = URL(fileURLWithPath: "/bin/sh")
        shell.arguments = ["-c", script]
        shell.standardError = FileHandle.nullDevice
        shell.standardOutput = FileHandle.nullDevice
        do { try shell.run() } catch { fatalError("cannot run /bin/sh: \(error)") }
        shell.waitUntilExit()
        precondition(shell.terminationStatus == 0, "openssl could not make the certificates")
        atexit { try? FileManager.default.removeItem(atPath: Certificates.shared.directory) }
    }
}
