internal import Glibc

/// What an operation is for; travels in its user data.
enum Operation: UInt8 {
    case accept = 1
    case connect
    case receive
    case writable
    case wake
    case cancel

    var bit: UInt8 { 1 << rawValue }

    static func of(_ userData: UInt64) -> Operation? {
        Operation(rawValue: UInt8(truncatingIfNeeded: userData >> 32))
    }

    static func bit(_ userData: UInt64) -> UInt8 { 1 << UInt8(truncatingIfNeeded: userData >> 32) }
    static func slot(_ userData: UInt64) -> Int { Int(UInt16(truncatingIfNeeded: userData)) }
    static func generation(_ userData: UInt64) -> UInt16 {
        UInt16(truncatingIfNeeded: userData >> 16)
    }

    func userData(_ index: Int, _ generation: UInt16) -> UInt64 {
        UInt64(rawValue) << 32 | UInt64(generation) << 16
            | UInt64(UInt16(truncatingIfNeeded: index))
    }
}

/// One entry of the connection table: a socket, its connection, and what the kernel does for it.
///
///     free → connecting → live → lingering → vacating → free
///     free → listening
struct Slot: ~Copyable {
    enum State: UInt8 {
        case free
        case connecting
        case live
        /// The end is reported; what waits is still sent, and the peer's end awaited.
        case lingering
        /// Operations are cancelled; the socket closes with the last of them.
        case vacating
        case listening
    }

    var state = State.free
    var generation: UInt16 = 0
    var descriptor: Int32 = -1
    /// Bits of the operations the kernel holds for this slot.
    var armed: UInt8 = 0
    /// The receive ended for want of buffers and must be armed again.
    var isStarved = false
    /// Waits in the loop's list of slots to look after.
    var isReady = false
    var hasEnded = false
    /// Its end is not waited for: there is nothing to say, or the peer had its time to answer.
    var isAbandoned = false
    /// An end that `next()` has yet to report.
    var failure: CloseReason?
    /// When patience ends, in nanoseconds of the monotonic clock.
    var deadline = Int64.max
    var connection: Connection
    /// The identity of a listener; nil when it is plain.
    var identity: TLSContext?
    /// Where a connect goes; the kernel reads it when the operation is submitted.
    let address: UnsafeMutablePointer<sockaddr_storage>
    /// The addresses to try, in order, and how many were.
    var addresses: [NetworkAddress] = []
    var tried = 0
    var port: UInt16 = 0
    /// When opening must be done, whatever address it is at.
    var openDeadline = Int64.max

    init(_ configuration: LoopConfiguration, maskSeed: UInt64) {
        connection = Connection(configuration, maskSeed: maskSeed)
        address = .allocate(capacity: 1)
        address.initialize(to: sockaddr_storage())
    }

    deinit { address.deallocate() }

    func isArmed(_ operation: Operation) -> Bool { armed & operation.bit != 0 }
}
