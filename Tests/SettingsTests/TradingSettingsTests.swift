import Foundation
import Runtime
import Settings
import Testing
import Transport

@Suite("Settings file", .timeLimit(.minutes(3)))
struct TradingSettingsTests {
    private static let loopback = """
        [venue]
        environment = "testnet"

        """

    private static func problems(_ text: String) -> [String] {
        do {
            _ = try TradingSettings(text: text, path: "f")
            return []
        } catch {
            return error.problems.map(\.description)
        }
    }

    @Test("the example is sound but for the authority's path, which is the reader's own")
    func example() throws {
        let problems = TradingSettingsTests.problems(TradingSettings.example)
        #expect(
            problems == [
                "f:8: [venue] ca: /tmp/sluice-venue/ca.pem does not exist; "
                    + "`sluice venue` prints port and ca"
            ]
        )
        let authority = try Authority()
        let text = TradingSettings.example.replacingOccurrences(
            of: "/tmp/sluice-venue/ca.pem",
            with: authority.path
        )
        let settings = try TradingSettings(text: text, path: "f")
        #expect(settings.venue.environment == .loopback)
        #expect(settings.venue.endpoints.trade.port == 4_433)
        #expect(settings.venue.endpoints.trade.path == "/v5/trade")
        #expect(settings.depth == 50)
        #expect(settings.limits.priceBandBps == 100)
        #expect(settings.limits.maxChild == nil)
        #expect(settings.core == nil)
    }

    @Test("every key of the example is read when its comment is taken away")
    func commentedKeys() throws {
        let lines = TradingSettings.example.split(separator: "\n").map(String.init)
        let keys = lines.filter { $0.wholeMatch(of: /# [a-z_]+ = \S+/) != nil }
        #expect(keys.count == 19)
        for key in keys {
            let text = TradingSettings.example.replacingOccurrences(
                of: key,
                with: String(key.dropFirst(2))
            )
            for problem in TradingSettingsTests.problems(text) {
                #expect(!problem.contains("no such key"), "\(problem)")
            }
        }
    }

    @Test("every fault is told at once, in the order of its lines")
    func allFaults() {
        let problems = TradingSettingsTests.problems(
            """
            depth = 1
            [venue]
            environment = "mainnet"
            [limits]
            price_band = "1000%"
            requests_per_second = "many"
            max_child = "-1"
            max_chlid_notional = 5
            [thread]
            wait = "nap"
            core = -1
            [market]
            depth = 51
            [extra]
            a = 1
            """
        )
        #expect(
            problems.map { $0.prefix(while: { $0 != "[" && $0 != "d" }) } == [
                "f:1: ", "f:3: ", "f:5: ", "f:6: ", "f:7: ", "f:8: ", "f:10: ", "f:11: ",
                "f:13: ", "f:14: ",
            ]
        )
        #expect(problems[1].contains("live, testnet, demo, loopback"))
        #expect(problems[5].contains("no such key: did you mean max_child_notional?"))
        #expect(problems[9].contains("[extra] is no section"))
    }

    @Test("every limit is read into its place")
    func limits() throws {
        let text =
            TradingSettingsTests.loopback + """
                [limits]
                max_child = "1.5"
                max_child_notional = 11
                max_parent = "2.5"
                max_parent_notional = 12
                max_position = "3.5"
                max_gross_exposure = 13
                max_leverage = "3.5"
                min_liquidation_distance = "4%"
                max_daily_loss = 14
                price_band = "2%"
                mark_band = "0.03"
                max_book_age = "2s"
                max_mark_age = "7s"
                max_private_age = "4s"
                max_clock_error = "250ms"
                max_messages_per_fill = 15
                requests_per_second = 16
                tier = "pro1"
                batches = false
                """
        let limits = try TradingSettings(text: text, path: "f").limits
        #expect(limits.maxChild == "1.5" && limits.maxParent == "2.5")
        #expect(limits.maxPosition == "3.5" && limits.maxLeveragePercent == 350)
        #expect(limits.maxChildNotional == 11 && limits.maxParentNotional == 12)
        #expect(limits.maxGrossExposure == 13 && limits.maxDailyLoss == 14)
        #expect(limits.minLiquidationDistanceBps == 400 && limits.priceBandBps == 200)
        #expect(limits.markBandBps == 300 && limits.maxMessagesPerFill == 15)
        #expect(limits.maxMarkAge == .seconds(7) && limits.maxPrivateAge == .seconds(4))
        #expect(limits.maxBookAge == .seconds(2) && limits.maxClockError == .milliseconds(250))
        #expect(limits.requestsPerSecond == 16 && limits.tier == .pro1 && !limits.takesBatches)
    }

    @Test("a syntax error names its line")
    func syntax() {
        let problems = TradingSettingsTests.problems("[venue]\nenvironment = \n")
        #expect(problems.count == 1 && problems[0].hasPrefix("f:2: not TOML: "), "\(problems)")
        #expect(problems.first?.hasSuffix("; the rest of the file was not looked at") == true)
    }

    @Test("a missing venue, port or authority is named")
    func missing() {
        #expect(
            TradingSettingsTests.problems("") == [
                "f: [venue] environment: is missing: live, testnet, demo or loopback"
            ]
        )
        let problems = TradingSettingsTests.problems("[venue]\nenvironment = \"loopback\"\n")
        #expect(problems.count == 2)
        #expect(problems.allSatisfy { $0.hasPrefix("f:1: [venue] ") })
    }

    @Test(
        "live, testnet and paper differ by their hosts alone",
        arguments: [
            ("live", "api.bybit.com", "stream.bybit.com", "stream.bybit.com"),
            (
                "testnet", "api-testnet.bybit.com", "stream-testnet.bybit.com",
                "stream-testnet.bybit.com"
            ),
            ("demo", "api-demo.bybit.com", "stream.bybit.com", "stream-demo.bybit.com"),
        ]
    )
    func environments(name: String, rest: String, market: String, account: String) throws {
        let text = "[venue]\nenvironment = \"\(name)\"\n"
        let endpoints = try TradingSettings(text: text, path: "f").venue.endpoints
        #expect(endpoints.rest.host == rest)
        #expect(endpoints.market.host == market)
        #expect(endpoints.account.host == account)
        // Paper trading has no order entry over WebSocket.
        #expect(endpoints.ordersByREST == (name == "demo") && endpoints.trade.host == account)
        #expect(endpoints.market.path == "/v5/public/" && endpoints.account.path == "/v5/private")
        #expect(endpoints.trade.path == "/v5/trade")
        for endpoint in [endpoints.rest, endpoints.market, endpoints.account, endpoints.trade] {
            #expect(endpoint.port == 443 && endpoint.trust == .system && !endpoint.isPlain)
        }
    }

    @Test("regional hosts replace the default ones; what is no host name is refused")
    func regions() throws {
        let text = TradingSettingsTests.loopback + "rest_host = \"api.bybit.nl\"\n"
        let endpoints = try TradingSettings(text: text, path: "f").venue.endpoints
        #expect(endpoints.rest.host == "api.bybit.nl")
        #expect(endpoints.trade.host == "stream-testnet.bybit.com")
        let bad = TradingSettingsTests.loopback + "rest_host = \"https://api.bybit.nl\"\n"
        #expect(TradingSettingsTests.problems(bad).count == 1)
    }

    @Test("pins hold the hosts they are for, and what is no digest is refused")
    func pins() throws {
        let (rest, stream) = (String(repeating: "A", count: 43), String(repeating: "B", count: 42))
        let pins = "rest_pin = \"\(rest)=\"\nstream_pin = \"\(stream)A=\"\n"
        let endpoints = try TradingSettings(
            text: TradingSettingsTests.loopback + pins,
            path: "f"
        ).venue.endpoints
        #expect(endpoints.rest.pin?.description == rest + "=")
        #expect(endpoints.trade.pin?.description == stream + "A=")
        #expect(endpoints.market.pin == endpoints.account.pin && endpoints.market.pin != nil)
        // Paper trading's market data comes from a host with another key.
        let demo = "[venue]\nenvironment = \"demo\"\n" + pins
        let paper = try TradingSettings(text: demo, path: "f").venue.endpoints
        #expect(paper.market.pin == nil && paper.account.pin != nil)
        let bad = TradingSettingsTests.loopback + "rest_pin = \"sha256\"\n"
        let problems = TradingSettingsTests.problems(bad)
        #expect(problems.count == 1 && problems[0].hasPrefix("f:3: [venue] rest_pin"))
    }

    @Test("lines, fast fills, the journal and the way of orders are read into their places")
    func session() throws {
        let text =
            TradingSettingsTests.loopback + """
                orders = "rest"
                [market]
                lines = 3
                [account]
                fast_fills = true
                [journal]
                directory = "/tmp"
                sync = "async"
                """
        let settings = try TradingSettings(text: text, path: "f")
        #expect(settings.venue.endpoints.ordersByREST)
        #expect(settings.lines == 3 && settings.takesFastFills)
        #expect(settings.journal?.directory == "/tmp" && settings.journal?.sync.rawValue == "async")
        let none = try TradingSettings(text: TradingSettingsTests.loopback, path: "f")
        #expect(none.journal == nil && none.lines == 1 && !none.takesFastFills)
        for (bad, line) in [
            ("[market]\nlines = 9\n", 4), ("[journal]\ndirectory = \"/nonexistent\"\n", 4),
            ("[journal]\nsync = \"durable\"\n", 4), ("[account]\nfast_fills = 1\n", 4),
            ("orders = \"pigeon\"\n", 3),
        ] {
            let problems = TradingSettingsTests.problems(TradingSettingsTests.loopback + bad)
            #expect(problems.count == 1 && problems[0].hasPrefix("f:\(line): "), "\(problems)")
        }
        let demo = "[venue]\nenvironment = \"demo\"\norders = \"socket\"\n"
        #expect(TradingSettingsTests.problems(demo).first?.hasPrefix("f:3: ") == true)
    }

    @Test("a core that the host does not have, and an authority that is none, are told")
    func host() throws {
        let text = TradingSettingsTests.loopback + "[thread]\ncore = 99\n"
        let error = #expect(throws: SettingsError.self) {
            _ = try TradingSettings(text: text, path: "f") { "no core \($0)" }
        }
        #expect(error?.description == "f:4: [thread] core: no core 99")
        #expect(HostCore.fault(0) == nil || HostCore.fault(1) == nil)
        #expect(HostCore.fault(1_023)?.contains("this process may use") == true)
        let empty = try Authority("")
        let ca = "[venue]\nenvironment = \"loopback\"\nport = 1\nca = \"\(empty.path)\"\n"
        #expect(TradingSettingsTests.problems(ca).first?.contains("holds no certificate") == true)
    }

    @Test("the file of credentials is found in settings that are wrong elsewhere")
    func credentialsFile() throws {
        let text = "[venue]\nport = 0\n[credentials]\nfile = \"/k.toml\"\n[zebra]\na = 1\n"
        let file = try Authority(text)
        #expect(TradingSettings.credentialsFile(file.path) == "/k.toml")
        #expect(TradingSettings.credentialsFile("/nonexistent") == nil)
    }

    @Test("a file that is not there is a problem, not a crash")
    func noFile() {
        #expect(throws: SettingsError.self) { try TradingSettings(file: "/nonexistent.toml") }
    }
}
