/// Reads mantissas of one decimal exponent as whole steps: 10,603,425 with two decimals at a tick
/// of 0.05 is 2,120,685.
///
/// Exact, as `DecimalSteps`: what is no multiple of the step is an error. Where steps are coarser
/// than the mantissa's decimals the division is a multiplication by the divisor's inverse modulo
/// 2⁶⁴, whose result is small exactly when nothing remains.
///
/// - SeeAlso: Granlund and Montgomery, "Division by invariant integers using multiplication", 1994,
///   §9.
public struct MantissaSteps: BitwiseCopyable, Sendable {
    @usableFromInline let factor: Int64
    @usableFromInline let divisor: UInt64
    @usableFromInline let inverse: UInt64
    @usableFromInline let shift: UInt64
    @usableFromInline let largestQuotient: UInt64

    /// Steps of `steps` from mantissas with `decimals` decimals: value = mantissa ÷ 10^`decimals`.
    /// Nil when the two are more than 18 digits apart.
    public init?(decimals: Int, _ steps: DecimalSteps) {
        let distance = steps.decimals &- decimals
        guard distance >= -18 && distance <= 18 else { return nil }
        var divisor = UInt64(truncatingIfNeeded: steps.multiplier)
        if distance >= 0 {
            factor = Int64(bitPattern: DecimalSteps.powerOfTen(distance))
        } else {
            factor = 1
            let (product, overflows) = divisor.multipliedReportingOverflow(
                by: DecimalSteps.powerOfTen(-distance)
            )
            guard !overflows else { return nil }
            divisor = product
        }
        self.divisor = divisor
        largestQuotient = .max / divisor
        shift = UInt64(truncatingIfNeeded: divisor.trailingZeroBitCount)
        let odd = divisor >> shift
        // Newton: each turn doubles the right bits, and an odd number is its own inverse in three.
        var inverse = odd
        for _ in 0..<5 { inverse = inverse &* (2 &- odd &* inverse) }
        self.inverse = inverse
    }

    /// The steps in a mantissa that is not negative.
    @inlinable @inline(__always)
    public func steps(_ mantissa: Int64) throws(DecimalSteps.Failure) -> Int64 {
        var value = mantissa
        if factor != 1 {
            let (product, overflows) = mantissa.multipliedReportingOverflow(by: factor)
            if overflows { throw .overflow }
            value = product
        }
        if divisor == 1 { return value }
        let product = UInt64(bitPattern: value) &* inverse
        let quotient = product &>> shift | product &<< ((64 &- shift) & 63)
        if quotient > largestQuotient { throw .offStep }
        return Int64(bitPattern: quotient)
    }
}
