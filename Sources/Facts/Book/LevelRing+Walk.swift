internal import CLadder

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

/// The part of a side that lies in its window, as a walk sees it. Good until the side changes.
struct Ladder {
    let slots: UnsafeMutablePointer<Int64>
    let window: Int
    let best: Int64
    let span: Int64
    /// Key of the first level past the window, or `LevelRing.noKey`.
    let firstOverflowKey: Int64

    /// Up to this many lots, distances times lots stay within 62 bits.
    @inline(__always)
    private var safeLots: Int64 { 1 &<< Int64(62 &- window.trailingZeroBitCount) }

    /// Takes levels from the best on: at most `lots` lots and `levels` levels, none past
    /// `lastKey`.
    ///
    /// The ladder goes by blocks of eight ticks, added up as vectors (`CLadder`); a block that fits
    /// into what is left is taken whole, an empty one costs no more than any other. With `o` the
    /// distance from the best, Σ key × lots = best × Σ lots + Σ o × lots: 128 bits come in only
    /// once, at the end.
    ///
    /// - Returns: nil when only the plain walk is exact: for more lots than 62 bits of products
    ///   allow, or into the overflow.
    /// - Complexity: O(levels taken + ticks between them / 8); never allocates.
    @inline(__always)
    func walk(lots: Int64, through lastKey: Int64, levels: Int) -> LevelWalk? {
        guard lots > 0, levels > 0, span > 0, lastKey >= best else { return LevelWalk() }
        let asked = min(lots, safeLots)
        let askedLevels = Int64(truncatingIfNeeded: levels)
        var walk = sluice_walk(
            slots: UnsafePointer(slots),
            window: Int64(truncatingIfNeeded: window),
            best: best,
            reach: min(span &- 1, lastKey &- best),
            left: asked,
            levels: askedLevels,
            weighted: 0,
            worst: 0
        )
        sluice_ladder_walk(&walk)
        let taken = asked &- walk.left
        if walk.left == 0 {
            if asked < lots { return nil }
        } else if walk.levels > 0 && lastKey >= firstOverflowKey {
            return nil
        }
        return LevelWalk(
            lots: taken,
            keyLots: Int128(best) &* Int128(taken) &+ Int128(walk.weighted),
            levels: Int(truncatingIfNeeded: askedLevels &- walk.levels),
            worst: best &+ walk.worst
        )
    }
}

extension LevelRing {
    /// The window's part of this side.
    @inline(__always) var ladder: Ladder {
        Ladder(
            slots: slots,
            window: window,
            best: best,
            span: span,
            firstOverflowKey: firstOverflowKey
        )
    }

    /// `Ladder.walk` one level at a time and through the overflow, exact for any lots; their sum
    /// stops at the largest `Int64`.
    @inline(never)
    func walkPlainly(lots: Int64, through lastKey: Int64, levels: Int) -> LevelWalk {
        var walk = LevelWalk()
        var cursor = start()
        while walk.lots < lots && walk.levels < levels {
            let level = next(&cursor)
            if level.lots == 0 || level.key > lastKey { break }
            let taken = min(level.lots, lots &- walk.lots)
            walk.lots &+= taken
            walk.keyLots &+= Int128(level.key) &* Int128(taken)
            walk.levels &+= 1
            walk.worst = level.key
        }
        return walk
    }
}
