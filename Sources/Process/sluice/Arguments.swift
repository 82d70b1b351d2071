import ArgumentParser
import Units

/// A duration as people write it: "30m", "90s", "1h30m", "500ms".
struct DurationArgument: ExpressibleByArgument {
    var value: Nanoseconds

    init?(argument: String) {
        var total: Int64 = 0
        var number: Int64?
        var rest = Substring(argument)
        while let first = rest.first {
            if let digit = first.wholeNumberValue, first.isASCII {
                let (product, over) = (number ?? 0).multipliedReportingOverflow(by: 10)
                if over || product > 1_000_000_000 { return nil }
                number = product + Int64(digit)
                rest = rest.dropFirst()
                continue
            }
            guard let count = number else { return nil }
            let units: [(String, Int64)] = [
                ("ms", 1_000_000), ("s", 1_000_000_000), ("m", 60_000_000_000),
                ("h", 3_600_000_000_000),
            ]
            guard let unit = units.first(where: { rest.hasPrefix($0.0) }) else { return nil }
            let (part, over) = count.multipliedReportingOverflow(by: unit.1)
            let (sum, overSum) = total.addingReportingOverflow(part)
            if over || overSum { return nil }
            total = sum
            number = nil
            rest = rest.dropFirst(unit.0.count)
        }
        guard number == nil, total > 0, total <= 7 * 86_400_000_000_000 else { return nil }
        value = Nanoseconds(total)
    }
}

/// A rate as people write it: "10%" or "0.10".
struct RateArgument: ExpressibleByArgument {
    /// In basis points.
    var bps: Int64

    init?(argument: String) {
        let isPercent = argument.hasSuffix("%")
        guard let number = Double(isPercent ? String(argument.dropLast()) : argument) else {
            return nil
        }
        let scaled = (isPercent ? number * 100 : number * 10_000).rounded()
        guard scaled >= 1, scaled <= 10_000 else { return nil }
        bps = Int64(scaled)
    }
}

/// A positive decimal, kept as text until the instrument's step is known.
struct DecimalArgument: ExpressibleByArgument {
    var text: String

    init?(argument: String) {
        guard DecimalScale(step: argument) != nil else { return nil }
        text = argument
    }
}

/// Which way a parent goes.
enum SideArgument: String, ExpressibleByArgument, CaseIterable {
    case buy
    case sell

    var side: Side { self == .buy ? .buy : .sell }
}
