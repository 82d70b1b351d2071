internal import Risk

/// The account's tier at the venue, by which it counts requests.
///
/// - SeeAlso: Bybit API v5, rate limit (read 2026-11-21).
public enum AccountTier: String, CaseIterable, Sendable {
    case none
    case vip1
    case vip2
    case vip3
    case pro1
    case pro2
    case pro3
    case pro4
    case pro5
    case pro6
    case mm1
    case mm2
    case mm3

    /// Requests a second of each operation: perpetuals, spot.
    private var perSecond: (linear: Int64, spot: Int64) {
        switch self {
        case .none: (10, 20)
        case .vip1: (20, 25)
        case .vip2: (40, 30)
        case .vip3: (60, 40)
        case .pro1: (200, 200)
        case .pro2: (400, 400)
        case .pro3, .mm1: (600, 600)
        case .pro4, .mm2: (800, 800)
        case .pro5, .mm3: (1_000, 1_000)
        case .pro6: (1_200, 1_200)
        }
    }

    /// What the venue lets such an account ask for.
    var rates: VenueRates { VenueRates(linear: perSecond.linear, spot: perSecond.spot) }

    /// The most that it takes of one operation, in batches and without.
    public var fastest: Int64 { 2 * max(perSecond.linear, perSecond.spot) }
}
