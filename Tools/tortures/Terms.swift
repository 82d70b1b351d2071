import Orders
import Units
import Venues

/// What a parent was asked to do, in the venue's own steps.
struct Terms {
    let session: SessionPrefix
    let side: Side
    let lots: Int64
    let limitTicks: Int64?
    /// Whether it may only bring the position nearer to flat.
    let reduceOnly: Bool
    /// What the account held before.
    let opening: VenuePosition

    /// Draws what the account holds: up to twice what a parent of `lots` reduces it by, or nothing.
    static func position(
        _ dice: inout Dice,
        isHedged: Bool,
        _ side: Side,
        reduceOnly: Bool,
        of lots: Int64
    ) -> VenuePosition {
        let most = Int(2 * lots)
        if isHedged {
            return .hedged(
                long: Quantity(lots: Int64(dice.number(0...most))),
                short: Quantity(lots: -Int64(dice.number(0...most)))
            )
        }
        if reduceOnly { return .oneWay(Quantity(lots: -side.sign * Int64(dice.number(0...most)))) }
        guard dice.chance(30) else { return .flat(isHedged: false) }
        return .oneWay(Quantity(lots: Int64(dice.number(-most...most))))
    }

    /// The index of the position that its orders are for.
    var positionIndex: UInt8 {
        guard opening.isHedged else { return 0 }
        return (side == .buy) != reduceOnly ? 1 : 2
    }

    /// What kind of account and parent it is, and how its orders go.
    func kind(_ category: ProductCategory?, byREST: Bool) -> String {
        let account = category == .spot ? "spot" : opening.isHedged ? "hedged" : "one-way"
        return account + (reduceOnly ? ", reducing" : "") + (byREST ? ", by REST" : "")
    }
}
