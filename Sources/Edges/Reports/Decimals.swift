internal import Foundation
internal import Units

/// `steps` of `scale` as an exact decimal number.
func exact(_ steps: Int64, _ scale: DecimalScale) -> Decimal {
    Decimal(string: scale.text(steps)) ?? 0
}

/// An amount as an exact decimal number of coins.
func coins(_ amount: Amount) -> Decimal {
    exact(amount.billionths, DecimalScale(multiplier: 1, decimals: 9))
}

extension Decimal {
    /// The number with exactly `decimals` decimals, the last one rounded half away from zero.
    func text(_ decimals: Int) -> String {
        var (value, rounded) = (self, Decimal())
        NSDecimalRound(&rounded, &value, decimals, .plain)
        var text = rounded.description
        guard decimals > 0 else { return text }
        if !text.contains(".") { text += "." }
        let missing = decimals - text.drop { $0 != "." }.dropFirst().count
        return text + String(repeating: "0", count: max(0, missing))
    }

    /// The same with its sign.
    func signedText(_ decimals: Int) -> String {
        let text = text(decimals)
        return text.hasPrefix("-") ? text : "+" + text
    }
}
