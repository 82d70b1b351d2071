import Orders
import Units
import Wire

/// The headers of a reply that speak of the request budget: a trade socket's as JSON, a REST
/// service's of HTTP.
///
/// Their names' case differs from page to page, and a value that is no number is no reason to lose
/// the reply it comes with: such a header says nothing.
struct BudgetHeaders {
    private var limit: Int64?
    private var left: Int64?
    private var resetAt: Int64?
    private var now: Int64?

    /// Nothing read so far.
    init() {}

    /// Those of a REST reply.
    init(_ headers: HTTPHeaders) {
        limit = headers["X-Bapi-Limit"].flatMap(BudgetHeaders.number)
        left = headers["X-Bapi-Limit-Status"].flatMap(BudgetHeaders.number)
        resetAt = headers["X-Bapi-Limit-Reset-Timestamp"].flatMap(BudgetHeaders.number)
        now = headers["Timenow"].flatMap(BudgetHeaders.number)
    }

    /// Reads the value of `header`.
    mutating func read(_ json: inout JSONScanner) throws(DecodeError) {
        guard try json.kind() == .object else { return try json.skipValue() }
        try json.openObject()
        while let key = try json.nextKey() {
            guard try json.kind() == .string else {
                try json.skipValue()
                continue
            }
            let value = BudgetHeaders.number(try json.string().bytes)
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

    /// When the venue wrote the reply, by its clock; nil where it does not say.
    var writtenAt: Nanoseconds? { now.flatMap { StampRefusal.time(milliseconds: $0) } }

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

    private static func number(_ text: UnsafeRawBufferPointer) -> Int64? {
        guard (1...15).contains(text.count) else { return nil }
        var value: Int64 = 0
        for byte in text {
            guard byte >= 0x30, byte <= 0x39 else { return nil }
            value = value * 10 + Int64(byte - 0x30)
        }
        return value
    }
}
