internal import CLinux
internal import Glibc

/// The backend of plain non-blocking sockets: `poll`, then one call for each that is ready.
///
/// It behaves as ``UringLoop`` does, for kernels and containers that forbid io_uring: a receive or
/// accept goes on until it fails or is cancelled, a receive without a free buffer ends with
/// -ENOBUFS, a cancelled operation completes with -ECANCELED.
///
/// A turn takes at most one buffer from each connection, beginning with another one each time, so
/// that no peer can keep the others waiting.
///
/// - Complexity: a turn is O(connections), of which the kernel does most; arming is O(1) and,
///   but for `connect`, no system call.
struct SocketLoop: ~Copyable {
    private struct Watch: BitwiseCopyable {
        var generation: UInt16 = 0
        /// Bits of the operations under way.
        var armed: UInt8 = 0
    }

    private let buffers: ReceiveBuffers
    private let connections: Int
    private let stampsArrivals: Bool
    /// What `poll` looks at: slot `i` at `i`, the waker behind the last slot.
    private let polled: UnsafeMutablePointer<pollfd>
    private let watches: UnsafeMutablePointer<Watch>
    private let free: UnsafeMutablePointer<UInt16>
    private var freeCount = 0
    private var first = 0

    init(_ configuration: LoopConfiguration, _ buffers: ReceiveBuffers) {
        connections = configuration.connections
        stampsArrivals = configuration.stampsArrivals
        polled = .allocate(capacity: connections + 1)
        polled.initialize(
            repeating: pollfd(fd: -1, events: 0, revents: 0),
            count: connections + 1
        )
        watches = .allocate(capacity: connections + 1)
        watches.initialize(repeating: Watch(), count: connections + 1)
        free = .allocate(capacity: buffers.count)
        self.buffers = buffers
        for buffer in 0..<buffers.count { recycle(buffer) }
    }

    deinit {
        polled.deallocate()
        watches.deallocate()
        free.deallocate()
    }

    /// Completions that can wait at the same time: of each slot's operations, or from one turn.
    static func completions(connections: Int) -> Int { connections * 5 + 2 }

    mutating func recycle(_ buffer: Int) {
        precondition(freeCount < buffers.count, "SocketLoop: a buffer comes back once")
        free[freeCount] = UInt16(truncatingIfNeeded: buffer)
        freeCount &+= 1
    }

    // MARK: Operations

    /// Lets `operation` of a slot go on until it completes or is cancelled.
    mutating func arm(_ userData: UInt64, _ descriptor: Int32) {
        let i = Operation.of(userData) == .wake ? connections : Operation.slot(userData)
        watches[i].generation = Operation.generation(userData)
        polled[i].fd = descriptor
        set(i, watches[i].armed | Operation.bit(userData))
    }

    mutating func connect(
        _ userData: UInt64,
        _ descriptor: Int32,
        _ address: UnsafePointer<sockaddr>,
        _ length: socklen_t,
        into queue: inout CompletionQueue
    ) {
        let rc = Glibc.connect(descriptor, address, length)
        // Interrupted, it goes on by itself.
        if rc < 0, errno == EINPROGRESS || errno == EINTR {
            arm(userData, descriptor)
        } else {
            let result = rc == 0 ? 0 : -errno
            queue.append(Completion(userData: userData, result: result, ticks: sluice_ticks()))
        }
    }

    mutating func cancel(_ userData: UInt64, into queue: inout CompletionQueue) {
        let i = Operation.slot(userData)
        guard watches[i].armed & Operation.bit(userData) != 0 else { return }
        set(i, watches[i].armed & ~Operation.bit(userData))
        queue.append(Completion(userData: userData, result: -ECANCELED, ticks: sluice_ticks()))
    }

