import Foundation

/// A throw-away authority and a certificate for localhost, made by the openssl command.
struct BenchCertificates {
    struct Failed: Error {
        var what: String
    }

    let authority: String
    let chain: String
    let key: String

    nonisolated(unsafe) private static var made: BenchCertificates?

    /// The one set of this run; the folder goes when the process ends.
    static func shared() throws -> BenchCertificates {
        if let made { return made }
        let fresh = try BenchCertificates()
        made = fresh
        return fresh
    }

    private init() throws {
        let folder = NSTemporaryDirectory() + "sluice-bench-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: folder,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
        authority = folder + "/ca.pem"
        chain = folder + "/server.pem"
        key = folder + "/server.key"
        let curve = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"
        let script = """
            set -e; cd '\(folder)'
            openssl req -x509 \(curve) -keyout ca.key -out ca.pem -subj /CN=bench -days 2
            openssl req \(curve) -keyout server.key -out server.csr -subj /CN=localhost
            echo 'subjectAltName=DNS:localhost,IP:127.0.0.1' > names
            openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 \
                -extfile names -out server.pem
            """
        // Not Foundation's Process, which valgrind cannot follow.
        let shell = popen("(\(script)) > /dev/null 2>&1", "r")
        guard let shell, pclose(shell) == 0 else {
            throw Failed(
                what: "the openssl command could not make certificates: is openssl installed?"
            )
        }
        atexit {
            if let made = BenchCertificates.made {
                let folder = (made.authority as NSString).deletingLastPathComponent
                try? FileManager.default.removeItem(atPath: folder)
            }
        }
    }
}
