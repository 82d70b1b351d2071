internal import Book
internal import Orders
internal import Units

/// Which of our fills are on the tape: their prints are public, and come before the fill or after.
///
/// A print bears the id of its fill. So what others traded is known exactly at every moment: all
/// that is on the tape, less those of our fills whose print is on it.
///
/// - Complexity: O(fills without a print) a print, O(`remembered`) a fill. Never allocates after
///   `init`.
struct OwnPrints: ~Copyable {
    /// Prints back that a fill may come after its own.
    static let remembered = 4_096
    /// Fills whose print may be under way at once.
    static let capacity = 256

    private struct Awaited {
        var id: ExternalID
        var quantity: Quantity
        var notional: Notional
    }

    /// The latest prints that were not known to be ours: their ids, for a quick search the ids'
    /// fingerprints, and whether the tape counts them.
    private let ids: UnsafeMutablePointer<ExternalID>
    private let fingerprints: UnsafeMutablePointer<UInt64>
    private let onTape: UnsafeMutablePointer<Bool>
    private var printed = 0
    /// Fills without a print, the oldest first.
    private let awaited: UnsafeMutablePointer<Awaited>
    private var awaitedCount = 0
    /// Fills given up on, for others came after them.
    private var givenUp = 0
    /// Σ of our fills whose print is on the tape.
    private(set) var quantity = Quantity.zero
    private(set) var notional = Notional.zero

    init() {
        ids = .allocate(capacity: OwnPrints.remembered)
        fingerprints = .allocate(capacity: OwnPrints.remembered)
        onTape = .allocate(capacity: OwnPrints.remembered)
        awaited = .allocate(capacity: OwnPrints.capacity)
    }

    deinit {
        ids.deallocate()
        fingerprints.deallocate()
        onTape.deallocate()
        awaited.deallocate()
    }

    /// Fills whose print has not been seen.
    var unseen: Int { awaitedCount &+ givenUp }

    /// Takes in one of our fills.
    mutating func filled(_ id: ExternalID, _ price: Price, _ lots: Quantity) {
        let fill = Awaited(id: id, quantity: lots, notional: Notional(price, lots))
        if let print = find(id) {
            if onTape[print] { count(fill) }
            return
        }
        if awaitedCount == OwnPrints.capacity {
            removeAwaited(at: 0)
            givenUp &+= 1
        }
        (awaited + awaitedCount).initialize(to: fill)
        awaitedCount &+= 1
    }

    /// Takes in a print; `isOnTape` tells whether the tape counts it. One that it does not is no
    /// volume of others', so our fill must not be taken out of it.
    mutating func printed(_ id: ExternalID, isOnTape: Bool) {
        for i in 0..<awaitedCount where awaited[i].id == id {
            if isOnTape { count(awaited[i]) }
            return removeAwaited(at: i)
        }
        let slot = printed & (OwnPrints.remembered &- 1)
        (ids + slot).initialize(to: id)
        (fingerprints + slot).initialize(to: id.fingerprint)
        (onTape + slot).initialize(to: isOnTape)
        printed &+= 1
    }

    private func find(_ id: ExternalID) -> Int? {
        let fingerprint = id.fingerprint
        for i in 0..<min(printed, OwnPrints.remembered)
        where fingerprints[i] == fingerprint && ids[i] == id {
            return i
        }
        return nil
    }

    private mutating func count(_ fill: Awaited) {
        quantity.lots &+= fill.quantity.lots
        notional.tickLots &+= fill.notional.tickLots
    }

    private mutating func removeAwaited(at index: Int) {
        awaitedCount &-= 1
        for i in index..<awaitedCount { awaited[i] = awaited[i &+ 1] }
    }
}
