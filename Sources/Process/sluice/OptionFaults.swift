import ArgumentParser
import Units

/// Everything that is wrong with a command's options, told at once.
struct OptionFaults {
    /// What stands between two faults on stderr.
    static let separator = "\nError: "

    private var texts: [String] = []

    /// Begins with every value in `arguments`, and in the groups of options it holds, that cannot
    /// be read.
    init(_ arguments: some ParsableArguments) { gather(arguments) }

    /// Notes a fault unless it holds that…
    mutating func expect(_ holds: Bool, _ text: String) {
        if !holds { texts.append(text) }
    }

    /// Notes an option that has no meaning here, in place of what is wrong with its value.
    mutating func meaningless(_ option: String, if isGiven: Bool, _ why: String) {
        guard isGiven else { return }
        texts.removeAll { $0.hasPrefix("\(option) '") }
        texts.append("\(option) \(why)")
    }

    /// Notes a fault when there is one.
    mutating func note(_ fault: String?) {
        if let fault { texts.append(fault) }
    }

    /// Notes what is wrong with the value of an option that can be read.
    mutating func check<Argument: TypedArgument>(
        _ option: String,
        _ argument: Argument?,
        _ check: (Argument) throws(StatedError) -> Void
    ) {
        guard let argument, argument.fault == nil else { return }
        do throws(StatedError) {
            try check(argument)
        } catch {
            add(option, argument.text, error.description)
        }
    }

    /// Notes a duration outside `range`.
    mutating func range(
        _ option: String,
        _ argument: DurationArgument?,
        _ range: ClosedRange<Nanoseconds>
    ) {
        check(option, argument) { (argument) throws(StatedError) in
            _ = try Stated.duration(argument.text, in: range)
        }
    }

    /// Notes a whole number outside `range`.
    mutating func range(
        _ option: String,
        _ argument: WholeArgument?,
        _ range: ClosedRange<UInt64>
    ) {
        check(option, argument) { (argument) throws(StatedError) in
            _ = try Stated.whole(argument.text, in: range)
        }
    }

    /// Ends the check.
    ///
    /// - Throws: every fault, one a line.
    func finish() throws {
        if !texts.isEmpty { throw ValidationError(texts.joined(separator: OptionFaults.separator)) }
    }

    private mutating func add(_ option: String, _ text: String, _ fault: String) {
        texts.append("\(option) '\(text)' \(fault)")
    }

    private mutating func gather(_ arguments: Any) {
        for child in Mirror(reflecting: arguments).children {
            if let group = child.value as? any HoldsOptions {
                gather(group.options)
            } else if let option = child.value as? any HoldsValue,
                let argument = option.value as? any TypedArgument, let fault = argument.fault
            {
                add(OptionFaults.name(child.label ?? ""), argument.text, fault)
            }
        }
    }

    /// "_maxChild" is "--max-child": options are named after their properties.
    private static func name(_ label: String) -> String {
        "--"
            + label.drop { $0 == "_" }.flatMap {
                $0.isUppercase ? "-\($0.lowercased())" : String($0)
            }
    }
}

private protocol HoldsOptions {
    var options: Any { get }
}

private protocol HoldsValue {
    var value: Any { get }
}

extension OptionGroup: HoldsOptions {
    fileprivate var options: Any { wrappedValue }
}

extension Option: HoldsValue {
    fileprivate var value: Any { wrappedValue }
}
