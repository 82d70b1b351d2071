import Foundation
import Glibc
import Journal
import LoopbackVenue
import Testing

/// Sessions in processes of their own at one venue in this one, each with an order that rests far
/// from the market.
final class RestingSessions {
    /// One of them.
    struct Session {
        let name: String
        let program: Program
        let journal: String
    }

    let venue: VenueHost
    let folder: Folder
    private(set) var sessions: [Session] = []

    init(_ change: (inout LoopbackVenueConfiguration) throws -> Void = { _ in }) throws {
        var configuration = LoopbackVenueConfiguration()
        try change(&configuration)
        venue = try VenueHost(configuration)
        folder = try Folder()
        venue.start()
    }

    deinit { venue.stop() }

    /// Where the venue is.
    var place: [String] { ["--port", "\(venue.port)", "--ca", venue.caFile] }

    /// The order of a session that rests.
    var order: [String] { ["--quantity", "0.010", "--over", "60s", "--limit", "59500"] }

    /// The option of settings for this venue with a largest loss of a day.
    func limited() throws -> [String] {
        let path = folder.path + "/limited.toml"
        try """
        [venue]
        environment = "loopback"
        port = \(venue.port)
        ca = "\(venue.caFile)"
        [limits]
        max_daily_loss = 1000000
        """.write(toFile: path, atomically: false, encoding: .utf8)
        return ["--config", path]
    }

    /// Starts one. Each has a folder of its own for the kill switch, or they would be refused.
    @discardableResult
    func start(
        _ name: String,
        _ options: [String] = [],
        under wrapper: [String] = [],
        input: Int32? = Program.null,
        output: Int32? = Program.null,
        errors: Int32? = Program.null
    ) throws -> Session {
        let journal = try folder.folder(name)
        let program = try Program(
            ["execute"] + place + order + [
                "--journal", journal, "--journal-segment", "1",
            ] + options,
            under: wrapper,
            state: journal + "/state",
            input: input,
            output: output,
            errors: errors
        )
        let session = Session(name: name, program: program, journal: journal)
        sessions.append(session)
        return session
    }

    /// Waits until the venue has told each that its order is there.
    func rest() throws {
        var waiting = sessions
        let deadline = ContinuousClock.now + .seconds(50)
        while !waiting.isEmpty, ContinuousClock.now < deadline {
            waiting.removeAll { RestingSessions.updates($0.journal) > 0 }
            // What another process writes is no event here.
            usleep(20_000)
        }
        try #require(waiting.isEmpty, "no order of \(waiting.map(\.name)) rests")
    }

    /// Orders that are still on the venue's book, which is closed by asking.
    func openOrders() -> [String] {
        venue.stop()
        return venue.books().desks.flatMap(\.orders).filter { !$0.status.isTerminal }.map(\.link)
    }

    private static func updates(_ path: String) -> Int {
        guard var reader = try? JournalReader(path) else { return 0 }
        var count = 0
        while let entry = try? reader.next() { count += entry.kind == .update ? 1 : 0 }
        return count
    }
}
