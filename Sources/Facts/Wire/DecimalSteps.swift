public import Units

/// Reads decimals as whole steps of one scale: "61800.20" at a tick of 0.10 is 618,002.
///
/// Exact: a value that is no multiple of the step is an error, never rounded; trailing zeros are
/// fine; what does not fit in 64 bits is an error.
public struct DecimalSteps: Hashable, Sendable, BitwiseCopyable {
    /// Digits after the point in the step.
    public let decimals: Int
    /// The step's digits as an integer.
    public let multiplier: Int64

    /// A reader of `scale`'s steps.
    public init(_ scale: DecimalScale) {
        decimals = scale.decimals
        multiplier = scale.multiplier
    }

    /// Billionths: what `Amount` counts.
    public static let billionths = DecimalSteps(DecimalScale(multiplier: 1, decimals: 9))

    /// What is wrong with a decimal.
    public enum Failure: Error, Sendable, BitwiseCopyable {
        /// No decimal: digits, perhaps a sign before and a point inside.
        case notADecimal
        /// No multiple of the step.
        case offStep
        /// Too large.
        case overflow
    }

    /// The steps in `text`.
    ///
    /// - Precondition: at least 8 bytes past the end of `text` are readable.
    public func parse(_ text: UnsafeRawBufferPointer) throws(Failure) -> Int64 {
        guard let base = text.baseAddress?.assumingMemoryBound(to: UInt8.self) else {
            throw .notADecimal
        }
        return try parse(base, count: text.count)
    }

    /// The steps in `count` bytes at `start`, of which 8 more are readable.
    public func parse(_ start: UnsafePointer<UInt8>, count: Int) throws(Failure) -> Int64 {
        var next = start
        let end = start + count
        let isNegative = count > 0 && next.pointee == UInt8(ascii: "-")
        if isNegative { next += 1 }
        var value: UInt64 = 0
        let whole = try DecimalSteps.digits(&next, end, into: &value)
        guard whole > 0 else { throw .notADecimal }
        var places = 0
        if next < end {
            guard next.pointee == UInt8(ascii: ".") else { throw .notADecimal }
            next += 1
            var last = end
            // Zeros past the step's decimals add nothing but could overflow.
            while last - next > decimals && last[-1] == UInt8(ascii: "0") { last -= 1 }
            let isOverlong = last - next > decimals
            if isOverlong { last = next + decimals }
            places = try DecimalSteps.digits(&next, last, into: &value)
            guard next == last, places > 0 || last < end else { throw .notADecimal }
            if isOverlong {
                // Digits past the step's decimals, the last of them not zero.
                while next < end {
                    guard next.pointee &- UInt8(ascii: "0") <= 9 else { throw .notADecimal }
                    next += 1
                }
                throw .offStep
            }
            // What was cut off as zeros.
        }
        return try steps(value, places: places, isNegative: isNegative)
    }

    /// To which side a limit goes that lies between two steps.
    public enum Rounding: Sendable, BitwiseCopyable {
        /// To the step below: what may be at most.
        case down
        /// To the step above: what must be at least.
        case up
    }

    /// The steps next to `count` bytes at `start` on the side of `rounding`.
    ///
    /// For limits that a venue states finer than its own steps, and for what others did at steps
    /// that have changed since: never for the quantities of orders and fills.
    public func parse(
        _ start: UnsafePointer<UInt8>,
        count: Int,
        _ rounding: Rounding
    ) throws(Failure) -> Int64 {
        var point = 0
        while point < count && start[point] != UInt8(ascii: ".") { point &+= 1 }
        // Digits follow a point, though none of them may count.
        guard point &+ 1 != count else { throw .notADecimal }
        let kept = min(count, point &+ 1 &+ decimals)
        let unit = DecimalSteps(DecimalScale(multiplier: 1, decimals: decimals))
        let units = try unit.parse(start, count: decimals == 0 ? point : kept)
        var isBetween = false
        for i in kept..<max(kept, count) {
            let digit = start[i] &- UInt8(ascii: "0")
            guard digit <= 9 else { throw .notADecimal }
            if digit != 0 { isBetween = true }
        }
        // Towards zero: below a positive number, above a negative one.
        let (steps, rest) = units.quotientAndRemainder(dividingBy: multiplier)
        guard isBetween || rest != 0 else { return steps }
        let isNegative = count > 0 && start.pointee == UInt8(ascii: "-")
        switch rounding {
        case .down: return isNegative ? steps &- 1 : steps
        case .up: return isNegative ? steps : steps &+ 1
        }
    }

