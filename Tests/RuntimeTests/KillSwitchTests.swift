import Foundation
import LoopbackVenue
import Testing

@testable import Runtime

@Suite("Kill switch", .serialized, .timeLimit(.minutes(3)))
final class KillSwitchTests {
    private let folder = FileManager.default.temporaryDirectory
        .appendingPathComponent("sluice-switch-\(UUID().uuidString)").path

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    @Test("thrown, it stays until a person resumes, and says why")
    func marker() throws {
        let killSwitch = KillSwitch(folder: folder + "/deep/er")
        #expect(killSwitch.reason == nil)
        #expect(try killSwitch.halt(reason: "fat finger") { _ in }.told == [])
        #expect(killSwitch.reason == "fat finger")
        #expect(try killSwitch.halt(reason: "again") { _ in }.told == [])
        #expect(KillSwitch(folder: folder + "/deep/er").reason == "again")
        #expect(try killSwitch.resume())
        #expect(killSwitch.reason == nil)
        #expect(try !killSwitch.resume())
    }

    @Test("a session at work is told once; what a dead one left behind is not")
    func sessions() throws {
        let killSwitch = KillSwitch(folder: folder)
        var entry: Presence? = try killSwitch.enter()
        // A process id that no process has.
        let dead = folder + "/sessions/4194305"
        #expect(FileManager.default.createFile(atPath: dead, contents: nil))
        var told: [Int32] = []
        let halt = try killSwitch.halt(reason: "test") { told.append($0) }
        #expect(halt.told == [getpid()] && halt.unmarked == nil)
        #expect(told == [getpid()])
        #expect(!FileManager.default.fileExists(atPath: dead))
        withExtendedLifetime(entry) {}
        entry = nil
        #expect(try killSwitch.living().isEmpty)
        #expect(try killSwitch.resume())
    }

    @Test("a marker that cannot be kept is told, and the sessions are told all the same")
    func unmarked() throws {
        let killSwitch = KillSwitch(folder: folder)
        let entry = try killSwitch.enter()
        try FileManager.default.createDirectory(
            atPath: folder + "/halted",
            withIntermediateDirectories: true
        )
        var told: [Int32] = []
        let halt = try killSwitch.halt(reason: "test") { told.append($0) }
        #expect(told == [getpid()])
        #expect(halt.unmarked?.description.contains("halted") == true)
        withExtendedLifetime(entry) {}
    }

    @Test("a folder that was named, and is made, is told of once; the user's own is not")
    func madeFolder() throws {
        let named = try KillSwitch.find(["SLUICE_STATE_DIR": folder + "/slip/"])
        let notice = try named.halt(reason: "r") { _ in }.notice
        #expect(notice?.contains("made \(folder)/slip") == true, "\(notice ?? "nothing")")
        #expect(try named.halt(reason: "r") { _ in }.notice == nil)
        #expect(try named.enter().notice == nil)
        let own = try KillSwitch.find(["HOME": folder])
        #expect(try own.enter().notice == nil)
    }

    @Test("without a folder to keep it in it says so")
    func noFolder() throws {
        #expect(throws: KillSwitchError.self) { try KillSwitch.find([:]) }
        #expect(try KillSwitch.find(["HOME": "/h"]).folder == "/h/.local/state/sluice")
        // Elsewhere it would be another folder.
        #expect(throws: KillSwitchError.self) {
            try KillSwitch.find(["SLUICE_STATE_DIR": "state", "HOME": "/h"])
        }
        let blocked = KillSwitch(folder: "/dev/null/x")
        #expect(throws: KillSwitchError.self) { try blocked.enter() }
        #expect(throws: KillSwitchError.self) { try blocked.halt(reason: "r") { _ in } }
        // A marker that cannot be looked for counts as thrown.
        #expect(blocked.reason != nil)
    }

    @Test("halt ends a running session with nothing left open, and none begins until resume")
    func wholeWay() throws {
        let venue = try VenueHost(LoopbackVenueConfiguration())
        venue.start()
        defer { venue.stop() }
        let journal = folder + "/journal"
        try FileManager.default.createDirectory(
            atPath: journal,
            withIntermediateDirectories: true
        )
        let terms = [
            "execute", "--port", "\(venue.port)", "--ca", venue.caFile, "--quantity", "5.000",
            "--over", "60s", "--json", "--journal", journal, "--journal-segment", "1",
        ]
        let session = try start(terms)
        let deadline = ContinuousClock.now + .seconds(30)
        while try JournalSessionTests.orders(journal) < 3, ContinuousClock.now < deadline {
            usleep(20_000)
        }
        let halt = try start(["halt", "--reason", "drill"])
        let report = session.output.fileHandleForReading.readDataToEndOfFile()
        session.process.waitUntilExit()
        halt.process.waitUntilExit()
        #expect(halt.process.terminationStatus == 0)
        #expect(session.process.terminationStatus == 1)
        let document = try #require(
            try JSONSerialization.jsonObject(with: report) as? [String: Any]
        )
        let venueSection = try #require(document["venue"] as? [String: Any])
        #expect(venueSection["openOrders"] as? Int == 0, "\(venueSection)")

        let refused = try start(terms)
        refused.process.waitUntilExit()
        #expect(refused.process.terminationStatus == 4)
        let said = String(
            decoding: refused.errors.fileHandleForReading.readDataToEndOfFile(),
            as: UTF8.self
        )
        #expect(said.contains("drill") && said.contains("sluice resume"), "\(said)")

        let resume = try start(["resume"])
        resume.process.waitUntilExit()
        #expect(resume.process.terminationStatus == 0)
        #expect(KillSwitch(folder: folder).reason == nil)
    }

    private typealias Run = (process: Process, output: Pipe, errors: Pipe)

    private func start(_ arguments: [String]) throws -> Run {
        let process = Process()
        process.executableURL = JournalSessionTests.products.appendingPathComponent("sluice")
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(
            ["SLUICE_STATE_DIR": folder]
        ) { $1 }
        let output = Pipe()
        let errors = Pipe()
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        return (process, output, errors)
    }
}
