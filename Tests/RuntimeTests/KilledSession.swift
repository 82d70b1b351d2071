import Foundation
import Journal
import LoopbackVenue
import Runtime
import Testing
import Units
import Venues

/// A session in a process of its own that is killed with -9, at a venue in this one.
final class KilledSession: Sendable {
    let venue: VenueHost
    let directory: String
    private let ordersByREST: Bool

    /// Kills it once it has so many orders on record.
    init(
        orders: Int,
        quantity: String = "2.000",
        over: String = "12s",
        sync: JournalSync = .durable,
        ordersByREST: Bool = false
    ) throws {
        self.ordersByREST = ordersByREST
        venue = try VenueHost(LoopbackVenueConfiguration())
        directory = NSTemporaryDirectory() + "sluice-killed-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: directory,
            withIntermediateDirectories: true
        )
        venue.start()
        try run(
            [
                "execute", "--quantity", quantity, "--over", over, "--grace", "10s",
                "--journal-sync", sync.rawValue,
            ],
            killedAfter: orders
        )
    }

    deinit {
        venue.stop()
        try? FileManager.default.removeItem(atPath: directory)
    }

    /// Runs `sluice` with `arguments` and kills it once `orders` orders are on record, or lets it
    /// end before that.
    func run(_ arguments: [String], killedAfter orders: Int) throws {
        let process = Process()
        process.executableURL = JournalSessionTests.products.appendingPathComponent("sluice")
        process.arguments =
            arguments + ["--journal", directory, "--journal-segment", "1"] + (try place())
        process.environment = ["SLUICE_STATE_DIR": directory + "/state"]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        let deadline = ContinuousClock.now + .seconds(90)
        while process.isRunning, ContinuousClock.now < deadline,
            try JournalSessionTests.orders(directory) < orders
        {
            usleep(5_000)
        }
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// Where the venue is: that orders go by REST only settings say.
    private func place() throws -> [String] {
        guard ordersByREST else { return ["--port", "\(venue.port)", "--ca", venue.caFile] }
        let settings = directory + "/sluice.toml"
        let text = """
            [venue]
            environment = "loopback"
            port = \(venue.port)
            ca = "\(venue.caFile)"
            orders = "rest"

            """
        try Data(text.utf8).write(to: URL(fileURLWithPath: settings))
        return ["--config", settings]
    }

    /// The one session that the directory holds.
    func session() throws -> JournalFolder.Session {
        try #require(Recovery.folder(directory).sessions.first)
    }

    /// A request to recover it here.
    func request(
        _ policy: RecoveryRequest.Policy = .resume,
        key: String = LoopbackCredentials.key,
        disk: JournalDisk = .system
    ) -> RecoveryRequest {
        var request = RecoveryRequest(
            venue: .loopback(port: venue.port, caFile: venue.caFile),
            credentials: BybitCredentials(key: key, secret: LoopbackCredentials.secret),
            journal: JournalSettings(directory: directory, segmentBytes: 1 << 20, disk: disk)
        )
        request.venue.ordersByREST = ordersByREST
        request.policy = policy
        return request
    }
}
