public import Foundation
public import Orders
public import Units

/// What the venue says at the end.
public struct VenueSection: Encodable, Sendable {
    /// Which venue.
    public var name: String
    /// Our position there, signed; nil in spot, which has none, and when it could not be asked. In
    /// hedge mode the long and the short one together.
    public var position: Decimal?
    /// Our position there before the parent began; nil in spot.
    public var positionBefore: Decimal?
    /// In hedge mode the long position; nil elsewhere, and when it could not be asked.
    public var longPosition: Decimal?
    /// The long position before the parent began; nil outside hedge mode.
    public var longPositionBefore: Decimal?
    /// In hedge mode the short position, which is negative; nil like the long one.
    public var shortPosition: Decimal?
    /// The short position before the parent began; nil outside hedge mode.
    public var shortPositionBefore: Decimal?
    /// In spot, what the venue lists as bought, or, negative, as sold; nil elsewhere, and when it
    /// could not be asked.
    public var traded: Decimal?
    /// Our orders still open there; nil when it could not be asked.
    public var openOrders: Int?
    /// Open orders of the symbol that are not this session's; nil when it could not be asked.
    public var othersOpenOrders: Int?
    /// In spot, by how much the wallet's base coin moved; nil elsewhere, and when it could not be
    /// asked.
    public var baseMoved: Decimal?
    /// By how much it should have: our fills less their fees in it.
    public var baseExpected: Decimal?
    /// Where the faults come from that a loopback venue makes; nil for none.
    public var faults: String?
    /// Whether the venue cancels everything when we are gone; nil when nobody asked for it.
    public var disconnectProtection: String?

    /// What the venue said of `instrument`.
    ///
    /// - Parameter position: what is held; in spot, what was traded.
    public init(
        name: String,
        position held: VenuePosition?,
        positionBefore heldBefore: VenuePosition?,
        openOrders: Int?,
        othersOpenOrders: Int? = nil,
        baseMoved: CoinAmount? = nil,
        baseExpected: CoinAmount? = nil,
        disconnectProtection: String? = nil,
        instrument: Instrument
    ) {
        self.name = name
        func stated(_ lots: Quantity?) -> Decimal? { lots.map { exact($0.lots, instrument.lot) } }
        let isSpot = instrument.category == .spot
        position = isSpot ? nil : stated(held?.net)
        positionBefore = isSpot ? nil : stated(heldBefore?.net)
        longPosition = stated(held?[.long])
        longPositionBefore = stated(heldBefore?[.long])
        shortPosition = stated(held?[.short])
        shortPositionBefore = stated(heldBefore?[.short])
        traded = isSpot ? stated(held?.net) : nil
        self.openOrders = openOrders
        self.othersOpenOrders = othersOpenOrders
        self.baseMoved = baseMoved.map(coins)
        self.baseExpected = baseExpected.map(coins)
        self.disconnectProtection = disconnectProtection
    }
}
