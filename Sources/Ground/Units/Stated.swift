/// Values as people write them, in options and in settings: what they say, or why they say nothing.
///
/// The reason is the end of a sentence that begins with the value: "'1,5' has a comma: write 1.5".
public enum Stated {
    /// A positive decimal such as "2.5", as it was written.
    ///
    /// At most 18 digits, an exact number: an exponent is refused with the number written out.
    ///
    /// - Throws: why it is none.
    public static func decimal(_ text: String) throws(StatedError) -> String {
        try checkCharacters(text)
        if text.hasPrefix("-") { throw StatedError("is negative: it must be more than 0") }
        if text.hasPrefix("+") { throw StatedError("has a sign: leave out the +") }
        if ["nan", "inf", "infinity"].contains(text.lowercased()) {
            throw StatedError("is not a number")
        }
        if text.contains(",") {
            let point = text.split(separator: ",", omittingEmptySubsequences: false).count == 2
            let better = point ? text.replacing(",", with: ".") : ""
            throw StatedError(
                DecimalScale(step: better) != nil
                    ? "has a comma: decimals follow a point, \(better)"
                    : "has a comma: decimals follow a point, and thousands have no mark"
            )
        }
        let digits = text.prefix { $0.isNumber || $0 == "." }
        let rest = text[digits.endIndex...]
        if rest.first?.lowercased() == "e", let power = Int(rest.dropFirst()) {
            let better = writtenOut(String(digits), power)
            throw StatedError(
                "has an exponent: "
                    + (better.map { "write \($0)" } ?? "write all digits, 18 at most")
            )
        }
        guard rest.isEmpty else {
            throw StatedError(
                digits.isEmpty || digits == "."
                    ? "is not a number such as 2.5"
                    : "has \"\(rest)\" behind the number: write \(digits) alone"
            )
        }
        if digits.count(where: { $0 == "." }) > 1 { throw StatedError("has two points") }
        if digits.count(where: \.isNumber) > 18 { throw StatedError("has more than 18 digits") }
        guard DecimalScale(step: text) != nil else { throw StatedError("must be more than 0") }
        return text
    }

    /// A whole number in `range`.
    ///
    /// - Throws: why it is none.
    public static func whole(
        _ text: String,
        in range: ClosedRange<UInt64> = 0...UInt64.max
    ) throws(StatedError) -> UInt64 {
        try checkCharacters(text)
        guard text.allSatisfy(\.isNumber) else {
            let isNegative = text.hasPrefix("-") && text.dropFirst().allSatisfy(\.isNumber)
            let what = isNegative ? "is negative: it must be" : "is not"
            throw StatedError("\(what) a whole number\(bounds(range))")
        }
        guard let number = UInt64(text) else {
            throw StatedError("is more than \(range.upperBound)")
        }
        guard range.contains(number) else { throw StatedError("is not\(bounds(range))") }
        return number
    }

    private static func bounds(_ range: ClosedRange<UInt64>) -> String {
        if range.upperBound >= UInt64(Int64.max) {
            return range.lowerBound == 0 ? "" : " of at least \(range.lowerBound)"
        }
        return " from \(range.lowerBound) to \(range.upperBound)"
    }

    /// What no value has: nothing at all, spaces, and digits of other scripts.
    static func checkCharacters(_ text: String) throws(StatedError) {
        if text.isEmpty { throw StatedError("is empty") }
        if text.contains(where: \.isWhitespace) {
            let better = String(text.filter { !$0.isWhitespace })
            throw StatedError(
                better.isEmpty ? "is empty" : "has a space in it: write \(better)"
            )
        }
        if text.contains(where: { $0.isNumber && !$0.isASCII }) {
            throw StatedError("has digits other than 0 to 9")
        }
    }

    /// "1e-3" as "0.001"; nil when it would have more than 18 digits, or none.
    private static func writtenOut(_ digits: String, _ power: Int) -> String? {
        guard abs(power) <= 18, let value = DecimalScale(step: digits) else { return nil }
        let decimals = value.decimals - power
        if decimals > 18 { return nil }
        if decimals >= 0 {
            return DecimalScale(multiplier: value.multiplier, decimals: decimals).text(1)
        }
        let whole = String(value.multiplier) + String(repeating: "0", count: -decimals)
        return whole.count <= 18 ? whole : nil
    }
}

/// Why a value cannot be taken as it was written.
public struct StatedError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The end of a sentence that begins with the value.
    public let description: String

    /// An error with that reason.
    public init(_ description: String) { self.description = description }
}
