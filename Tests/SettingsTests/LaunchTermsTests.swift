import Runtime
import Settings
import Testing

@Suite("Launch terms", .timeLimit(.minutes(3)))
struct LaunchTermsTests {
    private static let durable = JournalSettings(directory: "/tmp")
    private static let async = JournalSettings(directory: "/tmp", sync: .async)

    private static let bounded: LimitRequest = {
        var limits = LimitRequest()
        limits.maxParent = "2.5"
        return limits
    }()

    private static func objections(
        _ environment: VenueEnvironment,
        _ journal: JournalSettings? = durable,
        hasCredentials: Bool = true,
        liveMoney: String?,
        within limits: LimitRequest = bounded
    ) -> [String] {
        LaunchTerms.objections(
            to: environment,
            within: limits,
            journal: journal,
            hasCredentials: hasCredentials,
            liveMoney: liveMoney
        )
    }

    @Test("the loopback venue takes everybody")
    func loopback() {
        #expect(Self.objections(.loopback, nil, hasCredentials: false, liveMoney: nil).isEmpty)
    }

    @Test(
        "the others want a key and a durable journal",
        arguments: [VenueEnvironment.testnet, .demo, .live]
    )
    func others(environment: VenueEnvironment) {
        #expect(Self.objections(environment, liveMoney: "yes").isEmpty)
        let keyless = Self.objections(environment, hasCredentials: false, liveMoney: "yes")
        #expect(keyless.count == 1 && keyless[0].contains("SLUICE_API_KEY"))
        let blind = Self.objections(environment, nil, liveMoney: "yes")
        #expect(blind.count == 1 && blind[0].contains("--journal DIR"))
        let lossy = Self.objections(environment, Self.async, liveMoney: "yes")
        #expect(lossy.count == 1 && lossy[0].contains("durable"))
        let bare = Self.objections(environment, nil, hasCredentials: false, liveMoney: "yes")
        #expect(bare.count == 2)
    }

    @Test("real money wants a word of its own, and only that word", arguments: [nil, "y", "true"])
    func money(word: String?) {
        let refused = Self.objections(.live, liveMoney: word)
        #expect(refused.count == 1 && refused[0].contains("--live-money yes"))
        for rehearsal in [VenueEnvironment.testnet, .demo] {
            #expect(Self.objections(rehearsal, liveMoney: word).isEmpty)
        }
    }

    @Test("real money wants a bound on the parent, in either coin")
    func bound() {
        let unbounded = LimitRequest()
        let refused = Self.objections(.live, liveMoney: "yes", within: unbounded)
        #expect(refused.count == 1)
        #expect(refused.first?.contains("max_parent_notional = 100000") == true, "\(refused)")
        var byValue = unbounded
        byValue.maxParentNotional = 1
        for limits in [Self.bounded, byValue] {
            #expect(Self.objections(.live, liveMoney: "yes", within: limits).isEmpty)
        }
        for rehearsal in [VenueEnvironment.testnet, .demo, .loopback] {
            #expect(Self.objections(rehearsal, liveMoney: nil, within: unbounded).isEmpty)
        }
    }
}
