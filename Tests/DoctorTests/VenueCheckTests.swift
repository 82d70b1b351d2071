import Doctor
import Foundation
import Glibc
import Testing
import Transport
import Units

@Suite("The doctor looks at a venue", .timeLimit(.minutes(3)))
struct VenueCheckTests {
    private let now = Nanoseconds.seconds(Int64(Date().timeIntervalSince1970))

    private func check(_ port: UInt16, _ ca: String, host: String = "localhost") -> [Finding] {
        let endpoint = Endpoint(
            host: host,
            port: port,
            trust: .file(ca),
            address: host == "localhost" ? "127.0.0.1" : nil
        )
        return VenueCheck(endpoint, patience: .seconds(5), now: now).examine()
    }

    @Test("a venue is reached, its chain named and its days counted")
    func reached() throws {
        let venue = try TLSVenue(days: 30)
        let findings = check(venue.port, venue.authority)
        #expect(Examination(findings).isFine)
        #expect(
            findings.map(\.item).starts(with: ["venue.addresses", "venue.connection", "venue.tls"])
        )
        let chain = findings.filter { $0.item == "venue.certificate" }
        #expect(chain.count == 2 && chain.allSatisfy { $0.verdict == .fine })
        #expect(chain[0].found.contains("/CN=localhost by /CN=authority"))
        #expect(chain[0].found.contains("29 days left") || chain[0].found.contains("30 days left"))
    }

    @Test("a certificate about to expire is advice")
    func expiring() throws {
        let venue = try TLSVenue(days: 3)
        let findings = check(venue.port, venue.authority)
        #expect(Examination(findings).isFine)
        #expect(findings.contains { $0.item == "venue.certificate" && $0.verdict == .advice })
    }

    @Test("the wrong authority, a closed port and an unknown name each fail in words")
    func failures() throws {
        let venue = try TLSVenue(days: 30)
        let stranger = try TLSVenue(days: 30)
        let untrusted = try #require(check(venue.port, stranger.authority).last)
        #expect(untrusted.verdict == .failed && untrusted.found.contains("TLS"))
        #expect(untrusted.advice?.contains("--ca") == true)
        let closed = try #require(check(1, venue.authority).last)
        #expect(closed.verdict == .failed && closed.found.contains("refused"))
        let missing = try #require(check(venue.port, "/nowhere/ca.pem").last)
        #expect(missing.verdict == .failed && missing.found.contains("/nowhere/ca.pem"))
        let nameless = try #require(check(443, venue.authority, host: "no name at all").last)
        #expect(nameless.item == "venue.addresses" && nameless.verdict == .failed)
    }
}

/// A TLS server of the loop's own, on a thread of its own, until it is let go.
private final class TLSVenue {
    let port: UInt16
    let authority: String
    private let directory: String
    private let worker: Worker

    init(days: Int) throws {
        directory = NSTemporaryDirectory() + "sluice-venue-check-\(UUID().uuidString)"
        authority = directory + "/ca.pem"
        let curve = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"
        let shell = Process()
        shell.executableURL = URL(fileURLWithPath: "/bin/sh")
        shell.arguments = [
            "-c",
            """
            set -e; mkdir -p '\(directory)'; cd '\(directory)'
            openssl req -x509 \(curve) -keyout ca.key -out ca.pem -subj /CN=authority -days 30
            openssl req \(curve) -keyout a.key -out a.csr -subj /CN=localhost
            echo 'subjectAltName=DNS:localhost' > a.ext
            openssl x509 -req -in a.csr -CA ca.pem -CAkey ca.key -CAcreateserial \
                -days \(days) -extfile a.ext -out a.pem
            """,
        ]
        shell.standardError = FileHandle.nullDevice
        try shell.run()
        shell.waitUntilExit()
        let identity = ServerIdentity(
            certificate: directory + "/a.pem",
            key: directory + "/a.key"
        )
        worker = try Worker(identity)
        port = worker.port
    }

    deinit {
        worker.end()
        try? FileManager.default.removeItem(atPath: directory)
    }
}

/// The thread that runs the server's loop.
private final class Worker: @unchecked Sendable {
    // SAFETY: after init the loop is the thread's alone; `waker` and the semaphore are for all.
    private var loop: EventLoop
    private let waker: Waker
    private let ended = DispatchSemaphore(value: 0)
    let port: UInt16

    init(_ identity: ServerIdentity) throws {
        loop = try EventLoop(LoopConfiguration())
        waker = loop.waker
        port = try loop.listen(port: 0, identity: identity)
        Thread.detachNewThread { [self] in
            var isOver = false
            while !isOver {
                loop.poll(timeout: .seconds(10))
                while let event = loop.next() { if case .woken = event { isOver = true } }
            }
            ended.signal()
        }
    }

    func end() {
        waker.wake()
        ended.wait()
    }
}
