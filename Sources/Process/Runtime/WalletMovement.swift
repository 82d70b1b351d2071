internal import Units

/// By how much the wallet's base coin moved in a spot session, and by how much it should have: what
/// was bought or sold, less the fees that were paid in it.
struct WalletMovement {
    let moved: CoinAmount
    let expected: CoinAmount
    /// Each fee is rounded to a billionth by the venue, and again by us.
    let tolerance: Int64

    var agrees: Bool { (moved - expected).billionths.magnitude <= UInt128(tolerance) }
}
