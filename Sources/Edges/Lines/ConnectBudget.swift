public import Units

/// Connections a process may open in a sliding window, exactly counted.
///
/// Bybit cuts an address off that opens more than 500 in five minutes. A hundred of them are kept
/// for the account and order connections and for whatever else runs behind the same address.
///
/// - Complexity: O(1); a ring of `limit` times, taken at the start.
/// - SeeAlso: Bybit API v5, websocket connect (read 2026-11-21).
public struct ConnectBudget: ~Copyable {
    /// What market lines may use: 500 less the reserve.
    public static let standard = 400
    /// What the account and order connections may use of the reserve: a flood of reconnects of
    /// market lines must not keep these from coming back.
    public static let reserve = 80
    private let limit: Int
    private let window: Nanoseconds
    private let times: UnsafeMutablePointer<Nanoseconds>
    private var next = 0
    /// Connections taken since the start.
    public private(set) var taken = 0

    /// `limit` connections in any `window`.
    public init(limit: Int = standard, window: Nanoseconds = .seconds(300)) {
        precondition(limit > 0, "ConnectBudget: at least one connection")
        self.limit = limit
        self.window = window
        times = .allocate(capacity: limit)
        times.initialize(repeating: .zero, count: limit)
    }

    deinit { times.deallocate() }

    /// When the next connection may be opened; in the past while there is budget.
    public var freeAt: Nanoseconds { taken < limit ? .zero : times[next] + window }

    /// Takes one connection; false when the window is full.
    public mutating func take(_ now: Nanoseconds) -> Bool {
        guard freeAt <= now else { return false }
        times[next] = now
        next = next &+ 1 == limit ? 0 : next &+ 1
        taken &+= 1
        return true
    }
}
