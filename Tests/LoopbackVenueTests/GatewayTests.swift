import Engine
import Orders
import Risk
import Testing
import Units

@testable import LoopbackVenue

/// The engine against the venue's own count of requests.
@Suite("Gateway", .timeLimit(.minutes(3)))
struct GatewayTests {
    /// A desk with `count` resting children.
    private func resting(
        _ count: Int,
        rates: VenueRates = VenueRates(),
        requestsPerSecond: Int? = nil,
        faults: FaultScript = FaultScript(),
        apart: Nanoseconds = .zero
    ) throws -> GatewayDesk {
        let desk = try GatewayDesk(
            parents: count,
            rates: rates,
            requestsPerSecond: requestsPerSecond,
            faults: faults,
            apart: apart
        )
        _ = desk.run(for: .seconds(10), until: { $0.open == count })
        #expect(desk.open == count)
        // Let the second in which they were placed pass.
        _ = desk.run(for: .seconds(2))
        return desk
    }

    @Test("a venue that takes ten a second is never asked for more, by whatever many parents want")
    func pace() throws {
        let desk = try resting(40)
        #expect(desk.refusals.isEmpty, "\(desk.refusals)")
        #expect(desk.heldBack(.place) > 0)
        #expect(desk.tooMany(.place) == 0)
        #expect(desk.wasHeldBack)
    }

    @Test("a venue that announces less than the configured tier is come down to")
    func comeDown() throws {
        let desk = try resting(
            60,
            rates: VenueRates(linear: 200),
            requestsPerSecond: 12,
            apart: .milliseconds(30)
        )
        #expect(desk.limit(.place) == 12 && desk.limit(.amend) == 200)
        #expect(desk.refusals.isEmpty && desk.heldBack(.place) > 0)
    }

    @Test("halt cancels eight children in one message, and nothing leaves until a person resumes")
    func halt() throws {
        let desk = try resting(8)
        let before = desk.sent.count
        desk.step(.control(.halt))
        let sweep = desk.sent[before...]
        #expect(sweep.map(\.orders) == [8] && sweep.allSatisfy { $0.operation == .cancel })
        #expect(desk.open == 0 && desk.refusals.isEmpty)
        _ = desk.run(for: .seconds(30))
        #expect(desk.sent.count == before + 1)
        #expect(desk.isHalted)
        for facts in desk.facts {
            #expect(facts.state == .cancelled && facts.unsettled.isEmpty)
        }
    }

    @Test("without batches a sweep keeps the pace: forty children in five seconds, none refused")
    func singleSweep() throws {
        var rates = VenueRates()
        rates.linearBatch = 0
        let desk = try resting(40, rates: rates)
        desk.step(.control(.halt))
        let took = desk.run(for: .seconds(10), until: { $0.open == 0 })
        #expect(desk.open == 0 && desk.refusals.isEmpty)
        #expect(took < .seconds(4), "\(took)")
        #expect(desk.heldBack(.cancel) > 0)
    }

    @Test("with batches both budgets are spent: forty children in two seconds")
    func doubleSweep() throws {
        let desk = try resting(40)
        desk.step(.control(.halt))
        let took = desk.run(for: .seconds(10), until: { $0.open == 0 })
        #expect(desk.open == 0 && desk.refusals.isEmpty)
        #expect(took < .seconds(2), "\(took)")
    }

    @Test(
        "a venue that loses or refuses half of the cancels ends up empty all the same",
        arguments: [
            "cancel * 50% lose", "cancel * 50% lose-answer", "cancel * 50% refuse 110079",
            "cancel * 50% refuse 10006", "cancel * 50% misanswer 10016",
        ],
        [true, false]
    )
    func hostile(_ script: String, _ takesBatches: Bool) throws {
        var rates = VenueRates()
        if !takesBatches { rates.linearBatch = 0 }
        let desk = try resting(8, rates: rates, faults: try FaultScript(text: script))
        desk.step(.control(.halt))
        _ = desk.run(for: .seconds(19), until: { $0.isIdle })
        #expect(desk.open == 0)
        #expect(desk.facts.allSatisfy { $0.unsettled.isEmpty && $0.state == .cancelled })
        // None is refused for the rate but where the script says so.
        let isAsked = script.contains("10006")
        #expect(isAsked || !desk.refusals.contains { $0.code == 10_006 }, "\(desk.refusals)")
    }
}
