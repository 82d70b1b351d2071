internal import Units

/// Finds a child by the venue's id of its order, for messages that name nothing else.
///
/// An open-addressing table of child numbers; the ids themselves stand in the children, so that a
/// look-up compares whole ids. A child is entered when its id is first told, once.
///
/// - Complexity: O(1) expected; never allocates after `init`; 8 bytes a child.
struct OrderIndex: ~Copyable {
    private static let free = UInt32.max
    private let slots: UnsafeMutablePointer<UInt32>
    private let mask: Int
    private var room: Int

    /// An index of at most `capacity` children.
    init(capacity: Int) {
        var size = 2
        while size < capacity * 2 { size *= 2 }
        slots = .allocate(capacity: size)
        slots.initialize(repeating: OrderIndex.free, count: size)
        mask = size - 1
        room = capacity
    }

    deinit { slots.deallocate() }

    /// Enters child `number` under `id`, which it was not entered under before.
    mutating func enter(_ id: ExternalID, _ number: Int) {
        guard room > 0 else { return }
        room &-= 1
        var slot = Int(truncatingIfNeeded: id.fingerprint) & mask
        while slots[slot] != OrderIndex.free { slot = (slot &+ 1) & mask }
        slots[slot] = UInt32(truncatingIfNeeded: number)
    }

    /// The child that `isWanted` knows as that of `id`.
    func find(_ id: ExternalID, _ isWanted: (Int) -> Bool) -> Int? {
        var slot = Int(truncatingIfNeeded: id.fingerprint) & mask
        while slots[slot] != OrderIndex.free {
            if isWanted(Int(slots[slot])) { return Int(slots[slot]) }
            slot = (slot &+ 1) & mask
        }
        return nil
    }
}