    private func set(_ i: Int, _ armed: UInt8) {
        watches[i].armed = armed
        var events: Int32 = 0
        if armed & (Operation.receive.bit | Operation.accept.bit | Operation.wake.bit) != 0 {
            events |= POLLIN
        }
        if armed & (Operation.connect.bit | Operation.writable.bit) != 0 { events |= POLLOUT }
        polled[i].events = Int16(truncatingIfNeeded: events)
        // Errors and hang-ups are told of any descriptor: one that nobody waits for is hidden.
        if armed == 0 { polled[i].fd = -1 }
    }

    // MARK: Turning

    /// Takes what is ready, after waiting up to `waitNanoseconds` for it.
    mutating func turn(waitNanoseconds: Int64, into queue: inout CompletionQueue) {
        // What is not looked at yet would come again.
        guard queue.isEmpty else { return }
        var rest = sluice_poll(polled, connections &+ 1, waitNanoseconds)
        guard rest > 0 else { return }
        let now = sluice_ticks()
        var i = first
        for _ in 0...connections {
            if polled[i].revents != 0 {
                take(i, now, into: &queue)
                rest &-= 1
                if rest == 0 { break }
            }
            i = i == connections ? 0 : i &+ 1
        }
        first = first == connections ? 0 : first &+ 1
    }

    private mutating func take(_ i: Int, _ now: UInt64, into queue: inout CompletionQueue) {
        let told = Int32(polled[i].revents)
        let armed = watches[i].armed
        let failed = told & (POLLERR | POLLHUP | POLLNVAL) != 0
        if told & POLLOUT != 0 || failed {
            if armed & Operation.connect.bit != 0 {
                let error = sluice_socket_error(polled[i].fd)
                finish(i, .connect, -error, now, into: &queue)
            }
            if armed & Operation.writable.bit != 0 { finish(i, .writable, 0, now, into: &queue) }
        }
        if told & POLLIN != 0 || failed {
            if armed & Operation.receive.bit != 0 { receive(i, now, into: &queue) }
            if armed & Operation.accept.bit != 0 { accept(i, now, into: &queue) }
            if armed & Operation.wake.bit != 0 { finish(i, .wake, 0, now, into: &queue) }
        }
    }

    private mutating func receive(_ i: Int, _ now: UInt64, into queue: inout CompletionQueue) {
        guard freeCount > 0 else {
            finish(i, .receive, -ENOBUFS, now, into: &queue)
            return
        }
        let buffer = Int(free[freeCount &- 1])
        let room = buffers.base(buffer)
        var stamp: Int64 = 0
        let count =
            stampsArrivals
            ? sluice_receive(polled[i].fd, room, buffers.bytesEach, &stamp)
            : sluice_receive(polled[i].fd, room, buffers.bytesEach, nil)
        if count > 0 {
            freeCount &-= 1
            queue.append(
                Completion(
                    userData: Operation.receive.userData(i, watches[i].generation),
                    result: Int32(truncatingIfNeeded: count),
                    bufferIndex: Int32(truncatingIfNeeded: buffer),
                    goesOn: true,
                    ticks: now,
                    kernelNanoseconds: stamp
                )
            )
        } else if count == 0 || (errno != EAGAIN && errno != EINTR) {
            finish(i, .receive, count == 0 ? 0 : -errno, now, into: &queue)
        }
    }

    private mutating func accept(_ i: Int, _ now: UInt64, into queue: inout CompletionQueue) {
        let descriptor = sluice_accept(polled[i].fd)
        if descriptor < 0 {
            if errno != EAGAIN, errno != EINTR { finish(i, .accept, -errno, now, into: &queue) }
            return
        }
        queue.append(
            Completion(
                userData: Operation.accept.userData(i, watches[i].generation),
                result: descriptor,
                goesOn: true,
                ticks: now
            )
        )
    }

    private mutating func finish(
        _ i: Int,
        _ operation: Operation,
        _ result: Int32,
        _ now: UInt64,
        into queue: inout CompletionQueue
    ) {
        set(i, watches[i].armed & ~operation.bit)
        let slot = i == connections ? 0 : i
        queue.append(
            Completion(
                userData: operation.userData(slot, watches[i].generation),
                result: result,
                ticks: now
            )
        )
    }
}
