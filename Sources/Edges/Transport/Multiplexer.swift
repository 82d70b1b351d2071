internal import CLinux
internal import Glibc

/// All sockets of a loop behind one of two backends.
///
/// Each operation is named by its user data and completes through ``next()``; which backend does
/// it shows nowhere else. Exactly one of the two exists.
struct Multiplexer: ~Copyable {
    let backend: Backend
    private var uring: UringLoop?
    private var sockets: SocketLoop?
    private var queue: CompletionQueue
    private let buffers: ReceiveBuffers

    init(_ configuration: LoopConfiguration) throws(TransportError) {
        let entries = configuration.completionEntries
        guard (1...65_536).contains(entries), entries.nonzeroBitCount == 1 else {
            throw .configuration("completionEntries must be a power of two up to 65536")
        }
        let choice = try configuration.backend.resolved()
        let buffers = try ReceiveBuffers(
            count: configuration.receiveBuffers,
            bytesEach: configuration.receiveBufferBytes
        )
        var made: UringLoop?
        var reason = choice == .automatic ? Backend.Reason.preferred : .asked
        if choice != .sockets {
            do {
                made = try UringLoop(configuration, buffers)
            } catch {
                guard choice == .automatic, case .ringUnavailable(let errno) = error else {
                    throw error
                }
                reason = .uringRefused(errno)
            }
        }
        let isUring = made != nil
        backend = Backend(kind: isUring ? .uring : .sockets, reason: reason)
        queue = CompletionQueue(
            capacity: isUring
                ? entries : SocketLoop.completions(connections: configuration.connections)
        )
        uring = made
        sockets = isUring ? nil : SocketLoop(configuration, buffers)
        self.buffers = buffers
    }

    /// Times the kernel's completion queue was seen overflowing.
    var overflows: UInt64 {
        switch uring {
        case .some(let uring): uring.overflows
        case .none: 0
        }
    }

    // MARK: Operations. Each is false when the kernel takes no further one.

    mutating func receive(_ userData: UInt64, _ descriptor: Int32) -> Bool {
        if uring != nil { return uring!.receive(userData, descriptor) }
        sockets!.arm(userData, descriptor)
        return true
    }

    /// - Precondition: `address` stays in place until the operation completes.
    mutating func connect(
        _ userData: UInt64,
        _ descriptor: Int32,
        _ address: UnsafePointer<sockaddr>,
        _ length: socklen_t
    ) -> Bool {
        if uring != nil { return uring!.connect(userData, descriptor, address, length) }
        sockets!.connect(userData, descriptor, address, length, into: &queue)
        return true
    }

    mutating func accept(_ userData: UInt64, _ descriptor: Int32) -> Bool {
        if uring != nil { return uring!.accept(userData, descriptor) }
        sockets!.arm(userData, descriptor)
        return true
    }

    /// Completes once, when `descriptor` takes bytes again.
    mutating func writable(_ userData: UInt64, _ descriptor: Int32) -> Bool {
        if uring != nil { return uring!.ready(userData, descriptor, POLLOUT) }
        sockets!.arm(userData, descriptor)
        return true
    }

    /// Completes once, when the waker's `descriptor` has been written to.
    mutating func wake(_ userData: UInt64, _ descriptor: Int32) -> Bool {
        if uring != nil { return uring!.ready(userData, descriptor, POLLIN) }
        sockets!.arm(userData, descriptor)
        return true
    }

    /// Ends an operation, which then completes with -ECANCELED unless it was done already.
    mutating func cancel(_ userData: UInt64) -> Bool {
        if uring != nil { return uring!.cancel(userData) }
        sockets!.cancel(userData, into: &queue)
        return true
    }

    // MARK: Receive buffers

    /// The bytes of a receive that brought some.
    @inline(__always)
    func bytes(_ completion: Completion, _ buffer: Int) -> UnsafeRawBufferPointer {
        buffers.bytes(buffer, Int(completion.offset), Int(completion.result))
    }

    @inline(__always)
    mutating func recycle(_ buffer: Int) {
        if uring != nil { uring!.recycle(buffer) } else { sockets!.recycle(buffer) }
    }

    // MARK: Turning

    var hasCompletions: Bool { !queue.isEmpty }

    /// Takes what is ready, after waiting up to `waitNanoseconds` for it.
    @inline(__always)
    mutating func turn(waitNanoseconds: Int64) {
        if uring != nil {
            uring!.turn(waitNanoseconds: waitNanoseconds, into: &queue)
        } else {
            sockets!.turn(waitNanoseconds: waitNanoseconds, into: &queue)
        }
    }

    /// The oldest completion not looked at.
    mutating func next() -> Completion? { queue.next() }
}
