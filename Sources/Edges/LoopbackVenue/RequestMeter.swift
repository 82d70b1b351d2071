internal import Units

/// How many requests of each kind the account may make in any second, counted for real.
///
///     linear   10 of each kind a second       spot   20, amends 10       or what a tier allows
///
/// - Complexity: O(limit) a request.
struct RequestMeter {
    /// What a reply's headers say.
    struct Reading {
        /// Requests a second.
        let limit: Int
        /// How many are left.
        let left: Int
        /// When the oldest that counts is forgotten.
        let resetAt: Nanoseconds
        /// Whether this one is over the limit.
        let isOver: Bool
    }

    private struct Bucket: Hashable {
        let kind: RequestKind
        let category: ProductCategory
        let isBatch: Bool
    }

    /// Requests over the limit so far.
    private(set) var refused = 0
    private let tier: Int?
    private var times: [Bucket: [Nanoseconds]] = [:]

    /// A meter of the usual limits, or of `tier` requests a second.
    init(tier: Int?) { self.tier = tier }

    /// Counts one request; one over the limit counts no further.
    mutating func count(
        _ kind: RequestKind,
        _ category: ProductCategory,
        isBatch: Bool = false,
        _ now: Nanoseconds
    ) -> Reading {
        let usual = category == .spot && (kind != .amend || isBatch) ? 20 : 10
        let limit = tier ?? usual
        let bucket = Bucket(kind: kind, category: category, isBatch: isBatch)
        var recent = times[bucket, default: []].filter { now - $0 < .seconds(1) }
        let isOver = recent.count >= limit
        if isOver { refused += 1 } else { recent.append(now) }
        times[bucket] = recent
        return Reading(
            limit: limit,
            left: limit - recent.count,
            resetAt: (recent.first ?? now) + .seconds(1),
            isOver: isOver
        )
    }
}
