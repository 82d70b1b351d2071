import ArgumentParser
import Units

/// A duration as people write it: "30m", "90s", "1h30m", "500ms".
struct DurationArgument: ExpressibleByArgument {
    var value: Nanoseconds

    init(_ value: Nanoseconds) { self.value = value }

    var defaultValueDescription: String { "\(Int(value.inSeconds))s" }

    init?(argument: String) {
        guard let value = Nanoseconds(text: argument) else { return nil }
        self.value = value
    }
}

/// How long past its end a parent may go on: a duration of an hour at most, or none.
struct GraceArgument: ExpressibleByArgument {
    var value: Nanoseconds

    init(_ value: Nanoseconds) { self.value = value }

    var defaultValueDescription: String { "\(Int(value.inSeconds))s" }

    init?(argument: String) {
        if ["0", "0s", "0ms"].contains(argument) {
            value = .zero
            return
        }
        guard let value = Nanoseconds(text: argument), value <= .seconds(3_600) else { return nil }
        self.value = value
    }
}

/// A rate as people write it: "10%" or "0.10".
struct RateArgument: ExpressibleByArgument {
    /// In basis points.
    var bps: Int64

    var defaultValueDescription: String { "\(Double(bps) / 100)%" }

    init?(argument: String) {
        guard let bps = BasisPoints.parse(argument) else { return nil }
        self.bps = bps
    }
}

/// A positive decimal, kept as text until the instrument's step is known.
struct DecimalArgument: ExpressibleByArgument {
    var text: String

    var defaultValueDescription: String { text }

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
