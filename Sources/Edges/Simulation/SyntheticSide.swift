internal import Book
internal import Units

/// One side of a synthetic book: levels best first, as ticks and lots.
struct SyntheticSide: Sendable {
    let side: Side
    private(set) var levels: [LevelChange] = []

    init(_ side: Side) { self.side = side }

    var best: Int64? { levels.first?.ticks }
    var all: [LevelChange] { levels }

    /// Sets the quantity at a price, in its place.
    mutating func set(_ ticks: Int64, _ lots: Int64) {
        let index = levels.firstIndex { !isBetter($0.ticks, than: ticks) } ?? levels.count
        if index < levels.count && levels[index].ticks == ticks {
            levels[index].lots = lots
        } else {
            levels.insert(LevelChange(ticks: ticks, lots: lots), at: index)
        }
    }

    mutating func setLots(_ lots: Int64, at index: Int) { levels[index].lots = lots }
    mutating func remove(at index: Int) { levels.remove(at: index) }
    mutating func truncate(to count: Int) { levels = Array(levels.prefix(count)) }

    /// Adds a level `gap` ticks beyond the one at `index`; the caller knows that it is free.
    mutating func insert(after index: Int, gap: Int64, lots: Int64) {
        let level = LevelChange(ticks: levels[index].ticks - side.sign * gap, lots: lots)
        levels.insert(level, at: index + 1)
    }

    /// Ticks from the level at `index` to the next worse one.
    func hole(after index: Int) -> Int64 {
        (levels[index].ticks - levels[index + 1].ticks) * side.sign
    }

    /// Takes up to `lots` from the best level, unless only `keeping` levels are left.
    mutating func take(_ lots: Int64, keeping: Int) -> LevelChange? {
        guard levels.count > keeping else { return nil }
        let taken = min(lots, levels[0].lots)
        let result = LevelChange(ticks: levels[0].ticks, lots: taken)
        levels[0].lots -= taken
        if levels[0].lots == 0 { levels.removeFirst() }
        return result
    }

    mutating func removeAll(betterThan ticks: Int64) {
        let side = side
        levels.removeAll { side.isBetter(Price(ticks: $0.ticks), than: Price(ticks: ticks)) }
        if levels.isEmpty { levels.append(LevelChange(ticks: ticks, lots: 1)) }
    }

    /// What turns `old` into the levels of now: new totals, zero for what is gone.
    func changes(since old: [LevelChange]) -> [LevelChange] {
        var before: [Int64: Int64] = [:]
        for level in old { before[level.ticks] = level.lots }
        var result = levels.filter { before.removeValue(forKey: $0.ticks) != $0.lots }
        result += before.keys.map { LevelChange(ticks: $0, lots: 0) }
        return result.sorted { isBetter($0.ticks, than: $1.ticks) }
    }

    private func isBetter(_ a: Int64, than b: Int64) -> Bool {
        side.isBetter(Price(ticks: a), than: Price(ticks: b))
    }
}
