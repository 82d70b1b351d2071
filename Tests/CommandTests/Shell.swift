import Foundation

/// Commands of a document, as a shell reads and runs them.
enum Shell {
    /// The lines of `text` with what a backslash continues in one, without remarks and empty lines.
    static func commands(_ text: some StringProtocol) -> [String] {
        var found: [String] = []
        var open = ""
        for line in text.split(separator: "\n") {
            if open.isEmpty && line.drop(while: \.isWhitespace).first == "#" { continue }
            open += line
            if line.hasSuffix("\\") {
                open += "\n"
            } else {
                found.append(open)
                open = ""
            }
        }
        return open.isEmpty ? found : found + [open]
    }

    /// The arguments that `sluice` is given by a command line; nil when bash refuses it.
    static func arguments(_ command: String) async throws -> [String]? {
        let script = "sluice() { printf '%s\\n' \"$@\" >&2; }\n\(command)"
        let ended = try await run(script, in: FileManager.default.temporaryDirectory)
        return ended.code == 0 ? ended.said.split(separator: "\n").map(String.init) : nil
    }

    /// Runs a script of bash to its end, for at most half a minute.
    ///
    /// - Returns: its exit code, and what it said on stdout and stderr.
    static func run(
        _ script: String,
        in folder: URL,
        environment: [String: String] = [:]
    ) async throws -> (code: Int32, said: String) {
        let said = folder.appendingPathComponent("said-\(UUID().uuidString)")
        try Data().write(to: said)
        defer { try? FileManager.default.removeItem(at: said) }
        let output = try FileHandle(forWritingTo: said)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["timeout", "--kill-after=5", "30", "bash", "-c", script]
        process.currentDirectoryURL = folder
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = output
        // No thread waits: the tests share as many as there are cores.
        try await withCheckedThrowingContinuation { (ended: CheckedContinuation<Void, any Error>) in
            process.terminationHandler = { _ in ended.resume() }
            do { try process.run() } catch { ended.resume(throwing: error) }
        }
        return (process.terminationStatus, try String(contentsOf: said, encoding: .utf8))
    }

    /// Where the build has put its executables: next to the tests.
    static var products: URL {
        let path = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        return URL(fileURLWithPath: path ?? "").deletingLastPathComponent()
    }
}

/// A folder for the time of a test.
final class ScratchFolder {
    let url = FileManager.default.temporaryDirectory
        .appendingPathComponent("sluice-\(UUID().uuidString)")

    init() throws {
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    /// A file in it.
    func file(_ name: String, _ text: String, mode: Int = 0o600) throws -> String {
        let path = url.appendingPathComponent(name).path
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        return path
    }
}
