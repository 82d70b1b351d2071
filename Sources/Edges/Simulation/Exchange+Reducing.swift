internal import Orders
internal import Units

/// Orders that may only bring a position nearer to flat: by their own terms, or because in hedge
/// mode their side closes the position they are for.
///
/// Those that rest never ask together for more than is held: whenever a position has changed, what
/// is beyond it comes off. Of several the oldest keep what they have, and the youngest are cut
/// first. One that is cut keeps its place in the queue and is told with its smaller quantity; one
/// that is left with nothing ends, cancelled. A reduce-only order that arrives is cut to what those
/// leave; a plain one that closes in hedge mode to all that is held, so that it may take at once.
///
/// Bybit's reference names the end (`Cancelled`, `CancelByReduceOnly`) and the refusal of one that
/// finds nothing it could close (110017, "orderQty will be truncated to zero"). Assumed, for it
/// does not say: that the sum counts, in which order they are cut, and that one which is left with
/// a part of its quantity stays.
extension Exchange {
    /// Whether `order` may only bring its position nearer to flat.
    func reduces(_ order: ExchangeOrder) -> Bool {
        order.reduceOnly || Exchange.closes(order.side, order.positionIndex)
    }

    /// Whether orders of `side` close the position: the long one only ever shrinks by a sale, the
    /// short one by a purchase.
    static func closes(_ side: Side, _ positionIndex: UInt8) -> Bool {
        positionIndex == (side == .buy ? 2 : 1)
    }

    /// What is held of a position that an order of `side` could close.
    func closable(_ side: Side, _ positionIndex: UInt8) -> Quantity {
        Quantity(lots: max(0, -side.sign * legs[Int(positionIndex)]))
    }

    /// What is left of that when the resting orders that reduce it have filled, but for `number`.
    func reducible(_ side: Side, _ positionIndex: UInt8, without number: Int64? = nil) -> Quantity {
        var left = closable(side, positionIndex)
        for other in resting
        where other.side == side && other.positionIndex == positionIndex
            && other.number != number && reduces(other)
        {
            left -= other.leaves
        }
        return max(left, .zero)
    }

    /// What may fill of an order at this moment.
    func fillable(_ order: ExchangeOrder) -> Quantity {
        reduces(order)
            ? min(order.leaves, closable(order.side, order.positionIndex)) : order.leaves
    }

    /// Takes off what rests beyond the positions.
    mutating func trimReducing(_ now: Nanoseconds) {
        var index = 0
        while index < resting.count {
            var order = resting[index]
            guard reduces(order) else {
                index += 1
                continue
            }
            var room = closable(order.side, order.positionIndex)
            for older in resting[..<index]
            where older.side == order.side && older.positionIndex == order.positionIndex
                && reduces(older)
            {
                room -= older.leaves
            }
            if order.leaves <= room {
                index += 1
                continue
            }
            touch(order.side, order.price)
            if room <= .zero {
                resting.remove(at: index)
                order.lostPosition = true
                end(&order, .cancelled, .other, now)
            } else {
                order.quantity = order.filled + room
                order.updatedAt = now
                resting[index] = order
                events.append(.order(order))
                index += 1
            }
        }
    }
}
