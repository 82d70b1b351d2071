extension Nanoseconds {
    /// The longest duration a person can state: a week.
    public static let longestStated = Nanoseconds.seconds(7 * 86_400)

    /// Reads a duration as people write it: "30m", "90s", "1h30m", "500ms"; nil when it is
    /// anything else, zero, or longer than a week.
    public init?(text: String) {
        let units: [(name: String, count: Int64)] = [
            ("ms", 1_000_000), ("s", 1_000_000_000), ("m", 60_000_000_000),
            ("h", 3_600_000_000_000),
        ]
        var total: Int64 = 0
        var number: Int64?
        var rest = Substring(text)
        while let first = rest.first {
            if first.isASCII, let digit = first.wholeNumberValue {
                let next = (number ?? 0) * 10 + Int64(digit)
                if next > 1_000_000_000 { return nil }
                number = next
                rest = rest.dropFirst()
                continue
            }
            guard let count = number, let unit = units.first(where: { rest.hasPrefix($0.name) })
            else { return nil }
            let (part, overflows) = count.multipliedReportingOverflow(by: unit.count)
            if overflows || part > Nanoseconds.longestStated.count { return nil }
            total += part
            if total > Nanoseconds.longestStated.count { return nil }
            number = nil
            rest = rest.dropFirst(unit.name.count)
        }
        if number != nil || total == 0 { return nil }
        self.init(total)
    }
}
