public import Foundation
public import Units

/// What the venue says at the end.
public struct VenueSection: Encodable, Sendable {
    /// Which venue.
    public var name: String
    /// Our position there, signed; nil when it could not be asked.
    public var position: Decimal?
    /// Our position there before the parent began.
    public var positionBefore: Decimal?
    /// Our orders still open there; nil when it could not be asked.
    public var openOrders: Int?
    /// Open orders of the symbol that are not this session's; nil when it could not be asked.
    public var othersOpenOrders: Int?
    /// In spot, by how much the wallet's base coin moved; nil elsewhere, and when it could not be
    /// asked.
    public var baseMoved: Decimal?
    /// By how much it should have: our fills less their fees in it.
    public var baseExpected: Decimal?
    /// Whether the venue cancels everything when we are gone; nil when nobody asked for it.
    public var disconnectProtection: String?

    /// What the venue said of `instrument`.
    public init(
        name: String,
        positionLots: Int64?,
        positionBeforeLots: Int64?,
        openOrders: Int?,
        othersOpenOrders: Int? = nil,
        baseMoved: Amount? = nil,
        baseExpected: Amount? = nil,
        disconnectProtection: String? = nil,
        instrument: Instrument
    ) {
        self.name = name
        position = positionLots.map { exact($0, instrument.lot) }
        positionBefore = positionBeforeLots.map { exact($0, instrument.lot) }
        self.openOrders = openOrders
        self.othersOpenOrders = othersOpenOrders
        self.baseMoved = baseMoved.map(coins)
        self.baseExpected = baseExpected.map(coins)
        self.disconnectProtection = disconnectProtection
    }
}
