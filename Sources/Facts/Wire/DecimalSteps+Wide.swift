extension DecimalSteps {
    /// A whole part from here on may have no digit more.
    private static let largestWhole: Int128 = 10_000_000_000_000_000_000

    /// The billionths nearest to the decimal in `count` bytes at `start`; halves go away from zero.
    /// For amounts of coins that there are trillions of.
    ///
    /// - Complexity: O(digits), one multiplication each.
    public static func wideBillionths(
        _ start: UnsafePointer<UInt8>,
        _ count: Int
    ) throws(Failure) -> Int128 {
        var i = 0
        let isNegative = count > 0 && start[0] == UInt8(ascii: "-")
        if isNegative { i = 1 }
        var value: Int128 = 0
        var whole = 0
        var places = -1
        var isRoundedUp = false
        while i < count {
            let byte = start[i]
            i &+= 1
            if byte == UInt8(ascii: ".") {
                guard places < 0, whole > 0, i < count else { throw .notADecimal }
                places = 0
                continue
            }
            let digit = byte &- UInt8(ascii: "0")
            guard digit <= 9 else { throw .notADecimal }
            if places < 0 {
                whole &+= 1
                if value >= largestWhole { throw .overflow }
            } else {
                places &+= 1
                if places == 10 { isRoundedUp = digit >= 5 }
                if places > 9 { continue }
            }
            value = value * 10 + Int128(digit)
        }
        guard whole > 0 else { throw .notADecimal }
        for _ in min(9, max(0, places))..<9 { value *= 10 }
        if isRoundedUp { value += 1 }
        return isNegative ? -value : value
    }
}
