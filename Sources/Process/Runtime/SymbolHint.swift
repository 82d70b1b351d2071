public import Units

/// What a symbol that cannot be traded may have been meant for.
public enum SymbolHint {
    /// Why no venue trades `symbol`, as the end of a sentence; nil when one may.
    public static func objection(_ symbol: String) -> String? {
        if symbol.isEmpty { return "is empty: a symbol such as BTCUSDT" }
        let upper = symbol.uppercased()
        let letters = upper.filter { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
        if letters != symbol {
            return letters.isEmpty
                ? "is no symbol such as BTCUSDT"
                : "is not written like a symbol: did you mean \(letters)?"
        }
        if symbol.hasSuffix("PERP"), symbol.count > 4 {
            let base = symbol.dropLast(4)
            return "is settled in USDC, which is not supported: did you mean \(base)USDT?"
        }
        return nil
    }

    /// What is said of `symbol`, which the venue does not trade in `category`.
    ///
    /// - Parameter listed: what it does trade.
    public static func text(
        _ symbol: String,
        _ category: ProductCategory?,
        listed: [String]
    ) -> String {
        var text = "the venue does not trade \(symbol)"
        if let category { text += " in category \(category.name)" }
        if symbol.hasSuffix("USD") {
            text += "; inverse contracts are not supported, only linear and spot"
            if listed.contains(symbol + "T") { return text + ": did you mean \(symbol)T?" }
        }
        if let near = NearName.find(symbol, among: listed) {
            return text + ": did you mean \(near)?"
        }
        if listed.isEmpty || listed.count > 5 { return text }
        return text + ": it has \(listed.joined(separator: ", "))"
    }
}
