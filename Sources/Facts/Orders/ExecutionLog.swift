public import Units

/// The executions counted so far: a fill is counted the first time its id is seen, and never again.
///
/// An open-addressing set of whole identifiers (no hash stands in for one) in memory of fixed size,
/// 48 bytes a slot at a load of at most one half.
///
/// - Complexity: O(1) expected; never allocates after `init`.
public struct ExecutionLog: ~Copyable {
    /// What became of an id offered to the log.
    public enum Outcome: Sendable {
        /// Not seen before; recorded.
        case counted
        /// Seen before: the fill is a repeat.
        case duplicate
        /// The log is full: the caller must stop trading, for it can no longer tell a repeat.
        case full
    }

    private let slots: UnsafeMutablePointer<ExternalID>
    private let mask: Int
    private let limit: Int
    /// Identifiers held.
    public private(set) var count = 0

    /// Whether so few are left that no order should be sent whose fills might not fit: less than
    /// an eighth.
    public var isNearlyFull: Bool { count >= limit - limit / 8 }

    /// A log for `capacity` executions.
    public init(capacity: Int) {
        precondition(capacity > 0)
        var size = 2
        while size < capacity * 2 { size *= 2 }
        slots = .allocate(capacity: size)
        slots.initialize(repeating: .none, count: size)
        mask = size - 1
        limit = capacity
    }

    deinit { slots.deallocate() }

    /// Records `id` unless it is there already.
    ///
    /// - Precondition: `id` is not empty.
    public mutating func insert(_ id: ExternalID) -> Outcome {
        precondition(!id.isEmpty, "ExecutionLog: an execution without an id cannot be counted once")
        var slot = Int(truncatingIfNeeded: id.fingerprint) & mask
        while !slots[slot].isEmpty {
            if slots[slot] == id { return .duplicate }
            slot = (slot &+ 1) & mask
        }
        guard count < limit else { return .full }
        slots[slot] = id
        count &+= 1
        return .counted
    }

    /// Whether `id` was recorded.
    public func contains(_ id: ExternalID) -> Bool {
        var slot = Int(truncatingIfNeeded: id.fingerprint) & mask
        while !slots[slot].isEmpty {
            if slots[slot] == id { return true }
            slot = (slot &+ 1) & mask
        }
        return false
    }
}
