import Foundation
import LoopbackVenue
import Testing

/// Bybit's own client in Python, unchanged but for its addresses, and the loopback venue.
@Suite(
    "Bybit's client of Python",
    .enabled(if: ForeignServer.hasBybitClient, "not installed: Tools/interop --setup"),
    .timeLimit(.minutes(3))
)
struct BybitClientTests {
    @Test("trades, amends, cancels and lists on the loopback venue")
    func everything() throws {
        let venue = try VenueHost(LoopbackVenueConfiguration())
        venue.start()
        defer { venue.stop() }
        let script = ForeignServer.root.appendingPathComponent(
            "Tests/InteropTests/Clients/bybit_client.py"
        )
        let client = Process()
        client.executableURL = URL(fileURLWithPath: ForeignServer.python)
        client.arguments = [script.path, "\(venue.port)", venue.caFile]
        let output = Pipe()
        client.standardOutput = output
        client.standardError = output
        try client.run()
        let watchdog = DispatchSource.makeTimerSource(queue: .global())
        watchdog.schedule(deadline: .now() + 90)
        let number = client.processIdentifier
        watchdog.setEventHandler { kill(number, SIGKILL) }
        watchdog.resume()
        let text = String(
            decoding: output.fileHandleForReading.readDataToEndOfFile(),
            as: UTF8.self
        )
        watchdog.cancel()
        client.waitUntilExit()
        #expect(client.terminationStatus == 0, "\(text)")
        #expect(text.hasSuffix("all well\n"), "\(text)")
    }
}
