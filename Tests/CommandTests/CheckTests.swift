import Foundation
import Testing

/// `sluice check`, from the outside.
@Suite("Check", .timeLimit(.minutes(5)))
struct CheckTests {
    private func check(
        _ settings: String,
        _ scratch: ScratchFolder,
        _ environment: [String: String] = [:]
    ) async throws -> (code: Int32, said: String) {
        let path = try scratch.file("sluice.toml", settings)
        let quiet = ["SLUICE_STATE_DIR": scratch.url.path]
        return try await Shell.run(
            "'\(Shell.products.path)/sluice' check --config '\(path)'",
            in: scratch.url,
            environment: quiet.merging(environment) { $1 }
        )
    }

    @Test("settings, core, key and secret are all looked at in one run")
    func everything() async throws {
        let scratch = try ScratchFolder()
        let keys = try scratch.file("k.toml", "key = \"k k\"\nsecret = \"\"\n", mode: 0o644)
        let ended = try await check(
            """
            [venue]
            environment = "testnet"
            ca = "x"
            [credentials]
            file = "\(keys)"
            [market]
            depth = 7
            [limits]
            max_child = "1,5"
            [thread]
            core = 99
            """,
            scratch
        )
        #expect(ended.code == 2)
        for part in [
            ":3: [venue] ca", ":7: [market] depth: the venue publishes 1, 50, 200 or 1000",
            ":9: [limits] max_child: \"1,5\" has a comma",
            ":11: [thread] core: this process may use",
            "chmod 600 \(keys)", "k.toml:2: is empty",
        ] {
            #expect(ended.said.contains(part), "\(part) in \(ended.said)")
        }
    }

    @Test("a key that looks wrong is a fault of a check on Bybit, not on the loopback venue")
    func doubts() async throws {
        let scratch = try ScratchFolder()
        let pair = ["SLUICE_API_KEY": "your-key", "SLUICE_API_SECRET": "short"]
        let testnet = try await check("[venue]\nenvironment = \"testnet\"\n", scratch, pair)
        #expect(testnet.code == 2)
        #expect(testnet.said.contains("SLUICE_API_KEY is the text of an example"))
        #expect(testnet.said.contains("SLUICE_API_SECRET has 5 characters"))
        let ca = try scratch.file("ca.pem", "-----BEGIN CERTIFICATE-----\n")
        let venue = "[venue]\nenvironment = \"loopback\"\nport = 1\nca = \"\(ca)\"\n"
        let loopback = try await check(venue, scratch, pair)
        #expect(loopback.code == 0, "\(loopback.said)")
    }

    @Test("settings for real money need a bound on the parent")
    func bound() async throws {
        let scratch = try ScratchFolder()
        let pair = [
            "SLUICE_API_KEY": "aB3dE5gH7jK9mN1pQ2",
            "SLUICE_API_SECRET": "aB3dE5gH7jK9mN1pQ2rS4tU6vW8xY0zA1bC3",
        ]
        let live = "[venue]\nenvironment = \"live\"\n[limits]\n"
        let open = try await check(live, scratch, pair)
        #expect(open.code == 2 && open.said.contains("no bound on a parent"), "\(open.said)")
        let bounded = try await check(live + "max_parent_notional = 5\n", scratch, pair)
        #expect(bounded.code == 0, "\(bounded.said)")
    }

    @Test("a word that a variable does not have leaves with 2", arguments: ["IO", "SCAN", "TICKS"])
    func variables(name: String) async throws {
        let scratch = try ScratchFolder()
        let ended = try await check("", scratch, ["SLUICE_\(name)": "banana"])
        #expect(ended.code == 2 && ended.said.contains("SLUICE_\(name) must be "), "\(ended.said)")
    }
}
