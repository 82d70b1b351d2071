import Foundation
import Runtime
import Settings
import Testing
import Units
import Venues

/// A settings file as a person gets it wrong.
@Suite("Faults in a settings file", .timeLimit(.minutes(3)))
struct SettingsFileTests {
    private static let venue = "[venue]\nenvironment = \"testnet\"\n"

    private static func problems(_ text: String) -> [String] {
        do {
            _ = try TradingSettings(text: venue + text, path: "f")
            return []
        } catch {
            return error.problems.map(\.description)
        }
    }

    @Test(
        "a name that is nearly right leads to the right one, one in the wrong section to its own",
        arguments: [
            ("[limit]\nmax_child = \"1\"", "f:3: [limit] is no section: did you mean [limits]?"),
            (
                "[limits]\nmax_chlid = \"1\"",
                "f:4: [limits] max_chlid: no such key: did you mean max_child?"
            ),
            (
                "[limits]\nmax-book-age = \"1s\"",
                "f:4: [limits] max-book-age: no such key: did you mean max_book_age?"
            ),
            ("[thread]\nCORE = 3", "f:4: [thread] CORE: no such key: did you mean core?"),
            (
                "[market]\nfast_fills = true",
                "f:4: [market] fast_fills: no such key: it belongs into [account]"
            ),
            (
                "[market]\nspeed = 1",
                "f:4: [market] speed: no such key: this section has depth, lines"
            ),
            ("[[limits]]\nbatches = true", "f:3: limits is a section: [limits], once"),
            (
                "[zebra]\na = 1",
                "f:3: [zebra] is no section: [account], [credentials], [journal], [limits], "
                    + "[market], [thread], [venue]"
            ),
        ]
    )
    func names(_ text: String, _ problem: String) {
        #expect(Self.problems(text) == [problem])
    }

