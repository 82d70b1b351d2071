internal import Orders
internal import Units

extension VenueOrders {
    /// The word for an end that is not known, or not whole.
    static let unknown = "unknown"

    /// What the venue's list of fills says of one order.
    func filled(_ child: ChildID) -> Quantity {
        (fills[child] ?? []).reduce(.zero) { $0 + $1.quantity }
    }

    /// The venue's last word on an order, asked for when no request can be on its way any more.
    ///
    /// Lists lag, each by itself. An end is known only where the list of fills has all that the
    /// venue's own count and the journal have; and what the venue has ever spoken of is not absent.
    ///
    /// - Parameters:
    ///   - record: what the journal knows of it; nil for nothing.
    ///   - wasOpen: whether it was seen on the book.
    func end(of child: ChildID, _ record: ChildOrder?, wasOpen: Bool) -> String {
        let told = filled(child)
        let update = updates[child]
        let counted = max(
            update?.filled ?? .zero,
            record?.filled ?? .zero,
            record?.reported ?? .zero
        )
        guard told >= counted else { return VenueOrders.unknown }
        if let status = update?.status {
            return status.isTerminal ? "\(status)" : VenueOrders.unknown
        }
        guard let record else { return VenueOrders.unknown }
        if told.lots > 0, told >= record.committed {
            return told >= record.quantity ? "filled" : "cancelled"
        }
        return record.mayBeAbsent && told.lots == 0 && !wasOpen ? "absent" : VenueOrders.unknown
    }
}
