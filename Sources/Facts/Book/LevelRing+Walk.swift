/// What a walk from the best level to worse ones gathered.
struct LevelWalk {
    /// Lots taken.
    var lots: Int64 = 0
    /// Σ key × lots of what was taken, exact.
    var keyLots: Int128 = 0
    /// Levels touched.
    var levels = 0
    /// Key of the last level touched.
    var worst: Int64 = 0
}

extension LevelRing {
    /// Takes levels from the best on: at most `lots` lots and `levels` levels, none past `lastKey`.
    ///
    /// The ladder goes by blocks of eight ticks, added up as vectors; a block that fits into what
    /// is left is taken whole, an empty one costs no more than any other. With `o` the distance
    /// from the best, Σ key × lots = best × Σ lots + Σ o × lots, and the last sum splits into one
    /// by blocks and one by lanes: no multiplication of 128 bits, nor of vectors, inside the loop.
    ///
    /// - Complexity: O(levels taken + ticks between them / 8); never allocates.
    @inline(__always)
    func walk(lots: Int64, through lastKey: Int64, levels: Int? = nil) -> LevelWalk {
        // Up to this many lots, distances times lots stay within 62 bits; beyond, and only then,
        // the plain walk is the exact one.
        let safeLots = (1 as Int64) &<< Int64(62 &- window.trailingZeroBitCount)
        let fast = walkBlocks(lots: min(lots, safeLots), through: lastKey, levels: levels)
        if fast.lots < safeLots || lots <= safeLots { return fast }
        return walkPlainly(lots: lots, through: lastKey, levels: levels ?? .max)
    }

    @inline(__always)
    private func walkBlocks(lots: Int64, through lastKey: Int64, levels: Int?) -> LevelWalk {
        var left = lots
        var levelsLeft = Int64(truncatingIfNeeded: min(levels ?? .max, inWindow))
        let best = best
        guard left > 0, levelsLeft > 0, lastKey >= best else { return LevelWalk() }
        let slots = slots
        let end = min(low &+ Int64(window) &- 1, lastKey)
        // All by distance from the best.
        let limit = end &- best
        var at: Int64 = 0
        var byBlock: Int64 = 0
        var byLane = SIMD8<Int64>.zero
        var occupied = SIMD8<UInt64>.zero
        // Levels of the vectors counted so far; the rest waits in `occupied`.
        var lastBlock: Int64 = -1
        var worst: Int64 = -1
        var counted: Int64 = 0

        walking: while at <= limit {
            let slot = slot(best &+ at)
            if at &+ 7 <= limit && slot &+ 8 <= window {
                let line = UnsafeRawPointer(slots + slot).loadUnaligned(as: SIMD8<Int64>.self)
                let sum = LevelRing.sum(line)
                // Lots are below 2⁶³: the sign of their negation tells whether there are any.
                let marks = SIMD8<UInt64>(truncatingIfNeeded: SIMD8<Int64>.zero &- line) &>> 63
                if sum <= left, levels == nil || LevelRing.sum(marks) <= levelsLeft {
                    left &-= sum
                    byBlock &+= at &* sum
                    byLane &+= line
                    if levels != nil {
                        let count = LevelRing.sum(marks)
                        counted &+= count
                        levelsLeft &-= count
                    } else {
                        occupied &+= marks
                    }
                    if sum != 0 {
                        lastBlock = at
                        if left == 0 || (levels != nil && levelsLeft == 0) { break walking }
                    } else if levels == nil, LevelRing.sum(occupied) &+ counted == levelsLeft {
                        // Only an empty block asks whether anything is left behind it.
                        break walking
                    }
                    at &+= 8
                    continue
                }
                // The walk ends inside this block: lanes without a branch between them.
                for lane in 0..<8 as Range<Int64> {
                    let held = line[Int(truncatingIfNeeded: lane)]
                    let taken = levels != nil && levelsLeft == 0 ? 0 : min(held, left)
                    let isTaken: Int64 = taken > 0 ? 1 : 0
                    left &-= taken
                    byBlock &+= (at &+ lane) &* taken
                    counted &+= isTaken
                    if levels != nil { levelsLeft &-= isTaken }
                    worst = taken > 0 ? at &+ lane : worst
                }
                break walking
            }
            // The ladder's seam, or the last ticks before the limit.
            let held = slots[slot]
            if held != 0 {
                let taken = min(held, left)
                left &-= taken
                byBlock &+= at &* taken
                counted &+= 1
                if levels != nil { levelsLeft &-= 1 }
                worst = at
                if left == 0 || (levels != nil && levelsLeft == 0) { break walking }
            }
            at &+= 1
        }

        counted &+= LevelRing.sum(occupied)
        if lastBlock > worst {
            worst = lastBlock &+ 7
            while slots[slot(best &+ worst)] == 0 { worst &-= 1 }
        }
        let taken = lots &- left
        var result = LevelWalk()
        result.lots = taken
        result.keyLots =
            Int128(best) &* Int128(taken)
            &+ Int128(byBlock &+ LevelRing.weightedSum(byLane))
        result.levels = Int(truncatingIfNeeded: counted)
        result.worst = best &+ worst
        let wantsMore = left > 0 && result.levels < (levels ?? .max)
        if wantsMore && result.levels == inWindow && overflowCount > 0 {
            walkOverflow(&result, lots: lots, through: lastKey, levels: levels ?? .max)
        }
        return result
    }

    /// Goes on with `walk` past the window.
    @inline(never)
    private func walkOverflow(
        _ walk: inout LevelWalk,
        lots: Int64,
        through lastKey: Int64,
        levels: Int
    ) {
        var cursor = startOfOverflow()
        continueWalk(&walk, &cursor, lots: lots, through: lastKey, levels: levels)
    }

    /// The walk one level at a time, exact for any lots; their sum stops at the largest `Int64`.
    @inline(never)
    private func walkPlainly(lots: Int64, through lastKey: Int64, levels: Int) -> LevelWalk {
        var walk = LevelWalk()
        var cursor = start()
        continueWalk(&walk, &cursor, lots: lots, through: lastKey, levels: levels)
        return walk
    }

    private func continueWalk(
        _ walk: inout LevelWalk,
        _ cursor: inout Cursor,
        lots: Int64,
        through lastKey: Int64,
        levels: Int
    ) {
        while walk.lots < lots && walk.levels < levels {
            let level = next(&cursor)
            if level.lots == 0 || level.key > lastKey { return }
            let taken = min(level.lots, lots &- walk.lots)
            walk.lots &+= taken
            walk.keyLots &+= Int128(level.key) &* Int128(taken)
            walk.levels &+= 1
            walk.worst = level.key
        }
    }

    @inline(__always)
    private static func sum(_ line: SIMD8<Int64>) -> Int64 {
        let four = line.lowHalf &+ line.highHalf
        let two = four.lowHalf &+ four.highHalf
        return two[0] &+ two[1]
    }

    @inline(__always)
    private static func sum(_ line: SIMD8<UInt64>) -> Int64 {
        sum(SIMD8<Int64>(truncatingIfNeeded: line))
    }

    /// Σ lane × value.
    @inline(__always)
    private static func weightedSum(_ line: SIMD8<Int64>) -> Int64 {
        var sum: Int64 = 0
        for lane in 1..<8 { sum &+= Int64(truncatingIfNeeded: lane) &* line[lane] }
        return sum
    }
}
