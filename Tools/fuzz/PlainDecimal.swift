/// Decimals digit by digit in 128 bits: the reference for every faster reader.
enum PlainDecimal {
    /// `text` in steps of `multiplier` × 10^−`decimals`; nil when it is no decimal, no multiple or
    /// does not fit.
    static func steps(_ text: [UInt8], _ multiplier: Int64, decimals: Int) -> Int64? {
        var digits = text[...]
        let isNegative = digits.first == UInt8(ascii: "-")
        if isNegative { digits = digits.dropFirst() }
        let parts = digits.split(
            separator: UInt8(ascii: "."),
            maxSplits: 1,
            omittingEmptySubsequences: false
        )
        guard let whole = parts.first, !whole.isEmpty else { return nil }
        if parts.count == 2 && parts[1].isEmpty { return nil }
        var fraction = parts.count == 2 ? Array(parts[1]) : []
        for byte in Array(whole) + fraction where byte < 0x30 || byte > 0x39 { return nil }
        while fraction.count > decimals, fraction.last == 0x30 { fraction.removeLast() }
        guard fraction.count <= decimals else { return nil }
        while fraction.count < decimals { fraction.append(0x30) }
        var value: Int128 = 0
        for byte in Array(whole) + fraction {
            value = value * 10 + Int128(byte - 0x30)
            if value > Int128(UInt64.max) { return nil }
        }
        guard value <= Int128(Int64.max), value % Int128(multiplier) == 0 else { return nil }
        let steps = Int64(value / Int128(multiplier))
        return isNegative ? -steps : steps
    }
}
