import Orders
import Units
import Wire

/// The headers of a trade socket's reply that speak of the request budget.
///
/// Their names' case differs from page to page, and a value that is no number is no reason to lose
/// the reply it comes with: such a header says nothing.
struct BudgetHeaders {
    private var limit: Int64?
    private var left: Int64?
    private var resetAt: Int64?
    private var now: Int64?

    /// Reads the value of `header`.
    mutating func read(_ json: inout JSONScanner) throws(DecodeError) {
        guard try json.kind() == .object else { return try json.skipValue() }
        try json.openObject()
        while let key = try json.nextKey() {
            guard try json.kind() == .string else {
                try json.skipValue()
                continue
            }
            let value = BudgetHeaders.number(try json.string())
            if BudgetHeaders.isSame(key, "x-bapi-limit") {
                limit = value
            } else if BudgetHeaders.isSame(key, "x-bapi-limit-status") {
                left = value
            } else if BudgetHeaders.isSame(key, "x-bapi-limit-reset-timestamp") {
                resetAt = value
            } else if BudgetHeaders.isSame(key, "timenow") {
                now = value
            }
        }
    }

    /// What they say. The time until the budget comes back is told by the venue's clock alone, and
    /// only where the budget is spent: otherwise the header is the time of the reply.
    func reading(isBatch: Bool) -> BudgetReading {
        var reading = BudgetReading(isBatch: isBatch)
        guard let limit, let left, limit > 0, left >= 0 else { return reading }
        reading.limit = Int32(clamping: limit)
        reading.left = Int32(clamping: left)
        if let resetAt, let now {
            // Both have 15 digits at most.
            reading.resetsIn = .milliseconds(min(max(0, resetAt - now), 600_000))
        }
        return reading
    }

    /// Whether a key is that name, given in lower case.
    private static func isSame(_ key: JSONText, _ name: StaticString) -> Bool {
        guard key.count == name.utf8CodeUnitCount else { return false }
        for i in 0..<key.count where key.start[i] | 0x20 != name.utf8Start[i] | 0x20 {
            return false
        }
        return true
    }

    private static func number(_ text: JSONText) -> Int64? {
        guard (1...15).contains(text.count) else { return nil }
        var value: Int64 = 0
        for byte in text.bytes {
            guard byte >= 0x30, byte <= 0x39 else { return nil }
            value = value * 10 + Int64(byte - 0x30)
        }
        return value
    }
}
