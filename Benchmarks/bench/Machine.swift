import CLadder
import COpenSSL
import Foundation
import Telemetry

/// What the figures were measured on and with.
struct Machine: Codable {
    var date: String
    /// The commit of the working directory, "+" when files are changed; nil outside a checkout.
    var commit: String?
    var cpu: String
    var cores: Int
    /// The widest of x86-64-v1…v4 that the processor has.
    var processorLevel: String
    var kernel: String
    var governor: String
    var pinnedCore: Int?
    /// Optimisation and instruction level the rows were compiled for.
    var build: String
    var swift: String
    var openssl: String
    /// The instruction level of the one part that chooses at start.
    var ladder: String
    /// Repeats of each row in each process, and processes.
    var repeats: Int
    var processes: Int
    /// What reading the clock costs, in nanoseconds: part of every row timed operation by
    /// operation.
    var clockNanoseconds: Double
    /// Whether the rows ran on a recording or on the synthetic stream.
    var feed: String

    init(clock: TickClock, repeats: Int, processes: Int, pinnedCore: Int?, feed: String) {
        date = ISO8601DateFormatter().string(from: Date())
        commit = Machine.commit()
        cpu = Machine.field("/proc/cpuinfo", "model name") ?? "unknown"
        cores = ProcessInfo.processInfo.activeProcessorCount
        processorLevel = Machine.level(
            Set((Machine.field("/proc/cpuinfo", "flags") ?? "").split(separator: " "))
        )
        kernel = Machine.text("/proc/sys/kernel/osrelease") ?? "unknown"
        governor =
            Machine.text("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor") ?? "not exposed"
        self.pinnedCore = pinnedCore
        #if DEBUG
        build = "debug: figures mean nothing"
        #elseif arch(x86_64)
        build = "release (-O, C -O2 and -O3), baseline x86-64"
        #else
        build = "release (-O, C -O2 and -O3), baseline of this architecture"
        #endif
        swift = Machine.compiler() ?? "\(_SwiftStdlibVersion.current) (standard library)"
        openssl = String(cString: OpenSSL_version(OPENSSL_VERSION))
        ladder = ["baseline", "AVX2", "AVX-512"][min(2, Int(sluice_ladder_level()))]
        self.repeats = repeats
        self.processes = processes
        self.feed = feed
        let start = clock.ticks
        for _ in 0..<10_000 { _ = clock.ticks }
        clockNanoseconds = Double(clock.nanoseconds(clock.ticks &- start)) / 10_000
    }

    /// The header of the table.
    var text: String {
        """
        \(cpu) (\(processorLevel)), \(cores) cores, kernel \(kernel), governor \(governor)
        \(build); Swift \(swift); \(openssl); ladder \(ladder)
        commit \(commit ?? "unknown"), \(date); \(repeats) interleaved repeats \
        × \(processes) processes; pinned: \(pinnedCore.map { "core \($0)" } ?? "no")
        clock \(String(format: "%.1f", clockNanoseconds)) ns; feed: \(feed)
        """
    }

    /// The level whose every feature is among `flags`, as the psABI lists them; those that the
    /// kernel always shows together stand for one another.
    static func level(_ flags: Set<Substring>) -> String {
        let steps: [(String, [Substring])] = [
            ("x86-64-v2", ["cx16", "popcnt", "sse4_1", "sse4_2", "ssse3"]),
            ("x86-64-v3", ["avx", "avx2", "bmi1", "bmi2", "f16c", "fma", "movbe"]),
            ("x86-64-v4", ["avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"]),
        ]
        var level = flags.contains("sse2") ? "x86-64" : "not x86-64"
        for (name, needed) in steps {
            guard flags.isSuperset(of: needed) else { break }
            level = name
        }
        return level
    }

    /// Of the compiler on the path, which is the one that `swift run` uses.
    private static func compiler() -> String? {
        guard let text = output("swift", "--version"),
            let name = text.firstRange(of: "Swift version ")
        else { return nil }
        return text[name.upperBound...].split(separator: " ").first.map(String.init)
    }

    private static func commit() -> String? {
        guard let hash = output("git", "rev-parse", "--short", "HEAD"), !hash.isEmpty else {
            return nil
        }
        let changes = output("git", "status", "--porcelain", "--untracked-files=no") ?? ""
        return changes.isEmpty ? hash : hash + "+"
    }

    private static func output(_ command: String...) -> String? {
        let process = Process()
        let pipe = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = command
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return nil }
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { return nil }
        return String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    private static func text(_ path: String) -> String? {
        (try? String(contentsOfFile: path, encoding: .utf8))?
            .trimmingCharacters(in: .whitespacesAndNewlines)
    }

    private static func field(_ path: String, _ name: String) -> String? {
        text(path)?.split(separator: "\n").first { $0.hasPrefix(name) }?
            .split(separator: ":").last?.trimmingCharacters(in: .whitespaces)
    }
}
