/// How many decimals of a coin people read. Documents for programs hold amounts exactly.
public enum CoinPlaces {
    private static let money: Set<String> = [
        "USDT", "USDC", "USDE", "USD", "DAI", "EUR", "GBP", "BRL", "TRY", "PLN", "FDUSD", "USD1",
    ]

    /// The usual ones of `coin`: four of one that is worth about a dollar, else eight.
    public static func usual(_ coin: String) -> Int { money.contains(coin) ? 4 : most }

    /// The most that a coin has.
    public static let most = 8

    /// What is said of an amount that those cannot tell, by its sign; nil for zero.
    public static func least(_ sign: Int64) -> String? {
        sign == 0 ? nil : sign < 0 ? ">-0.00000001" : "<0.00000001"
    }
}

extension Amount {
    /// The amount with its coin in the coin's usual decimals: see `CoinAmount`.
    public func text(
        _ coin: String,
        rounding: FloatingPointRoundingRule = .toNearestOrAwayFromZero
    ) -> String {
        CoinAmount(self).text(coin, rounding: rounding)
    }

    /// The exact amount, without zeros that say nothing.
    public var exactText: String { CoinAmount(self).exactText }
}

extension CoinAmount {
    /// The amount with its coin in the coin's usual decimals: "0.0012 BTC"; in eight, the most
    /// that a coin has, where it would be told as zero. What is less than those can tell is said
    /// to be less, never zero.
    ///
    /// - Parameter rounding: up where it is needed, down where it is had, so that less than needed
    ///   never reads as enough.
    public func text(
        _ coin: String,
        rounding: FloatingPointRoundingRule = .toNearestOrAwayFromZero
    ) -> String {
        var places = CoinPlaces.usual(coin)
        var rounded = billionths(to: places, rounding)
        while rounded == 0 && billionths != 0 && places < CoinPlaces.most {
            places += 1
            rounded = billionths(to: places, rounding)
        }
        if rounded == 0, let text = CoinPlaces.least(Int64(billionths.signum())) {
            return "\(text) \(coin)"
        }
        return "\(CoinAmount(billionths: rounded).exactText) \(coin)"
    }

    /// The exact amount, without zeros that say nothing.
    public var exactText: String {
        DecimalScale.plain(DecimalScale.text(billionths, decimals: 9))
    }

    private func billionths(to places: Int, _ rounding: FloatingPointRoundingRule) -> Int128 {
        var step: Int128 = 1
        for _ in places..<9 { step *= 10 }
        let (whole, rest) = billionths.quotientAndRemainder(dividingBy: step)
        let away: Bool =
            switch rounding {
            case .up: rest > 0
            case .down: rest < 0
            case .towardZero: false
            case .awayFromZero: rest != 0
            default: rest.magnitude * 2 >= UInt128(step)
            }
        return (whole + (away ? (billionths < 0 ? -1 : 1) : 0)) * step
    }
}

extension DecimalScale {
    /// A decimal without zeros that say nothing: "0.20" is "0.2".
    public static func plain(_ text: String) -> String {
        guard text.contains(".") else { return text }
        var text = text
        while text.last == "0" { text.removeLast() }
        if text.last == "." { text.removeLast() }
        return text
    }
}
