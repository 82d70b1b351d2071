import Foundation
import Glibc
import Testing

/// A loopback venue that keeps its keys: who trusts it trusts the one that is started after it.
@Suite("Kept keys of a venue", .serialized, .timeLimit(.minutes(2)))
struct VenueKeyTests {
    private let folder: Folder

    init() throws { folder = try Folder() }

    private struct Venue {
        let program: Program
        let port: Int
        let ca: String
    }

    /// A venue in a process of its own that listens, or what it said instead.
    private func venue(_ name: String, _ words: [String]) throws -> Venue {
        let program = try Program(
            ["venue"] + words,
            state: folder.path,
            output: folder.file(name),
            errors: folder.file(name + "-said")
        )
        let deadline = ContinuousClock.now + .seconds(20)
        // What another process prints is no event here.
        while folder.text(name).isEmpty, program.end == nil, ContinuousClock.now < deadline {
            usleep(5_000)
        }
        let said = folder.text(name)
        let value = try? JSONSerialization.jsonObject(with: Data(said.utf8)) as? [String: Any]
        let port = try #require(value?["port"] as? Int, "\(said)\(folder.text(name + "-said"))")
        return Venue(
            program: program,
            port: port,
            ca: try #require(value?["ca"] as? String)
        )
    }

    @Test("a session that trusts a venue trusts it after a restart, and after no other's")
    func restart() throws {
        let keys = folder.path + "/keys"
        let first = try venue("first", ["--keys", keys])
        #expect(first.ca == keys + "/ca.pem")
        let trusted = folder.path + "/trusted.pem"
        try FileManager.default.copyItem(atPath: first.ca, toPath: trusted)
        first.program.signal(SIGTERM)
        #expect(first.program.end(within: .seconds(20)) == .code(0))
        let execute = [
            "execute", "--ca", trusted, "--quantity", "0.010", "--over", "300ms", "--patience",
            "10ms",
        ]
        let second = try venue("second", ["--keys", keys, "--port", "\(first.port)"])
        #expect(second.port == first.port)
        let known = try Program(execute + ["--port", "\(second.port)"], state: folder.path)
        #expect(known.end(within: .seconds(40)) == .code(0))
        // Kept for this user alone.
        var status = stat()
        #expect(stat(keys + "/server.key", &status) == 0 && status.st_mode & 0o777 == 0o600)
        let other = try venue("other", ["--keys", folder.path + "/others"])
        let stranger = try Program(execute + ["--port", "\(other.port)"], state: folder.path)
        #expect(stranger.end(within: .seconds(40)) == .code(3))
    }

    @Test("keys of which one is missing are made again, and no folder is told")
    func incomplete() throws {
        let keys = folder.path + "/keys"
        let first = try venue("first", ["--keys", keys])
        let before = folder.text("keys/server.pem")
        first.program.signal(SIGTERM)
        #expect(first.program.end(within: .seconds(20)) == .code(0))
        #expect(folder.text("keys/server.pem") == before && !before.isEmpty)
        try FileManager.default.removeItem(atPath: keys + "/server.key")
        let second = try venue("second", ["--keys", keys])
        #expect(folder.text("keys/server.pem") != before)
        second.program.signal(SIGTERM)
        let none = try Program(
            ["venue", "--keys", folder.path + "/no/keys"],
            state: folder.path,
            errors: folder.file("said")
        )
        #expect(none.end(within: .seconds(20)) == .code(2))
        #expect(folder.text("said").contains("--keys: "), "\(folder.text("said"))")
    }
}
