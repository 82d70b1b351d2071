/// What a venue's answer calls for beyond the one order it is about.
public enum OrderRemedy: UInt8, Sendable, CaseIterable, BitwiseCopyable {
    /// Nothing: the request succeeded, or what it asked for needs no further act.
    case none
    /// The intent may be sent again, as a request of its own, after a pause.
    case retry
    /// Too much of ours is open or asked for: hold back for longer.
    case slowDown
    /// The price is outside what the venue takes now: stay on the inner side of it.
    case clamp
    /// The quantity or its value is less than the venue takes: send more at once.
    case enlarge
    /// The quantity is more than the venue or the account can take: send less at once.
    case reduce
    /// The instrument takes no such order for now.
    case pauseInstrument
    /// The account cannot carry the parent.
    case stopParent
    /// Whether the request had an effect must be asked of the venue.
    case reconcile
    /// Nothing from this process will be taken, or it has a fault: halt.
    case fatal
    /// The budget of this kind of request is spent: none of it until the venue takes it again.
    case pauseOperation
    /// The whole address or account asks too much: no request until the venue takes them again.
    case pauseRequests

    /// Whether the venue was asked too much, which says nothing of the request itself.
    @inlinable public var isForRate: Bool { self == .pauseOperation || self == .pauseRequests }

    /// Whether what was refused may be taken later as it is: a wait, and nothing against the
    /// parent.
    @inlinable public var passes: Bool {
        switch self {
        case .retry, .slowDown, .pauseInstrument, .pauseOperation, .pauseRequests: true
        case .none, .clamp, .enlarge, .reduce, .stopParent, .reconcile, .fatal: false
        }
    }
}
