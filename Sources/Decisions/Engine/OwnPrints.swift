internal import Book
internal import Orders
internal import Units

/// Which prints on the tape are our own fills, in whatever order the two are told.
///
/// A print is known as ours by the id of its fill or, where the two ids differ, by time, price and
/// size. So what others traded is the tape less those of our fills whose print is on it. What is
/// open is a print of ours whose fill is still to be told: that is `doubt`, and no more than our
/// orders can have filled.
///
/// - Complexity: O(fills without a print) a print, O(`remembered`) a fill, O(prints in question) a
///   doubt. Never allocates after `init`.
struct OwnPrints: ~Copyable {
    /// Prints back that a fill may come after its own; a power of two.
    static let remembered = 4_096
    /// Fills whose print may be under way at once.
    static let capacity = 4_096
    /// The longest that a fill is thought to come after its print.
    static let longest = Nanoseconds.seconds(6)

    private struct Awaited {
        var id: ExternalID
        var fingerprint: UInt64
        var key: Key
    }

    /// What a print and its fill have in common whatever their ids are: venues tell some times in
    /// milliseconds and others in finer units.
    private struct Key: Equatable {
        var millisecond: Int64
        var price: Price
        var quantity: Quantity

        init(_ at: Nanoseconds, _ price: Price, _ quantity: Quantity) {
            millisecond = at.count / 1_000_000
            self.price = price
            self.quantity = quantity
        }
    }

    private struct Print {
        var key: Key
        var aggressor: Side
        var printedAt: Nanoseconds
        /// Whether the tape counts it, and whether it is known as ours.
        var isOnTape: Bool
        var isOurs: Bool
    }

    /// A print that was found to be ours.
    struct Found {
        /// How many prints came before it.
        var sequence: Int
        var printedAt: Nanoseconds
    }

    /// The latest prints, and apart from them what is searched: fingerprints of their ids.
    private let prints: UnsafeMutablePointer<Print>
    private let ids: UnsafeMutablePointer<ExternalID>
    private let fingerprints: UnsafeMutablePointer<UInt64>
    /// Prints so far.
    private(set) var printed = 0
    /// Fills without a print, the oldest first.
    private let awaited: UnsafeMutablePointer<Awaited>
    private var awaitedCount = 0
    /// Fills given up on, for others came after them.
    private var givenUp = 0
    /// Σ of our fills whose print is on the tape.
    private(set) var quantity = Quantity.zero
    private(set) var notional = Notional.zero
    /// Whether a print has borne the id of its fill: then all do, and two prints that are the same
    /// in time, price and size are not taken for each other.
    private var idsAgree = false
    /// By how much fills have come after their prints lately.
    private var lateness = Nanoseconds.seconds(1)

    init() {
        prints = .allocate(capacity: OwnPrints.remembered)
        ids = .allocate(capacity: OwnPrints.remembered)
        fingerprints = .allocate(capacity: OwnPrints.remembered)
        awaited = .allocate(capacity: OwnPrints.capacity)
    }

    deinit {
        prints.deallocate()
        ids.deallocate()
        fingerprints.deallocate()
        awaited.deallocate()
    }

    /// Fills whose print has not been seen.
    var unseen: Int { awaitedCount &+ givenUp }

    /// How long after its print a fill of an order that rests is waited for: a multiple of what was
    /// seen lately. A sudden delay is longer; how much may rest is bounded for that
    /// (`SliceSituation.largestResting`).
    var patience: Nanoseconds {
        min(OwnPrints.longest, Nanoseconds(2 * lateness.count + 50_000_000))
    }

