public import Orders
public import Units

extension Schedule {
    /// The earliest time after `now` at which ``due(_:now:othersLots:)`` may be another than `due`,
    /// which it is at `now`; the distant future when it stays. Nil when it does not go by the
    /// clock.
    ///
    /// - Complexity: O(1), one division; O(log knots) and two for VWAP.
    public func changeOfDue(
        _ parent: ParentOrder,
        now: Nanoseconds,
        due: Quantity
    ) -> Nanoseconds? {
        if case .pov = self { return nil }
        let total = parent.quantity.lots
        if due.lots >= total { return .distantFuture }
        switch self {
        case .twap:
            let span = parent.endsAt.count - parent.startsAt.count
            let elapsed = Schedule.part(of: total, span, reaching: due.lots + 1)
            return parent.startsAt + Nanoseconds(elapsed)
        case .vwap(let profile):
            let share = Schedule.part(of: total, 1_000_000_000, reaching: due.lots + 1)
            // At the parent's end all is due, whatever the profile says.
            return min(profile.time(ofShareE9: share, after: now), parent.endsAt)
        case .pov:
            return nil
        }
    }

    /// The least part for which `proportion(total, part, whole)` is `lots`: its inverse.
    ///
    /// - Precondition: `lots` in 1...total.
    static func part(of total: Int64, _ whole: Int64, reaching lots: Int64) -> Int64 {
        // total × part + whole / 2 ≥ lots × whole, rounded up.
        let (high, low) = UInt64(lots).multipliedFullWidth(by: UInt64(whole))
        let less = UInt64(whole) / 2
        let (rest, borrow) = low.subtractingReportingOverflow(less)
        let (quotient, remainder) = UInt64(total).dividingFullWidth(
            (high &- (borrow ? 1 : 0), rest)
        )
        return Int64(quotient) + (remainder > 0 ? 1 : 0)
    }
}
