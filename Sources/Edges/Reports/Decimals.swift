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

/// The same of an amount of any coin.
func coins(_ amount: CoinAmount) -> Decimal { Decimal(string: amount.exactText) ?? 0 }

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

    /// The number in the usual decimals of `coin`, without zeros that say nothing; in eight, the
    /// most that a coin has, where it would be told as zero. What is less than those can tell is
    /// said to be less, never zero.
    func words(of coin: String) -> String {
        let places = places(from: CoinPlaces.usual(coin))
        if places > CoinPlaces.most, let text = CoinPlaces.least(self < 0 ? -1 : 1) { return text }
        return DecimalScale.plain(text(places))
    }

    /// The fewest decimals, from `least` on, in which the number is not told as zero.
    func places(from least: Int) -> Int {
        var places = least
        while self != 0 && places < 38 {
            var (value, rounded) = (self, Decimal())
            NSDecimalRound(&rounded, &value, places, .plain)
            if rounded != 0 { break }
            places += 1
        }
        return places
    }

    /// `text` with its sign.
    func signedText(_ decimals: Int) -> String {
        let text = text(decimals)
        return text.hasPrefix("-") ? text : "+" + text
    }
}
