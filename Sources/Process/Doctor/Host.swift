/// A host as the checks see it.
public struct Host: Sendable {
    /// What its kernel tells in files.
    public var files: HostFiles
    /// What it tells by calls.
    public var facts: HostFacts
    /// The core the hot thread is to have; nil when none was named.
    public var core: Int?

    /// A host with these readings.
    public init(files: HostFiles, facts: HostFacts, core: Int? = nil) {
        self.files = files
        self.facts = facts
        self.core = core
    }

    /// This host.
    public static func current(core: Int? = nil) -> Host {
        Host(files: HostFiles(), facts: .current(), core: core)
    }

    /// Every check that needs no network, in the order of `perf/tuning.md`.
    public func examine() -> [Finding] {
        processor() + memory() + network() + clocks() + limits() + libraries()
    }
}
