import Foundation
import Settings
import Testing
import Venues

@Suite("Secrets", .timeLimit(.minutes(3)))
final class SecretsTests {
    private let folder = FileManager.default.temporaryDirectory
        .appendingPathComponent("sluice-secrets-\(UUID().uuidString)")

    init() throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    private func file(_ text: String, mode: Int = 0o600, name: String = "k.toml") throws -> String {
        let path = folder.appendingPathComponent(name).path
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        return path
    }

    private func refusal(_ environment: [String: String], _ file: String?) -> String? {
        do {
            _ = try Secrets.credentials(environment: environment, file: file)
            return nil
        } catch {
            return error.description
        }
    }

    @Test("the environment comes before the file, and nothing at all is nil")
    func sources() throws {
        let pair = ["SLUICE_API_KEY": "k", "SLUICE_API_SECRET": "s"]
        #expect(try Secrets.credentials(environment: pair, file: "/nonexistent") != nil)
        #expect(try Secrets.credentials(environment: [:], file: nil) == nil)
        let path = try file("key = \"k\"\nsecret = \"s\"\n")
        #expect(try Secrets.credentials(environment: [:], file: path) != nil)
    }

    @Test("half a pair is refused")
    func halves() throws {
        #expect(refusal(["SLUICE_API_KEY": "k"], nil)?.contains("SLUICE_API_SECRET") == true)
        #expect(refusal(["SLUICE_API_SECRET": "s"], nil)?.contains("without") == true)
        #expect(refusal([:], try file("key = \"k\"\n"))?.contains("secret") == true)
        #expect(refusal(["SLUICE_API_KEY": "k\r\nX: y", "SLUICE_API_SECRET": "s"], nil) != nil)
    }

    @Test("a file that others may read is refused, with what to do", arguments: [0o640, 0o604])
    func modes(mode: Int) throws {
        let path = try file("key = \"k\"\nsecret = \"s\"\n", mode: mode)
        #expect(refusal([:], path)?.contains("chmod 600") == true)
    }

    @Test("a fault in the file never quotes it")
    func hidden() throws {
        for text in [
            "key = \"hush\"\nsecret = \"hush\"\nother = \"hush\"\n", "key = hush\n",
            "key = \"hush\"\nsecret = \"hush\"\nprivate_key = \"/hush\"\n", "hush",
        ] {
            let said = refusal([:], try file(text))
            #expect(said?.contains("hush") == false, "\(said ?? "accepted")")
        }
    }

    @Test("what is no file, or no key in PEM form, is refused")
    func unreadable() throws {
        #expect(refusal([:], folder.path) != nil)
        #expect(refusal([:], "/nonexistent")?.contains("/nonexistent") == true)
        let pem = try file("not a key", name: "key.pem")
        let said = refusal([:], try file("key = \"k\"\nprivate_key = \"\(pem)\"\n"))
        #expect(said?.contains("BEGIN PRIVATE KEY") == true)
    }

    @Test("credentials never show what they hold")
    func text() throws {
        let pair = ["SLUICE_API_KEY": "visible", "SLUICE_API_SECRET": "hush"]
        let made = try Secrets.credentials(environment: pair, file: nil)
        let credentials = try #require(made)
        var dumped = ""
        dump(credentials, to: &dumped)
        for text in ["\(credentials)", String(reflecting: credentials), dumped] {
            #expect(!text.contains("hush") && !text.contains("visible"), "\(text)")
        }
    }
}
