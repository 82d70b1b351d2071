internal import Synchronization
internal import Units

/// How far the venue's clock is ahead of ours, by the hot thread's latest estimate, for the cold
/// threads: what they send is stamped by the venue's clock, however long a session runs.
final class VenueOffset: Sendable {
    private let nanoseconds: Atomic<Int64>

    /// As far as it was known at the start.
    init(_ offset: Nanoseconds) { nanoseconds = Atomic(offset.count) }

    /// The latest estimate.
    var value: Nanoseconds { Nanoseconds(nanoseconds.load(ordering: .relaxed)) }

    /// Tells another one. The hot thread alone.
    func tell(_ offset: Nanoseconds) { nanoseconds.store(offset.count, ordering: .relaxed) }
}
