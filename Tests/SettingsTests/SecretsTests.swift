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

    @Test("key and secret are both looked at, and everything wrong with them is told")
    func everything() throws {
        func problems(_ key: String, _ secret: String) -> [String] {
            let pair = ["SLUICE_API_KEY": key, "SLUICE_API_SECRET": secret]
            do {
                _ = try Secrets.credentials(environment: pair, file: nil)
                return []
            } catch {
                return error.problems
            }
        }
        for (text, why) in [
            ("", "is empty"), ("   ", "is empty"), ("abc\n", "ends in a new line"),
            (" abc", "begins or ends with a space"), ("a c", "has a space in it"),
            ("\"abc\"", "begins with a quotation mark"), ("a…c", "is not printable text"),
        ] {
            let found = problems(text, text + "")
            #expect(found.contains("SLUICE_API_KEY \(why)") || found[0].contains(why), "\(found)")
            #expect(found.contains { $0.hasPrefix("SLUICE_API_SECRET \(why)") }, "\(found)")
        }
        #expect(problems("same", "same") == ["SLUICE_API_KEY and SLUICE_API_SECRET are the same"])
        let path = try file("key = \"k k\"\nsecret = \" s\"\n", mode: 0o644)
        let said = refusal([:], path) ?? ""
        for part in ["chmod 600", "key has a space in it", "secret begins or ends with a space"] {
            #expect(said.contains(part), "\(said)")
        }
        let both = ["SLUICE_API_SECRET": "s", "SLUICE_API_PRIVATE_KEY": "/nonexistent"]
        #expect(refusal(both, nil)?.split(separator: "\n").count == 2)
    }

    @Test("what the venue's keys are not like is a doubt, not a refusal")
    func doubts() throws {
        let (key, secret) = ("JTQEhqxMrsnKtOh7g1", "zQ3vN8kW5rT1yU6iO9pA4sD7fG2hJ0lX3cVb")
        func doubts(_ key: String, _ secret: String) throws -> [String] {
            let pair = ["SLUICE_API_KEY": key, "SLUICE_API_SECRET": secret]
            #expect(try Secrets.credentials(environment: pair, file: nil) != nil)
            return Secrets.doubts(environment: pair, file: nil)
        }
        #expect(try doubts(key, secret).isEmpty)
        #expect(try doubts(secret, key).first?.contains("are swapped") == true)
        let short = try doubts(String(key.dropLast()), secret)
        #expect(short == ["SLUICE_API_KEY has 17 characters, the venue's have 18"])
        for text in ["your-api-key", "xxxxxxxxxxxxxxxxxx", "<key>", "api_key", "******"] {
            #expect(
                try doubts(text, secret).first?.contains("text of an example") == true,
                "\(text)"
            )
        }
        // A file that the environment makes needless, and that others may read all the same.
        let open = try file("key = \"k\"\n", mode: 0o644)
        let pair = ["SLUICE_API_KEY": key, "SLUICE_API_SECRET": secret]
        let told = Secrets.doubts(environment: pair, file: open)
        #expect(told.count == 1 && told[0].contains("chmod 600"), "\(told)")
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