    /// Takes in one of our fills.
    ///
    /// - Returns: its print, where that counts on the tape and came first.
    mutating func filled(_ fill: Execution, _ now: Nanoseconds) -> Found? {
        let key = Key(fill.matchedAt, fill.price, fill.quantity)
        let fingerprint = fill.id.fingerprint
        if let slot = find(fill.id, fingerprint, key) {
            prints[slot].isOurs = true
            learn(now - prints[slot].printedAt)
            guard prints[slot].isOnTape else { return nil }
            count(key)
            let behind = (printed &- 1 &- slot) & (OwnPrints.remembered &- 1)
            return Found(sequence: printed &- 1 &- behind, printedAt: prints[slot].printedAt)
        }
        learn(.zero)
        if awaitedCount == OwnPrints.capacity {
            removeAwaited(at: 0)
            givenUp &+= 1
        }
        let entry = Awaited(id: fill.id, fingerprint: fingerprint, key: key)
        (awaited + awaitedCount).initialize(to: entry)
        awaitedCount &+= 1
        return nil
    }

    /// Takes in a print; `isOnTape` tells whether the tape counts it. One that it does not is no
    /// volume of others', so our fill must not be taken out of it.
    ///
    /// - Returns: whether it is known as ours.
    mutating func printed(_ trade: Trade, isOnTape: Bool, _ now: Nanoseconds) -> Bool {
        let key = Key(trade.matchedAt, trade.price, trade.quantity)
        var isOurs = false
        let fingerprint = trade.id.fingerprint
        if let fill = findAwaited(trade.id, fingerprint, key) {
            isOurs = true
            if isOnTape { count(awaited[fill].key) }
            removeAwaited(at: fill)
        }
        let slot = printed & (OwnPrints.remembered &- 1)
        (ids + slot).initialize(to: trade.id)
        (fingerprints + slot).initialize(to: fingerprint)
        (prints + slot).initialize(
            to: Print(
                key: key,
                aggressor: trade.aggressor,
                printedAt: now,
                isOnTape: isOnTape,
                isOurs: isOurs
            )
        )
        printed &+= 1
        return isOurs
    }

    /// How much of what counts as others' may be fills of ours that are still to be told: no more
    /// than printed where `leaves` may trade, and no more than these.
    mutating func doubt(_ leaves: OwnLeaves) -> Int64 {
        if leaves.lots == 0 { return 0 }
        var sum: Int64 = 0
        var back = 1
        while back <= min(printed, OwnPrints.remembered) {
            let slot = (printed &- back) & (OwnPrints.remembered &- 1)
            if prints[slot].printedAt < leaves.since { return min(sum, leaves.lots) }
            if prints[slot].isOnTape, !prints[slot].isOurs,
                prints[slot].aggressor == leaves.aggressor,
                leaves.mayTrade(prints[slot].key.price, prints[slot].printedAt)
            {
                let lots = prints[slot].key.quantity.lots
                if lots >= leaves.lots - sum { return leaves.lots }
                sum &+= lots
            }
            back &+= 1
        }
        // What lies farther back than is remembered may be ours as well.
        return printed > OwnPrints.remembered ? leaves.lots : min(sum, leaves.lots)
    }

    private mutating func learn(_ late: Nanoseconds) {
        lateness = max(late, lateness - Nanoseconds(lateness.count / 8))
    }

    private mutating func find(
        _ id: ExternalID,
        _ fingerprint: UInt64,
        _ key: Key
    ) -> Int? {
        let count = min(printed, OwnPrints.remembered)
        for i in 0..<count
        where fingerprints[i] == fingerprint && ids[i] == id && !prints[i].isOurs {
            idsAgree = true
            return i
        }
        if idsAgree { return nil }
        for i in 0..<count where prints[i].key == key && !prints[i].isOurs { return i }
        return nil
    }

    private mutating func findAwaited(
        _ id: ExternalID,
        _ fingerprint: UInt64,
        _ key: Key
    ) -> Int? {
        for i in 0..<awaitedCount
        where awaited[i].fingerprint == fingerprint && awaited[i].id == id {
            idsAgree = true
            return i
        }
        if idsAgree { return nil }
        for i in 0..<awaitedCount where awaited[i].key == key { return i }
        return nil
    }

    private mutating func count(_ key: Key) {
        quantity.lots &+= key.quantity.lots
        notional.tickLots &+= Notional(key.price, key.quantity).tickLots
    }

    private mutating func removeAwaited(at index: Int) {
        awaitedCount &-= 1
        for i in index..<awaitedCount { awaited[i] = awaited[i &+ 1] }
    }
}
