/// A leg of a message's way from the socket to the order that answers it.
///
/// Each leg ends at one stamp and begins at the one before, so the legs of a message add up to its
/// way. Reports, metrics and the dashboard iterate over all cases: add new ones at the end.
public enum Stage: UInt8, CaseIterable, Sendable {
    /// Completion reaped → plaintext frame.
    case decrypt
    /// Frame → ticks and lots.
    case decode
    /// Market event → book, tape and volume are up to date.
    case book
    /// Book up to date → commands chosen and passed by every risk check.
    case decide
    /// Command → framed message text.
    case encode
    /// Message text → masked, encrypted and handed to the kernel.
    case send
    /// Completion reaped → order handed to the kernel, for messages that caused one.
    case wireToOrder
    /// Order handed to the kernel → the venue's answer reaped.
    case orderToAnswer
    /// Order decided → its record survives a loss of power, for orders that wait for that.
    case durable

    /// The name in reports, JSON and metrics.
    public var name: String {
        switch self {
        case .decrypt: "decrypt"
        case .decode: "decode"
        case .book: "book"
        case .decide: "decide"
        case .encode: "encode"
        case .send: "send"
        case .wireToOrder: "wireToOrder"
        case .orderToAnswer: "orderToAnswer"
        case .durable: "durable"
        }
    }
}
