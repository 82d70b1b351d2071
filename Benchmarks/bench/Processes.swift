import Foundation

/// The same rows in several processes, one after the other: what lies where in memory differs
/// between processes, and moves a row by up to 20 %.
struct Processes {
    struct Failed: Error, CustomStringConvertible {
        var description: String
    }

    var count: Int
    /// The arguments that every process gets.
    var arguments: [String]

    /// Runs this executable `count` times and merges what each measured.
    func run() throws -> [Measurement] {
        let path = NSTemporaryDirectory() + "sluice-bench-\(UUID().uuidString).json"
        defer { try? FileManager.default.removeItem(atPath: path) }
        var runs: [[Measurement]] = []
        for _ in 0..<count {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
            process.arguments = arguments + ["--processes", "1", "--json", path]
            process.standardOutput = FileHandle.nullDevice
            try process.run()
            process.waitUntilExit()
            // 1 says that a check failed, which is told by the merged rows too.
            guard process.terminationReason == .exit, process.terminationStatus <= 1 else {
                throw Failed(description: "a process of the bench ended badly: see above")
            }
            let data = try Data(contentsOf: URL(fileURLWithPath: path))
            runs.append(try JSONDecoder().decode(Document.self, from: data).rows)
        }
        return runs[0].map { first in
            Measurement(merging: runs.flatMap { run in run.filter { $0.name == first.name } })
        }
    }
}
