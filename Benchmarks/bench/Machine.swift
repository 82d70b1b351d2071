import Foundation
import Telemetry

/// What the figures were measured on and with.
struct Machine: Codable {
    var cpu: String
    var cores: Int
    var kernel: String
    var governor: String
    var pinnedCore: Int?
    var build: String
    var repeats: Int
    /// What reading the clock costs, in nanoseconds: part of every row timed operation by
    /// operation.
    var clockNanoseconds: Double
    /// Whether the rows ran on a recording or on the synthetic stream.
    var feed: String

    init(clock: TickClock, repeats: Int, pinnedCore: Int?, feed: String) {
        cpu = Machine.field("/proc/cpuinfo", "model name") ?? "unknown"
        cores = ProcessInfo.processInfo.activeProcessorCount
        kernel = Machine.text("/proc/sys/kernel/osrelease") ?? "unknown"
        governor =
            Machine.text("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor") ?? "not stated"
        self.pinnedCore = pinnedCore
        #if DEBUG
        build = "debug: figures mean nothing"
        #else
        build = "release, baseline x86-64"
        #endif
        self.repeats = repeats
        self.feed = feed
        let start = clock.ticks
        for _ in 0..<10_000 { _ = clock.ticks }
        clockNanoseconds = Double(clock.nanoseconds(clock.ticks &- start)) / 10_000
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