    @Test("a section in the place of a value, and a value in the place of a section, are told")
    func shapes() {
        #expect(Self.problems("[limits.tier]\na = 1").count == 1)
        let text = "limits = 3\n" + Self.venue
        let error = #expect(throws: SettingsError.self) {
            _ = try TradingSettings(text: text, path: "f")
        }
        #expect(error?.description == "f:1: limits is a section: [limits], once")
    }

    @Test("what is stated twice is refused with its line")
    func duplicates() {
        let key = Self.problems("[market]\nlines = 1\nlines = 2")
        #expect(key.count == 1 && key[0].hasPrefix("f:5: not TOML"), "\(key)")
        let section = Self.problems("[market]\nlines = 1\n[market]\ndepth = 50")
        #expect(section.count == 1 && section[0].hasPrefix("f:5: not TOML"), "\(section)")
    }

    @Test("a value of the wrong type is told with the form that it must have")
    func types() {
        for (text, form) in [
            ("[limits]\nmax_child = 2.5", "in quotes: a positive decimal such as"),
            ("[limits]\nprice_band = 0.01", "in quotes: a share such as"),
            ("[limits]\nmax_book_age = 3", "in quotes: a duration from \"100ms\" to \"1m\""),
            ("[limits]\ntier = 1", "in quotes: one of none, vip1"),
            ("[limits]\nmax_child = [\"1\"]", "in quotes"),
            ("[limits]\nmax_child = \"\"", "is empty"),
            ("[limits]\nbatches = \"yes\"", "must be true or false"),
            ("[limits]\nmax_daily_loss = 1e6", "must be a whole number without quotes"),
            ("[limits]\nmax_daily_loss = -5", "-5 is outside 1 to 1000000000"),
            ("[thread]\ncore = \"3\"", "must be a whole number without quotes"),
            ("[account]\ndcp = \"-10s\"", "\"-10s\" is negative; write a duration of whole"),
            ("[account]\ndcp = \"30\"", "\"30\" has no unit: 30 what? 30s, 30m"),
            ("[limits]\nmax_child = \"1,5\"", "\"1,5\" has a comma"),
            ("[limits]\nmax_child = \"0\"", "\"0\" must be more than 0"),
            ("[limits]\nprice_band = \"10\"", "\"10\" is 1000%: write 10% or 0.10"),
            ("[limits]\nmark_band = \"1\"", "\"1\" may be 100% or 1%: write which"),
            ("[limits]\nmin_liquidation_distance = \"1\"", "may be 100% or 1%: write which"),
        ] {
            let problems = Self.problems(text)
            #expect(problems.count == 1 && problems[0].contains(form), "\(text): \(problems)")
            #expect(problems[0].hasPrefix("f:4: ["))
        }
    }

    /// Section, key, and durations at both ends of its range and one step past them.
    private static let ranges = [
        ("account", "link_patience", "1s", "1h", "999ms", "1h1ms"),
        ("account", "reconcile_interval", "1s", "10m", "999ms", "10m1ms"),
        ("account", "dcp", "3s", "5m", "2s", "301s"),
        ("thread", "stall_patience", "500ms", "1m", "499ms", "60001ms"),
        ("limits", "max_book_age", "100ms", "1m", "99ms", "60001ms"),
        ("limits", "max_mark_age", "1s", "10m", "999ms", "601s"),
        ("limits", "max_private_age", "3s", "1m", "2999ms", "60001ms"),
        ("limits", "max_clock_error", "1ms", "5s", "0ms", "5001ms"),
    ]

    @Test("a duration is taken at the ends of its range, and refused past them", arguments: ranges)
    func durations(
        _ section: String,
        _ key: String,
        _ least: String,
        _ most: String,
        _ less: String,
        _ more: String
    ) {
        for text in [least, most] {
            #expect(Self.problems("[\(section)]\n\(key) = \"\(text)\"").isEmpty, "\(text)")
        }
        for text in [less, more, "", "5", "5 s"] {
            let problems = Self.problems("[\(section)]\n\(key) = \"\(text)\"")
            #expect(problems.count == 1, "\(text): \(problems)")
            #expect(problems.first?.hasPrefix("f:4: [\(section)] \(key): ") == true)
        }
    }

    @Test("disconnect protection takes whole seconds")
    func wholeSeconds() {
        #expect(Self.problems("[account]\ndcp = \"3500ms\"").count == 1)
    }

    @Test("patience and intervals reach the session; what is not stated is as without a file")
    func patience() throws {
        let text =
            Self.venue + """
                [account]
                link_patience = "5m"
                reconcile_interval = "30s"
                dcp = "10s"
                [thread]
                stall_patience = "2s"
                wait = "spin"
                core = 3
                [market]
                depth = 200
                lines = 2
                """
        let settings = try TradingSettings(text: text, path: "f")
        var configuration = SettingsFileTests.configuration(settings)
        let usual = configuration
        settings.apply(to: &configuration)
        #expect(configuration.linkPatience == .seconds(300))
        #expect(configuration.reconcilerTimes.interval == .seconds(30))
        #expect(configuration.reconcilerTimes.stall == .seconds(2))
        #expect(configuration.disconnectWindow == .seconds(10))
        #expect(configuration.core == 3 && configuration.depth == 200)
        #expect(configuration.lines == 2)
        try TradingSettings(text: Self.venue, path: "f").apply(to: &configuration)
        #expect(configuration.linkPatience == usual.linkPatience)
        #expect(configuration.reconcilerTimes.interval == usual.reconcilerTimes.interval)
        #expect(configuration.reconcilerTimes.stall == usual.reconcilerTimes.stall)
        #expect(configuration.disconnectWindow == nil && configuration.core == nil)
    }

    private static func configuration(_ settings: TradingSettings) -> SessionConfiguration {
        SessionConfiguration(
            venue: settings.venue.endpoints,
            credentials: BybitCredentials(key: "k", secret: "s"),
            symbol: "BTCUSDT",
            category: nil,
            depth: 50,
            request: ParentRequest(
                side: .buy,
                quantity: "1",
                limit: nil,
                duration: .seconds(1),
                algorithm: .twap
            ),
            session: SessionPrefix("testtest")!
        )
    }

    @Test("a file that cannot be read says why")
    func files() throws {
        for (path, reason) in [("/tmp", "is a directory"), ("/nonexistent", "exist")] {
            let error = #expect(throws: SettingsError.self) { try TradingSettings(file: path) }
            #expect(error?.description.contains(reason) == true, "\(String(describing: error))")
        }
        let path = FileManager.default.temporaryDirectory
            .appendingPathComponent("sluice-settings-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Data([0xff, 0xfe, 0x80]).write(to: URL(fileURLWithPath: path))
        let error = #expect(throws: SettingsError.self) { try TradingSettings(file: path) }
        #expect(error?.description == "\(path): is no text in UTF-8")
    }
}
