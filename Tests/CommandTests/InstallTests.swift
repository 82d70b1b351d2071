import Foundation
import Testing

/// `Tools/install`, with a build that is there already.
@Suite("Install", .timeLimit(.minutes(5)))
struct InstallTests {
    private static let tool = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Tools/install").path

    /// Runs the tool with a `swift` that builds nothing.
    private static func install(
        _ arguments: String,
        _ scratch: ScratchFolder,
        path: String = ""
    ) async throws -> (code: Int32, said: String) {
        let real = try await Shell.run("command -v swift", in: scratch.url).said
        let stub = """
            #!/bin/sh
            case "$*" in
            *--show-bin-path*) echo '\(Shell.products.path)' ;;
            build*) ;;
            *) exec \(real.trimmingCharacters(in: .whitespacesAndNewlines)) "$@" ;;
            esac

            """
        _ = try scratch.file("swift", stub, mode: 0o755)
        return try await Shell.run(
            "PATH='\(scratch.url.path)':\(path)\"$PATH\" "
                + "'\(tool)' \(arguments)",
            in: scratch.url,
            environment: ["PREFIX": scratch.url.appendingPathComponent("p").path]
        )
    }

    @Test("sluice is put into PREFIX/bin and taken away again, and the path is spoken of")
    func wholeWay() async throws {
        let scratch = try ScratchFolder()
        let folder = scratch.url.appendingPathComponent("p/bin").path
        let installed = try await Self.install("", scratch)
        #expect(installed.code == 0, "\(installed.said)")
        #expect(installed.said.contains("\(folder) is not on PATH: export PATH="))
        let version = try await Shell.run("'\(folder)/sluice' --version", in: scratch.url)
        #expect(version.code == 0)
        let again = try await Self.install("", scratch, path: "'\(folder)':")
        #expect(again.code == 0 && !again.said.contains("not on PATH"), "\(again.said)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["sluice"])
        let gone = try await Self.install("--uninstall", scratch)
        #expect(gone.code == 0)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
        #expect(try await Self.install("--uninstall", scratch).code == 0)
        #expect(try await Self.install("--elsewhere", scratch).code == 2)
    }
}
