import Foundation
import LoopbackVenue
import Orders
import Testing
import Transport
import Units
import Venues

@testable import Runtime

@Suite("Disconnect protection", .serialized, .timeLimit(.minutes(3)))
struct DisconnectTests {
    private static let instrument = Instrument(
        id: InstrumentID(0),
        category: .linear,
        symbol: "BTCUSDT",
        baseCoin: "BTC",
        quoteCoin: "USDT",
        tick: DecimalScale(multiplier: 1, decimals: 1),
        lot: DecimalScale(multiplier: 1, decimals: 3),
        priceRange: Price(ticks: 1)...Price(ticks: 1 << 40),
        quantityRange: Quantity(lots: 1)...Quantity(lots: 1 << 40),
        minimumNotional: .zero
    )

    @Test("the order of a killed process is gone from the venue after the window")
    func killed() throws {
        let venue = try VenueHost(LoopbackVenueConfiguration())
        venue.start()
        defer { venue.stop() }
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("sluice-dcp-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let process = Process()
        process.executableURL = JournalSessionTests.products.appendingPathComponent("sluice")
        // A limit so far below the market that the order rests and is not filled.
        process.arguments = [
            "execute", "--port", "\(venue.port)", "--ca", venue.caFile, "--quantity", "0.500",
            "--over", "60s", "--limit", "59500", "--dcp", "3s",
        ]
        process.environment = ProcessInfo.processInfo.environment.merging(
            ["SLUICE_STATE_DIR": folder]
        ) { $1 }
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        let trader = OtherTrader(venue: venue)
        #expect(try waits(30) { try trader.openOrders(DisconnectTests.instrument) == 1 })
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        #expect(try trader.openOrders(DisconnectTests.instrument) == 1, "nobody has cancelled it")
        #expect(try waits(10) { try trader.openOrders(DisconnectTests.instrument) == 0 })
    }

    /// Whether it becomes so; the venue of another thread tells nobody when.
    private func waits(_ seconds: Double, _ isSo: () throws -> Bool) throws -> Bool {
        let deadline = Date().addingTimeInterval(seconds)
        while Date() < deadline {
            if try isSo() { return true }
            usleep(20_000)
        }
        return false
    }

    @Test("a session that loses its connections has right accounts, with protection and without")
    func accounts() throws {
        for window in [nil, Nanoseconds.seconds(3)] {
            let cuts = try FaultScript(text: "at 500ms cut account\nat 500ms cut trade")
            var session = try SessionFixture(quantity: "0.500", seconds: 2, faults: cuts)
            session.configuration.disconnectWindow = window
            let report = try session.run().report
            let state = report.venue.disconnectProtection
            #expect(state == (window == nil ? nil : "armed, 3 s"))
            let position = try #require(report.venue.position)
            let before = try #require(report.venue.positionBefore)
            #expect(position - before == report.parent.filled, "\(report.text())")
            #expect(report.venue.openOrders == 0 && report.counts.unknown == 0)
        }
    }

    @Test("where the venue does not offer it, its topic is not asked for")
    func notOffered() {
        let refused = DisconnectProtection.refused("code 10005")
        #expect(refused.topics(.linear) == BybitSession.privateTopics)
        #expect(refused.text == "refused: code 10005")
        let armed = DisconnectProtection.armed(.seconds(10))
        #expect(armed.topics(.linear) == BybitSession.privateTopics + ["dcp.future"])
        #expect(armed.topics(.spot).last == "dcp.spot")
    }
}
