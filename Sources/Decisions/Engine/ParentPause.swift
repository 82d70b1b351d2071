public import Orders
public import Units

/// What a parent waits for after an answer of the venue.
public struct ParentPause: Hashable, Sendable, BitwiseCopyable {
    /// What was answered.
    public var operation = OrderOperation.place
    /// What the answer called for.
    public var remedy = OrderRemedy.none
    /// The venue's code; 0 for no pause.
    public var code: Int32 = 0
    /// When it was answered.
    public var from = Nanoseconds.zero
    /// When it is over.
    public var until = Nanoseconds.zero

    /// No pause.
    public init() {}

    /// The pause that `reply` caused.
    public init(_ reply: OrderReply, from: Nanoseconds, until: Nanoseconds) {
        operation = reply.operation
        remedy = reply.remedy
        code = reply.code
        self.from = from
        self.until = until
    }
}
