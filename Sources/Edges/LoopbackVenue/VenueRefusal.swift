internal import Simulation
internal import Units

/// Why the venue refuses a request: its return code and its words.
struct VenueRefusal: Error {
    /// The venue's code.
    let code: Int
    /// Its words.
    let message: String

    init(_ code: Int, _ message: String) {
        self.code = code
        self.message = message
    }

    /// A wrong parameter.
    static func parameter(_ message: String) -> VenueRefusal {
        VenueRefusal(10_001, "params error: \(message)")
    }

    /// The venue's code for what the exchange refused; `ended` is the order when it has ended.
    ///
    /// - SeeAlso: Bybit API v5, error codes (read 2026-11-21).
    init(_ refusal: ExchangeRefusal, _ category: ProductCategory, ended: ExchangeOrder?) {
        let isSpot = category == .spot
        switch refusal {
        case .priceOutOfRange:
            self.init(isSpot ? 170_132 : 110_003, "Order price exceeds the allowable range.")
        case .quantityTooSmall:
            self.init(isSpot ? 170_136 : 10_001, "Order quantity is below the minimum.")
        case .quantityTooLarge:
            self.init(isSpot ? 170_124 : 10_001, "Order quantity is above the maximum.")
        case .notionalTooSmall:
            self.init(isSpot ? 170_140 : 110_094, "Order value is below the minimum.")
        case .duplicateLink:
            self.init(isSpot ? 170_141 : 110_072, "OrderLinkedID is duplicate")
        case .notFound:
            self.init(isSpot ? 170_213 : 110_001, "order not exists or too late to cancel")
        case .alreadyEnded where ended?.status == .filled:
            self.init(isSpot ? 170_139 : 110_008, "Order has been finished.")
        case .alreadyEnded:
            self.init(isSpot ? 170_142 : 110_010, "Order has been cancelled.")
        case .notAboveFilled:
            self.init(isSpot ? 170_313 : 110_064, "Quantity must exceed what is filled.")
        case .nothingToReduce:
            self.init(110_017, "orderQty will be truncated to zero.")
        }
    }
}
