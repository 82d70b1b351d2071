import ArgumentParser
import Runtime
import Settings
import Units

/// What an option's value may say.
protocol ArgumentForm {
    associatedtype Value: Sendable
    static func read(_ text: String) throws(StatedError) -> Value
}

/// An option's value, whatever its form.
protocol TypedArgument: ExpressibleByArgument {
    /// What was typed.
    var text: String { get }
    /// Why it says nothing, as the end of a sentence that begins with it; nil when it can be read.
    var fault: String? { get }
}

/// An option's value as it was typed. One that cannot be read is kept with the reason, so that
/// `OptionFaults` tells all of them at once.
struct StatedArgument<Form: ArgumentForm>: TypedArgument {
    let text: String
    let fault: String?
    private let read: Form.Value?

    /// - Precondition: it could be read.
    var value: Form.Value {
        guard let read else { preconditionFailure("\(Form.self): `validate` refuses its faults") }
        return read
    }

    init(argument: String) {
        text = argument
        do throws(StatedError) {
            (read, fault) = (try Form.read(argument), nil)
        } catch {
            (read, fault) = (nil, error.description)
        }
    }

    var defaultValueDescription: String { text }
}

/// A duration as people write it: "30m", "90s", "1h30m", "500ms".
typealias DurationArgument = StatedArgument<DurationForm>
enum DurationForm: ArgumentForm {
    static func read(_ text: String) throws(StatedError) -> Nanoseconds {
        try Stated.duration(text)
    }
}

/// How long past its end a parent may go on: a duration of an hour at most, or "0s" for none.
typealias GraceArgument = StatedArgument<GraceForm>
enum GraceForm: ArgumentForm {
    static func read(_ text: String) throws(StatedError) -> Nanoseconds {
        if ["0", "0s", "0ms"].contains(text) { return .zero }
        return try Stated.duration(text, in: .milliseconds(1)...(.seconds(3_600)))
    }
}

extension StatedArgument where Form.Value == Nanoseconds {
    init(_ value: Nanoseconds) { self.init(argument: Stated.text(value)) }
}

/// A rate as people write it: "10%" or "0.10".
typealias RateArgument = StatedArgument<RateForm>
enum RateForm: ArgumentForm {
    static func read(_ text: String) throws(StatedError) -> Int64 { try Stated.share(text) }
}

extension RateArgument {
    /// In basis points.
    ///
    /// - Precondition: it could be read.
    var bps: Int64 { value }
}

/// A positive decimal, whose text is kept until the instrument's step is known.
typealias DecimalArgument = StatedArgument<DecimalForm>
enum DecimalForm: ArgumentForm {
    /// As a step of an instrument.
    static func read(_ text: String) throws(StatedError) -> DecimalScale {
        guard let scale = DecimalScale(step: try Stated.decimal(text)) else {
            preconditionFailure("DecimalForm: a stated decimal is a step")
        }
        return scale
    }
}

/// A whole number.
typealias WholeArgument = StatedArgument<WholeForm>
enum WholeForm: ArgumentForm {
    static func read(_ text: String) throws(StatedError) -> UInt64 { try Stated.whole(text) }
}

extension WholeArgument {
    init(_ value: UInt64) { self.init(argument: String(value)) }

    /// The same where it is known to be small.
    ///
    /// - Precondition: it could be read.
    var int: Int { Int(clamping: value) }
}

/// A core of this host that the process may use.
typealias CoreArgument = StatedArgument<CoreForm>
enum CoreForm: ArgumentForm {
    static func read(_ text: String) throws(StatedError) -> Int {
        let core = try? Int(clamping: Stated.whole(text))
        // Of what is no number, every core is another.
        if let fault = HostCore.fault(core ?? .max) {
            throw StatedError((core == nil ? "is no core: " : "cannot be had: ") + fault)
        }
        return core ?? 0
    }
}

/// The word that this run trades real money: there is no other.
typealias LiveMoneyArgument = StatedArgument<LiveMoneyForm>
enum LiveMoneyForm: ArgumentForm {
    static func read(_ text: String) throws(StatedError) -> String {
        if text == LaunchTerms.confirmation { return text }
        throw StatedError(
            "is not taken: it is \(LaunchTerms.confirmation), or the option is left out and no "
                + "order with real money is placed"
        )
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
