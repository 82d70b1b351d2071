/// Why a parent stopped before it was filled.
public enum StopReason: UInt8, Sendable, BitwiseCopyable, CaseIterable {
    /// It did not.
    case none
    /// Its time was up.
    case timeUp
    /// What is left is less than the venue takes.
    case residueTooSmall
    /// The operator asked, by a signal such as Ctrl-C.
    case operatorRequest
    /// The instrument's market data stopped.
    case marketDataLost
    /// The private stream went down: fills could not be seen.
    case privateStreamLost
    /// The order connection went down.
    case orderConnectionLost
    /// A table of fixed size is full.
    case capacityReached
    /// A fill was told without an id, past the log's end, or with an absurd quantity.
    case uncountableFill
    /// The venue refused one child after the other.
    case venueRefuses
    /// The day's loss is past its limit.
    case lossLimit
    /// Worth more at its arrival price than a parent may be.
    case parentTooLarge
    /// Fills exceed the parent's quantity, or one its limit, which nothing we sent can explain.
    case unexplainedFill
    /// Orders could not be put on record.
    case journalLost
    /// The venue's position is not what we found and our fills.
    case positionDiffers
    /// The venue changed the instrument's tick or lot.
    case stepsChanged
    /// Nothing is left of the position that it reduces.
    case flat
    /// No order of it could be as small as it is, or as large as the venue's smallest.
    case parentTooSmall
    /// The kill switch was thrown: everything is halted.
    case killSwitch

    /// The reason in words, without its numbers.
    public var words: String {
        switch self {
        case .none: "nothing stopped it"
        case .timeUp: "its time was up"
        case .residueTooSmall: "what was left is less than the venue's smallest order"
        case .operatorRequest: "it was asked to stop"
        case .marketDataLost: "the market data stopped"
        case .privateStreamLost: "the account connection stayed away"
        case .orderConnectionLost: "the order connection stayed away"
        case .capacityReached: "the room for orders and fills is used up"
        case .uncountableFill: "a fill could not be counted"
        case .venueRefuses: "the venue refused its orders"
        case .lossLimit: "the day's loss is past its limit"
        case .parentTooLarge: "it is worth more than a parent may be"
        case .unexplainedFill: "a fill came that no order of it explains"
        case .journalLost: "orders could not be put on record"
        case .positionDiffers: "the venue's position is not what its fills come to"
        case .stepsChanged: "the venue changed the tick or lot"
        case .flat: "the position is flat"
        case .parentTooSmall: "the venue takes no order of its size"
        case .killSwitch: "the kill switch was thrown"
        }
    }
}
