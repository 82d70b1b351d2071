/// Why a loopback venue could not be set up.
public enum LoopbackVenueError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A recording cannot be played; `reason` says why.
    case feed(file: String, reason: String)
    /// The certificates could not be made; `step` is what failed.
    case certificates(step: String)
    /// The configuration contradicts itself.
    case configuration(String)
    /// A line of a fault script, counted from 1, cannot be read.
    case faults(line: Int, reason: String)

    /// The error as a sentence.
    public var description: String {
        switch self {
        case .feed(let file, let reason): "\(file): \(reason)"
        case .certificates(let step): "the loopback venue's certificates failed at \(step)"
        case .configuration(let why): why
        case .faults(let line, let reason): "faults, line \(line): \(reason)"
        }
    }
}
