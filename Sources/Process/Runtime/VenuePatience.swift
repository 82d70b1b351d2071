public import Units

/// How long the venue is waited for, besides what links, lines and reconciler wait.
public struct VenuePatience: Sendable, BitwiseCopyable {
    /// Before the first order: what fails for a reason that may pass is tried again for so long.
    public var startUp = Nanoseconds.seconds(30)
    /// One REST connection, and each answer on it, before the first order and after the last.
    public var answer = Nanoseconds.seconds(5)
    /// The same on the cold threads: a question that is asked again.
    public var question = Nanoseconds.seconds(1)
    /// The same for orders by REST: an answer slower than this is unknown.
    public var order = Nanoseconds.seconds(2)
    /// One WebSocket, and each answer to its login and subscriptions, before the first order.
    public var opening = Nanoseconds.seconds(10)
    /// The longest pause between two tries.
    public var retry = Nanoseconds.seconds(5)
    /// Between two requests of an address that the venue turns away (HTTP status 403). Bybit lifts
    /// a ban after ten minutes, but a gateway may say the same once, and an order that is open is
    /// not left alone for so long: 40 requests in ten minutes are none too many.
    public var turnedAway = Nanoseconds.seconds(15)
    /// Once a parent is to end: how long the venue is asked for last words that it does not say.
    public var lastWord = Nanoseconds.seconds(120)

    /// The usual times.
    public init() {}
}