    /// The steps nearest to `count` bytes at `start`; halves go away from zero.
    ///
    /// For amounts that no tick or lot rules: never for prices or quantities.
    public func parseRounding(
        _ start: UnsafePointer<UInt8>,
        _ count: Int
    ) throws(Failure) -> Int64 {
        precondition(multiplier == 1, "DecimalSteps: rounding is for decimal scales")
        var kept = 0
        while kept < count && start[kept] != UInt8(ascii: ".") { kept &+= 1 }
        kept = min(count, kept &+ 1 &+ decimals)
        if kept == count { return try parse(start, count: count) }
        for i in kept..<count where start[i] &- UInt8(ascii: "0") > 9 { throw .notADecimal }
        let value = try parse(start, count: kept)
        guard start[kept] >= UInt8(ascii: "5") else { return value }
        let away: Int64 = start.pointee == UInt8(ascii: "-") ? -1 : 1
        let (sum, overflows) = value.addingReportingOverflow(away)
        if overflows { throw .overflow }
        return sum
    }

    /// The steps in `value` × 10^−`places`.
    @inline(__always)
    func steps(_ value: UInt64, places: Int, isNegative: Bool) throws(Failure) -> Int64 {
        var value = value
        if places < decimals && value != 0 {
            let (product, overflows) = value.multipliedReportingOverflow(
                by: DecimalSteps.powerOfTen(decimals &- places)
            )
            if overflows { throw .overflow }
            value = product
        }
        guard var steps = Int64(exactly: value) else { throw .overflow }
        if multiplier != 1 {
            let (quotient, remainder) = steps.quotientAndRemainder(dividingBy: multiplier)
            if remainder != 0 { throw .offStep }
            steps = quotient
        }
        return isNegative ? -steps : steps
    }

    /// Appends the digits at `next`, up to `end` or the first other byte; returns how many.
    @inline(__always)
    private static func digits(
        _ next: inout UnsafePointer<UInt8>,
        _ end: UnsafePointer<UInt8>,
        into value: inout UInt64
    ) throws(Failure) -> Int {
        let first = next
        while next < end {
            let word = SWAR.load(next)
            let n = min(SWAR.firstIndex(SWAR.nonDigits(word)), end - next)
            if n == 0 { break }
            let (scaled, overflows) = value.multipliedReportingOverflow(by: powerOfTen(n))
            let (sum, carries) = scaled.addingReportingOverflow(SWAR.digits(word, count: n))
            if overflows || carries { throw .overflow }
            value = sum
            next += n
            if n < 8 { break }
        }
        return next - first
    }

    /// 10^`n` for n in 0...18.
    @inlinable @inline(__always)
    static func powerOfTen(_ n: Int) -> UInt64 {
        assert(n >= 0 && n <= 18)
        // A switch becomes a table without any start-up work.
        switch n {
        case 0: return 1
        case 1: return 10
        case 2: return 100
        case 3: return 1_000
        case 4: return 10_000
        case 5: return 100_000
        case 6: return 1_000_000
        case 7: return 10_000_000
        case 8: return 100_000_000
        case 9: return 1_000_000_000
        case 10: return 10_000_000_000
        case 11: return 100_000_000_000
        case 12: return 1_000_000_000_000
        case 13: return 10_000_000_000_000
        case 14: return 100_000_000_000_000
        case 15: return 1_000_000_000_000_000
        case 16: return 10_000_000_000_000_000
        case 17: return 100_000_000_000_000_000
        default: return 1_000_000_000_000_000_000
        }
    }
}
