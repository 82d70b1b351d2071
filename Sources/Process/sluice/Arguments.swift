import ArgumentParser
import Units

/// An option's value as it was typed. One that cannot be read is kept with the reason, so that
/// `OptionFaults` tells all of them at once.
protocol TypedArgument: ExpressibleByArgument {
    /// What was typed.
    var text: String { get }
    /// Why it says nothing, as the end of a sentence that begins with it; nil when it can be read.
    var fault: String? { get }
}

/// A duration as people write it: "30m", "90s", "1h30m", "500ms".
struct DurationArgument: TypedArgument {
    let text: String
    let fault: String?
    private let read: Nanoseconds?

    /// - Precondition: it could be read.
    var value: Nanoseconds { DurationArgument.readable(read) }

    init(_ value: Nanoseconds) {
        text = Stated.text(value)
        fault = nil
        read = value
    }

    init?(argument: String) {
        text = argument
        (read, fault) = Self.reading { () throws(StatedError) in try Stated.duration(argument) }
    }

    var defaultValueDescription: String { text }
}

/// How long past its end a parent may go on: a duration of an hour at most, or "0s" for none.
struct GraceArgument: TypedArgument {
    let text: String
    let fault: String?
    private let read: Nanoseconds?

    /// - Precondition: it could be read.
    var value: Nanoseconds { GraceArgument.readable(read) }

    init(_ value: Nanoseconds) {
        text = Stated.text(value)
        fault = nil
        read = value
    }

    init?(argument: String) {
        text = argument
        if ["0", "0s", "0ms"].contains(argument) {
            (read, fault) = (.zero, nil)
        } else {
            (read, fault) = Self.reading { () throws(StatedError) in
                try Stated.duration(argument, in: .milliseconds(1)...(.seconds(3_600)))
            }
        }
    }

    var defaultValueDescription: String { text }
}

/// A rate as people write it: "10%" or "0.10".
struct RateArgument: TypedArgument {
    let text: String
    let fault: String?
    private let read: Int64?

    /// In basis points.
    ///
    /// - Precondition: it could be read.
    var bps: Int64 { RateArgument.readable(read) }

    init?(argument: String) {
        text = argument
        (read, fault) = Self.reading { () throws(StatedError) in try Stated.share(argument) }
    }

    var defaultValueDescription: String { text }
}

/// A positive decimal, kept as text until the instrument's step is known.
struct DecimalArgument: TypedArgument {
    let text: String
    let fault: String?

    /// The value as a step of an instrument.
    ///
    /// - Precondition: it could be read.
    var scale: DecimalScale { DecimalArgument.readable(DecimalScale(step: text)) }

    init?(argument: String) {
        text = argument
        (_, fault) = Self.reading { () throws(StatedError) in try Stated.decimal(argument) }
    }

    var defaultValueDescription: String { text }
}

/// A whole number.
struct WholeArgument: TypedArgument {
    let text: String
    let fault: String?
    private let read: UInt64?

    /// - Precondition: it could be read.
    var value: UInt64 { WholeArgument.readable(read) }

    /// The same where it is known to be small.
    var int: Int { Int(clamping: value) }

    init(_ value: UInt64) {
        text = String(value)
        fault = nil
        read = value
    }

    init?(argument: String) {
        text = argument
        (read, fault) = Self.reading { () throws(StatedError) in try Stated.whole(argument) }
    }

    var defaultValueDescription: String { text }
}

extension TypedArgument {
    fileprivate static func reading<Value>(
        _ read: () throws(StatedError) -> Value
    ) -> (Value?, String?) {
        do throws(StatedError) {
            return (try read(), nil)
        } catch {
            return (nil, error.description)
        }
    }

    fileprivate static func readable<Value>(_ value: Value?) -> Value {
        guard let value else { preconditionFailure("\(Self.self): `validate` refuses its faults") }
        return value
    }
}

/// Which way a parent goes.
enum SideArgument: String, ExpressibleByArgument, CaseIterable {
    case buy
    case sell

    var side: Side { self == .buy ? .buy : .sell }
}

/// A product class as the venue names it.
enum CategoryArgument: String, ExpressibleByArgument, CaseIterable {
    case linear
    case spot

    var category: ProductCategory { self == .linear ? .linear : .spot }
}
