import Reports

extension ParentReport {
    /// What was done and what is left, for where the report itself cannot be read.
    var gist: String {
        let average = averagePrice.map { ", average price \($0)" } ?? ""
        let position = venue.position.map { "\($0)" } ?? "unknown"
        let open = venue.openOrders.map { "\($0)" } ?? "unknown"
        return "\(parent.side) \(parent.symbol) filled \(parent.filled) of \(parent.quantity)"
            + "\(average), position \(position), open orders \(open)"
    }
}
