import Foundation
import Testing

@testable import sluice

/// The commands that the documents print, run as printed.
///
/// README's blocks of `sh` run in one folder, in their order, as a person would type them; a
/// document under `docs` marks those that can run by `sh run`. The port and the authority in them
/// become those that the first `sluice venue` prints.
@Suite("Documents", .serialized, .timeLimit(.minutes(5)))
struct DocumentTests {
    private static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// What is read and not run: it builds for minutes, needs a recording, the network or money.
    private static let readOnly = [
        "Tools/", "sluice venue --feed", "sluice inspect", "sluice doctor --venue",
        "sluice execute --config live.toml",
    ]

    private static func blocks(_ name: String, _ mark: String) throws -> [String] {
        let text = try String(contentsOf: root.appendingPathComponent(name), encoding: .utf8)
        let parts = text.components(separatedBy: "\n```")
        return parts.indices.filter { $0 % 2 == 1 }.map { parts[$0] }
            .filter { $0.hasPrefix(mark + "\n") }.map { String($0.dropFirst(mark.count + 1)) }
    }

    private static var documents: [(name: String, mark: String)] {
        let docs = root.appendingPathComponent("docs")
        let found = FileManager.default.enumerator(atPath: docs.path)?.allObjects ?? []
        return [("README.md", "sh")]
            + found.compactMap { $0 as? String }.filter { $0.hasSuffix(".md") }.sorted()
            .map { ("docs/" + $0, "sh run") }
    }

    @Test("every command runs as it is printed, and leaves with 0")
    func run() async throws {
        var count = 0
        for (name, mark) in Self.documents {
            let commands = try Self.blocks(name, mark).flatMap(Shell.commands)
            if commands.isEmpty { continue }
            let stage = try Stage()
            for command in commands {
                if Self.readOnly.contains(where: { command.hasPrefix($0) }) {
                    try await Self.read(command, "\(name): \(command)")
                } else if command.hasPrefix("sluice venue") {
                    try await stage.openVenue(command)
                    count += 1
                } else {
                    let ended = try await stage.run(command)
                    #expect(ended.code == 0, "\(name): \(command)\n\(ended.said)")
                    count += 1
                }
            }
            try await stage.close()
        }
        #expect(count >= 15)
    }

    @Test("every block can be read by bash, whatever its document")
    func syntax() async throws {
        for (name, _) in Self.documents {
            for mark in ["sh", "sh run"] {
                for block in try Self.blocks(name, mark) {
                    let ended = try await Shell.run(
                        "bash -n <<'EOF'\n\(block)\nEOF",
                        in: FileManager.default.temporaryDirectory
                    )
                    #expect(ended.code == 0, "\(name): \(block)\n\(ended.said)")
                }
            }
        }
    }

    /// Holds a command that is not run to what it names: a tool of ours, or options that parse.
    private static func read(_ command: String, _ what: String) async throws {
        if command.hasPrefix("Tools/") {
            let name = String(command.prefix { !$0.isWhitespace })
            let path = root.appendingPathComponent(name).path
            #expect(FileManager.default.isExecutableFile(atPath: path), "\(what)")
            return
        }
        let found = try await Shell.arguments(command)
        let arguments = try #require(found, "\(what)")
        #expect(Parsing.refusal(arguments) == nil, "\(what)")
    }
}

/// A folder with `sluice` on the path, and the venues that were opened there.
private final class Stage {
    private let scratch: ScratchFolder
    private var venues: [Process] = []
    private var place: (port: Int, ca: String)?

    init() throws { scratch = try ScratchFolder() }

    private var environment: [String: String] {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        return [
            "PATH": "\(Shell.products.path):\(path)",
            "SLUICE_STATE_DIR": scratch.url.appendingPathComponent("state").path,
        ]
    }

    func run(_ command: String) async throws -> (code: Int32, said: String) {
        try await Shell.run(placed(command), in: scratch.url, environment: environment)
    }

    /// Starts a venue and waits for its line; the first one is where all others trade.
    func openVenue(_ command: String) async throws {
        let pipe = Pipe()
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["bash", "-c", "exec " + command]
        process.currentDirectoryURL = scratch.url
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        let line = try await withCheckedThrowingContinuation {
            (told: CheckedContinuation<Data, any Error>) in
            pipe.fileHandleForReading.readabilityHandler = { handle in
                handle.readabilityHandler = nil
                told.resume(returning: handle.availableData)
            }
            do { try process.run() } catch { told.resume(throwing: error) }
        }
        venues.append(process)
        struct Announcement: Decodable {
            var port: Int
            var ca: String
        }
        let told = try JSONDecoder().decode(Announcement.self, from: line)
        if place == nil { place = (told.port, told.ca) }
    }

    /// Stops the venues; each must end as after Ctrl-C.
    func close() async throws {
        for venue in venues {
            await withCheckedContinuation { (ended: CheckedContinuation<Void, Never>) in
                venue.terminationHandler = { _ in ended.resume() }
                venue.interrupt()
            }
            #expect(venue.terminationStatus == 0)
        }
    }

    private func placed(_ command: String) -> String {
        guard let place else { return command }
        return command.replacingOccurrences(of: "40123", with: "\(place.port)")
            .replacingOccurrences(of: "/tmp/sluice-venue-x/ca.pem", with: place.ca)
    }
}
