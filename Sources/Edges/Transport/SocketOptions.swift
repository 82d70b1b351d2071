public import Units

/// Options of every TCP socket a loop connects or accepts, besides TCP_NODELAY, which is always on.
///
/// An option the kernel refuses is reported by ``EventLoop/refusedOptions`` and otherwise done
/// without: none of them is needed for a connection to work.
public struct SocketOptions: Sendable, Equatable {
    /// When a silent peer is asked whether it still exists.
    public struct KeepAlive: Sendable, Equatable {
        /// Silence before the first question, in whole seconds.
        public var idle: Nanoseconds
        /// Time between questions, in whole seconds.
        public var interval: Nanoseconds
        /// Questions without an answer until the connection is broken.
        public var count: Int

        /// First asked after `idle`, then each `interval`, given up after `count` questions.
        public init(idle: Nanoseconds, interval: Nanoseconds, count: Int) {
            self.idle = idle
            self.interval = interval
            self.count = count
        }
    }

    /// How long sent bytes may stay unacknowledged until the connection is broken
    /// (TCP_USER_TIMEOUT, whole milliseconds); nil leaves the kernel's quarter of an hour.
    public var userTimeout: Nanoseconds?
    /// Questions to a silent peer (SO_KEEPALIVE); nil asks none.
    public var keepAlive: KeepAlive?
    /// How long a blocking wait polls the network card first (SO_BUSY_POLL, whole microseconds).
    ///
    /// Raising it above sysctl net.core.busy_read needs CAP_NET_ADMIN. Of no use on loopback.
    public var busyPoll: Nanoseconds?
    /// Bytes the kernel holds of what is sent (SO_SNDBUF); nil lets it grow as it likes.
    public var sendBufferBytes: Int?

    /// Everything as the kernel has it.
    public init() {}

    /// For connections whose peer's silence matters: a dead one is noticed after 16 seconds of
    /// silence, or ten with something unacknowledged.
    public static var watchful: SocketOptions {
        var options = SocketOptions()
        options.userTimeout = .seconds(10)
        options.keepAlive = KeepAlive(idle: .seconds(10), interval: .seconds(2), count: 3)
        return options
    }
}

/// An option the kernel would not set.
public struct RefusedOption: Sendable, Hashable, CustomStringConvertible {
    /// The option, as socket(7) and tcp(7) call it.
    public let name: String
    /// Why not.
    public let errno: Int32

    /// What was refused and why.
    public var description: String { "\(name) is refused (errno \(errno))" }
}
