/// What became of one depth message.
public enum BookResult: UInt8, Sendable, CaseIterable, BitwiseCopyable {
    /// Applied; the book is sound.
    case applied
    /// A delta that does not follow the last message. The book is untouched and stale.
    case gap
    /// A delta with sequence 1: the venue restarted the stream. The book is empty and stale.
    case reset
    /// Not to be traded on before the next snapshot: dropped after a gap, a reset or an overflow;
    /// applied after a desynchronisation.
    case stale
    /// Applied, and the best bid is not below the best ask: desynchronised, not to be traded on.
    case crossed
    /// Applied, and a level was deleted that the book did not hold: not to be traded on.
    case unknownDelete
    /// Applied, and more levels lay outside the window than the book can keep: stale.
    case overflow
}

/// Whether a book may be traded on, and if not, why.
public enum BookIntegrity: UInt8, Sendable, CaseIterable, BitwiseCopyable {
    /// No snapshot has arrived yet.
    case awaitingSnapshot
    /// Every message since the snapshot was applied.
    case sound
    /// A message is missing.
    case gap
    /// The venue restarted the stream.
    case reset
    /// Bids met asks.
    case crossed
    /// A level was deleted that was not there.
    case unknownDelete
    /// Levels did not fit.
    case overflow

    /// Whether the levels still follow the messages. A crossed book and one that was told to delete
    /// what it did not hold do, and are shown as they are; nobody may trade on them.
    @inlinable @inline(__always) public var isFollowing: Bool {
        self == .sound || self == .crossed || self == .unknownDelete
    }
}

/// How often each thing happened to a book, since it was made.
public struct BookCounts: Hashable, Sendable, BitwiseCopyable {
    /// Messages applied.
    public var applied: Int64 = 0
    /// Snapshots among them.
    public var snapshots: Int64 = 0
    /// Sequence gaps.
    public var gaps: Int64 = 0
    /// Restarts of the stream (sequence 1), snapshots and deltas alike.
    public var resets: Int64 = 0
    /// Messages that left the book crossed.
    public var crossed: Int64 = 0
    /// Messages with a delete of an unknown level.
    public var unknownDeletes: Int64 = 0
    /// Messages with levels that did not fit.
    public var overflows: Int64 = 0
    /// Messages dropped while waiting for a snapshot, the one with the gap not included.
    public var stale: Int64 = 0

    /// Nothing happened yet.
    public init() {}
}
