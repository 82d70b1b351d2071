public import Units
import Wire

extension BybitReplies {
    /// The price band of `instrument`, from `market/price-limit`. A bound between two ticks is
    /// drawn to the tick inside.
    public static func priceLimits(
        _ body: [UInt8],
        _ instrument: Instrument
    ) throws(BybitReplyError) -> PriceBounds {
        var bounds = try read(body) { (json) throws(DecodeError) in
            let fields = try PriceBoundFields(&json)
            guard fields.symbol?.string == instrument.symbol else {
                throw json.error(.missingField)
            }
            return try fields.bounds(
                instrument.id,
                DecimalSteps(instrument.tick),
                json
            )
        }
        if bounds.publishedAt == .zero { bounds.publishedAt = time(body) }
        return bounds
    }

    /// Whether a request that changes a setting succeeded; "not modified" is success, for the
    /// setting is as it was asked to be.
    public static func setting(_ body: [UInt8]) throws(BybitReplyError) {
        do {
            try succeeds(body)
        } catch {
            // Leverage, margin mode or position mode unchanged.
            if case .refused(let code, _) = error, [110_043, 110_026, 34_040].contains(code) {
                return
            }
            throw error
        }
    }

    /// The venue's own name of the order that a create, amend or cancel was about.
    public static func orderID(_ body: [UInt8]) throws(BybitReplyError) -> ExternalID {
        try read(body) { (json) throws(DecodeError) in
            var found: ExternalID?
            while let key = try json.nextKey() {
                if key.equals("orderId") {
                    found = try json.externalID()
                } else {
                    try json.skipValue()
                }
            }
            guard let found, !found.isEmpty else { throw json.error(.missingField) }
            return found
        }
    }
}
