public import Algos
internal import Journal
internal import Units

extension ExecutionPlan {
    /// The plan as a journal keeps it: a version and a schedule number u32 each, six rules i64,
    /// then POV's rate i64, or VWAP's knots: a count u32, and of each its time and share i64.
    public var journalBytes: [UInt8] {
        var list = ByteList()
        list.append(UInt32(1))
        list.append(
            {
                switch schedule {
                case .twap: UInt32(1)
                case .vwap: UInt32(2)
                case .pov: UInt32(3)
                }
            }()
        )
        let values: [Int64] = [
            rules.displayedShareBps, rules.depthRangeBps, rules.bandBps,
            rules.participationLag.count, rules.maxChild.lots, rules.grace.count,
        ]
        for value in values { list.append(value) }
        switch schedule {
        case .twap: break
        case .pov(let rateBps): list.append(rateBps)
        case .vwap(let profile):
            list.append(UInt32(clamping: profile.count))
            for i in 0..<profile.count {
                list.append(profile[i].time.count)
                list.append(profile[i].shareE9)
            }
        }
        return list.bytes
    }

    /// Reads what a journal keeps; nil when it is no plan. A VWAP's profile is the caller's to
    /// free.
    public init?(journalBytes bytes: UnsafeRawBufferPointer) {
        var cursor = ByteCursor(bytes)
        guard cursor.integer() == UInt32(1), let kind: UInt32 = cursor.integer() else { return nil }
        var v: [Int64] = []
        for _ in 0..<6 {
            guard let value: Int64 = cursor.integer() else { return nil }
            guard (0...(1 << 60)).contains(value) || value == .max else { return nil }
            v.append(value)
        }
        // Times are added to the engine's `now`.
        guard v[3] < .max, v[5] < .max else { return nil }
        let rules = SlicingRules(
            displayedShareBps: v[0],
            depthRangeBps: v[1],
            bandBps: v[2],
            participationLag: Nanoseconds(v[3]),
            maxChild: Quantity(lots: v[4]),
            grace: Nanoseconds(v[5])
        )
        switch kind {
        case 1:
            self.init(schedule: .twap, rules: rules)
        case 2:
            guard let profile = cursor.profile() else { return nil }
            self.init(schedule: .vwap(profile), rules: rules)
        case 3:
            guard let rateBps: Int64 = cursor.integer() else { return nil }
            self.init(schedule: .pov(rateBps: rateBps), rules: rules)
        default:
            return nil
        }
    }
}

extension ByteCursor {
    fileprivate mutating func profile() -> VolumeProfile? {
        guard let count: UInt32 = integer(), count >= 2, count <= 65_535 else { return nil }
        var knots: [VolumeProfile.Knot] = []
        for _ in 0..<count {
            guard let time: Int64 = integer(), let share: Int64 = integer() else { return nil }
            if let last = knots.last, time <= last.time.count || share < last.shareE9 {
                return nil
            }
            knots.append(VolumeProfile.Knot(time: Nanoseconds(time), shareE9: share))
        }
        guard knots.first?.shareE9 == 0, knots.last?.shareE9 == 1_000_000_000 else { return nil }
        return VolumeProfile(knots)
    }
}
