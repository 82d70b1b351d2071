/// The levels of one side that lie too far from the touch for its ladder, sorted by key.
///
/// Few and rarely touched: a sorted array with a binary search is the simplest thing that loses
/// nothing. When it is full it refuses, and the book says so.
///
/// - Invariant: keys ascend strictly; lots are positive; `count <= capacity`.
/// - Complexity: O(log n) to find, O(n) to insert or delete, n at most `capacity`.
struct LevelOverflow: ~Copyable {
    let capacity: Int
    private(set) var count = 0
    private let keys: UnsafeMutablePointer<Int64>
    private let lots: UnsafeMutablePointer<Int64>

    init(capacity: Int) {
        precondition(capacity > 0)
        self.capacity = capacity
        keys = .allocate(capacity: capacity)
        lots = .allocate(capacity: capacity)
    }

    deinit {
        keys.deallocate()
        lots.deallocate()
    }

    /// Bytes of an overflow for `capacity` levels.
    static func byteCount(capacity: Int) -> Int { capacity * 2 * MemoryLayout<Int64>.stride }

    @inline(__always) func key(at index: Int) -> Int64 {
        assert(index >= 0 && index < count)
        return keys[index]
    }

    @inline(__always) func lots(at index: Int) -> Int64 {
        assert(index >= 0 && index < count)
        return lots[index]
    }

    mutating func removeAll() { count = 0 }

    /// Index of the first key not below `key`.
    private func lowerBound(_ key: Int64) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low &+ high) >> 1
            if keys[middle] < key { low = middle &+ 1 } else { high = middle }
        }
        return low
    }

    /// The lots at `key`; zero when there are none.
    func lots(of key: Int64) -> Int64 {
        let index = lowerBound(key)
        return index < count && keys[index] == key ? lots[index] : 0
    }

    /// Sets the lots at `key`; false when that needs room that is not there.
    mutating func set(_ key: Int64, _ newLots: Int64) -> Bool {
        let index = lowerBound(key)
        if index < count && keys[index] == key {
            lots[index] = newLots
            return true
        }
        guard count < capacity else { return false }
        shift(from: index, by: 1)
        keys[index] = key
        lots[index] = newLots
        return true
    }

    /// Deletes the level at `key`; false when there is none.
    mutating func remove(_ key: Int64) -> Bool {
        let index = lowerBound(key)
        guard index < count && keys[index] == key else { return false }
        shift(from: index &+ 1, by: -1)
        return true
    }

    /// Opens `n` places at the front, to be filled with `fill`; false when they do not fit.
    mutating func openFront(_ n: Int) -> Bool {
        guard n <= capacity &- count else { return false }
        shift(from: 0, by: n)
        return true
    }

    /// Fills one of the places `openFront` opened.
    mutating func fill(_ index: Int, _ key: Int64, _ newLots: Int64) {
        precondition(index >= 0 && index < count)
        keys[index] = key
        lots[index] = newLots
    }

    /// Drops the first `n` levels.
    mutating func removeFront(_ n: Int) {
        precondition(n <= count)
        if n > 0 { shift(from: n, by: -n) }
    }

    private mutating func shift(from index: Int, by distance: Int) {
        let moved = count &- index
        (keys + (index &+ distance)).update(from: keys + index, count: moved)
        (lots + (index &+ distance)).update(from: lots + index, count: moved)
        count &+= distance
    }

    /// Whether the invariants hold.
    func checkInvariants() {
        precondition(count >= 0 && count <= capacity, "LevelOverflow: count within capacity")
        for i in 0..<count {
            precondition(lots[i] > 0, "LevelOverflow: lots are positive")
            precondition(i == 0 || keys[i - 1] < keys[i], "LevelOverflow: keys ascend")
        }
    }
}
