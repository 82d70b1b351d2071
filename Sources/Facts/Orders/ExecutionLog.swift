public import Units

/// The executions counted so far: a fill is counted the first time its id is seen of its order, and
/// never again. A venue that gives one id to fills of two orders has told two fills.
///
/// An open-addressing set of whole identifiers (no hash stands in for one) in memory of fixed size,
/// 53 bytes a slot at a load of at most one half. A fill whose fee was not told with it is
/// completed once, by a message that tells it.
///
/// - Complexity: O(1) expected; never allocates after `init`.
public struct ExecutionLog: ~Copyable {
    /// What became of an id offered to the log.
    public enum Outcome: Hashable, Sendable {
        /// Not seen before; recorded.
        case counted
        /// Seen before: the fill is a repeat.
        case duplicate
        /// Seen before without its fee, as a maker's or not: the fee is told for the first time.
        case completes(wasMaker: Bool)
        /// The log is full: the caller must stop trading, for it can no longer tell a repeat.
        case full
    }

    /// What is still to be told of a fill.
    private enum Rest: UInt8 {
        case nothing
        case takerFee
        case makerFee
    }

    private let slots: UnsafeMutablePointer<ExternalID>
    /// Of which order each is, by its number.
    private let orders: UnsafeMutablePointer<UInt32>
    private let rests: UnsafeMutablePointer<Rest>
    private let mask: Int
    private let limit: Int
    /// Identifiers held.
    public private(set) var count = 0

    /// Whether so few are left that no order should be sent whose fills might not fit: less than
    /// an eighth.
    public var isNearlyFull: Bool { count >= limit - limit / 8 }

    /// How far that is, in thousandths.
    var usedPerMille: Int { count * 1_000 / max(1, limit - limit / 8) }

    /// A log for `capacity` executions.
    public init(capacity: Int) {
        precondition(capacity > 0)
        var size = 2
        while size < capacity * 2 { size *= 2 }
        slots = .allocate(capacity: size)
        slots.initialize(repeating: .none, count: size)
        orders = .allocate(capacity: size)
        orders.initialize(repeating: 0, count: size)
        rests = .allocate(capacity: size)
        rests.initialize(repeating: .nothing, count: size)
        mask = size - 1
        limit = capacity
    }

    deinit {
        slots.deallocate()
        orders.deallocate()
        rests.deallocate()
    }

    /// Records a fill's `id` unless it is there already of the order with that number.
    ///
    /// - Precondition: `id` is not empty.
    public mutating func insert(
        _ id: ExternalID,
        of order: UInt32,
        tellsFee: Bool = true,
        isMaker: Bool = false
    ) -> Outcome {
        precondition(!id.isEmpty, "ExecutionLog: an execution without an id cannot be counted once")
        var slot = Int(truncatingIfNeeded: id.fingerprint) & mask
        while !slots[slot].isEmpty {
            if slots[slot] == id && orders[slot] == order {
                guard tellsFee, rests[slot] != .nothing else { return .duplicate }
                defer { rests[slot] = .nothing }
                return .completes(wasMaker: rests[slot] == .makerFee)
            }
            slot = (slot &+ 1) & mask
        }
        guard count < limit else { return .full }
        slots[slot] = id
        orders[slot] = order
        if !tellsFee { rests[slot] = isMaker ? .makerFee : .takerFee }
        count &+= 1
        return .counted
    }

    /// Whether `id` was recorded of that order.
    public func contains(_ id: ExternalID, of order: UInt32) -> Bool { slot(id, order) != nil }

    /// Whether `id` was recorded of that order without its fee, which is still to be told.
    public func awaitsFee(_ id: ExternalID, of order: UInt32) -> Bool {
        slot(id, order).map { rests[$0] != .nothing } ?? false
    }

    private func slot(_ id: ExternalID, _ order: UInt32) -> Int? {
        var slot = Int(truncatingIfNeeded: id.fingerprint) & mask
        while !slots[slot].isEmpty {
            if slots[slot] == id && orders[slot] == order { return slot }
            slot = (slot &+ 1) & mask
        }
        return nil
    }
}
