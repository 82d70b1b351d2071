public import Engine
public import Journal
internal import Orders
internal import Units

/// The numbers that links and controls have in a journal. They are the format: a new case gets a
/// new number, and none is used again.
extension LinkEvent {
    /// The event as a journal keeps it.
    public var coded: CodedEvent {
        switch self {
        case .privateUp: CodedEvent(code: 1)
        case .privateDown: CodedEvent(code: 2)
        case .tradeDown: CodedEvent(code: 3)
        case .feedGap(let instrument): CodedEvent(code: 4, index: UInt32(instrument.index))
        case .feedDown(let instrument): CodedEvent(code: 5, index: UInt32(instrument.index))
        case .journalDown: CodedEvent(code: 6)
        }
    }

    /// Reads what a journal keeps; nil for a number this build does not know.
    public init?(_ coded: CodedEvent) {
        let instrument = InstrumentID(UInt16(truncatingIfNeeded: coded.index))
        switch coded.code {
        case 1: self = .privateUp
        case 2: self = .privateDown
        case 3: self = .tradeDown
        case 4: self = .feedGap(instrument)
        case 5: self = .feedDown(instrument)
        case 6: self = .journalDown
        default: return nil
        }
    }
}

extension ControlCommand {
    /// The command as a journal keeps it.
    public var coded: CodedEvent {
        switch self {
        case .cancel(let parent): CodedEvent(code: 1, index: parent.index)
        case .halt: CodedEvent(code: 2)
        }
    }

    /// Reads what a journal keeps; nil for a number this build does not know.
    public init?(_ coded: CodedEvent) {
        switch coded.code {
        case 1: self = .cancel(ParentID(coded.index))
        case 2: self = .halt
        default: return nil
        }
    }
}
