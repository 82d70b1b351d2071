import Orders

extension BybitReturnCode {
    /// The table in the order of its codes, for the hot thread: a decoder keeps one, so that a look
    /// at it makes nothing, counts no references and waits for nobody.
    struct Index: Sendable {
        /// The one there is. Its memory is never given back.
        static let shared = Index(table)

        // SAFETY: nobody writes to it once it is made.
        nonisolated(unsafe) private let rows: UnsafeBufferPointer<Row>

        private init(_ table: [Row]) {
            let sorted = table.sorted { $0.code < $1.code }
            let memory = UnsafeMutableBufferPointer<Row>.allocate(capacity: sorted.count)
            _ = memory.initialize(from: sorted)
            rows = UnsafeBufferPointer(memory)
        }

        /// Whether `operation`, answered with `code`, had an effect.
        ///
        /// Only a code that leaves it open is `.unknown`: the venue is asked, and nothing is sent
        /// again. Codes that are not listed are certain only as the order service's own refusals
        /// (110000 and 170000 upwards); the gateway's may mean anything.
        func outcome(_ code: Int64, of operation: OrderOperation) -> OrderReply.Outcome {
            if code == 0 { return .accepted }
            if let row = row(code) { return row.effect.outcome(of: operation) }
            return isOrderService(code) ? .refused : .unknown
        }

        /// What `code`, the answer to `operation`, calls for.
        func remedy(_ code: Int64, of operation: OrderOperation) -> OrderRemedy {
            if code == 0 { return .none }
            guard let row = row(code) else { return isOrderService(code) ? .retry : .reconcile }
            return row.effect.outcome(of: operation) == .unknown ? .reconcile : row.remedy
        }

        /// The row of `code`, by halving; nil where it is not listed.
        func row(_ code: Int64) -> Row? {
            var low = 0
            var high = rows.count
            while low < high {
                let middle = (low &+ high) / 2
                if Int64(rows[middle].code) < code { low = middle &+ 1 } else { high = middle }
            }
            return low < rows.count && Int64(rows[low].code) == code ? rows[low] : nil
        }

        /// Whether the order service itself gave the code: then it had refused.
        private func isOrderService(_ code: Int64) -> Bool {
            (110_000...119_999).contains(code) || (170_000...179_999).contains(code)
        }
    }
}
