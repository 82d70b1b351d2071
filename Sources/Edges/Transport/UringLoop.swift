internal import CLinux
internal import CUring
internal import Glibc

/// The io_uring backend: multishot operations, completions polled from shared memory.
///
/// Set up disabled and enabled by the thread that first runs it, so that it may be made by one
/// thread and run by another, though only one may ever submit (SINGLE_ISSUER).
/// Completion work runs only when that thread asks (DEFER_TASKRUN), never by interrupt.
///
/// Completions are drained from the kernel's queue before any is looked at, so the kernel has its
/// whole queue free while we parse.
struct UringLoop: ~Copyable {
    private static let group: Int32 = 0

    private let buffers: ReceiveBuffers
    private let ring: UnsafeMutablePointer<io_uring>
    private let provided: UnsafeMutablePointer<io_uring_buf_ring>
    /// What a receive with arrival stamps asks for; nil without stamps.
    private let header: UnsafeMutablePointer<msghdr>?
    private var isEnabled = false
    /// Times the kernel's queue was seen overflowing.
    private(set) var overflows: UInt64 = 0

    init(
        _ configuration: LoopConfiguration,
        _ buffers: ReceiveBuffers
    ) throws(TransportError) {
        // A slot has at most three operations and their cancellations under way.
        var entries = 64
        while entries < configuration.connections * 6 + 1 { entries *= 2 }
        let completions = configuration.completionEntries
        var parameters = io_uring_params()
        parameters.flags =
            IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN | IORING_SETUP_TASKRUN_FLAG
            | IORING_SETUP_R_DISABLED | IORING_SETUP_CQSIZE
        parameters.cq_entries = UInt32(completions)
        let made = UnsafeMutablePointer<io_uring>.allocate(capacity: 1)
        made.initialize(to: io_uring())
        let rc = io_uring_queue_init_params(
            UInt32(min(entries, completions, 32_768)),
            made,
            &parameters
        )
        guard rc == 0 else {
            made.deallocate()
            throw .ringUnavailable(-rc)
        }
        guard
            let registered = sluice_uring_buffers(made, UInt32(buffers.count), UringLoop.group)
        else {
            let error = errno
            io_uring_queue_exit(made)
            made.deallocate()
            throw .ringUnavailable(error)
        }
        ring = made
        provided = registered
        self.buffers = buffers
        if configuration.stampsArrivals {
            let wanted = UnsafeMutablePointer<msghdr>.allocate(capacity: 1)
            wanted.initialize(to: msghdr())
            wanted.pointee.msg_controllen = Int(sluice_stamp_bytes())
            header = wanted
        } else {
            header = nil
        }
        for buffer in 0..<buffers.count { recycle(buffer) }
    }

    deinit {
        io_uring_queue_exit(ring)
        sluice_uring_free_buffers(provided, UInt32(buffers.count))
        ring.deallocate()
        header?.deallocate()
    }

    /// Gives a receive buffer back to the kernel.
    func recycle(_ buffer: Int) {
        io_uring_buf_ring_add(
            provided,
            buffers.base(buffer),
            UInt32(truncatingIfNeeded: buffers.bytesEach),
            UInt16(truncatingIfNeeded: buffer),
            Int32(truncatingIfNeeded: buffers.count &- 1),
            0
        )
        io_uring_buf_ring_advance(provided, 1)
    }

    // MARK: Operations. Each is false when the kernel takes no further one.

    mutating func receive(_ userData: UInt64, _ descriptor: Int32) -> Bool {
        guard let entry = entry() else { return false }
        if let header {
            io_uring_prep_recvmsg_multishot(entry, descriptor, header, 0)
        } else {
            io_uring_prep_recv_multishot(entry, descriptor, nil, 0, 0)
        }
        // The prepare calls clear the entry, so the rest comes last.
        entry.pointee.flags |= UInt8(1 << IOSQE_BUFFER_SELECT_BIT)
        entry.pointee.buf_group = UInt16(UringLoop.group)
        io_uring_sqe_set_data64(entry, userData)
        return true
    }

    mutating func connect(
        _ userData: UInt64,
        _ descriptor: Int32,
        _ address: UnsafePointer<sockaddr>,
        _ length: socklen_t
    ) -> Bool {
        guard let entry = entry() else { return false }
        io_uring_prep_connect(entry, descriptor, address, length)
        io_uring_sqe_set_data64(entry, userData)
        return true
    }

    mutating func accept(_ userData: UInt64, _ descriptor: Int32) -> Bool {
        guard let entry = entry() else { return false }
        io_uring_prep_multishot_accept(entry, descriptor, nil, nil, sluice_accept_flags())
        io_uring_sqe_set_data64(entry, userData)
        return true
    }

    /// Completes once, when `descriptor` is ready for one of `events`.
    mutating func ready(_ userData: UInt64, _ descriptor: Int32, _ events: Int32) -> Bool {
        guard let entry = entry() else { return false }
        io_uring_prep_poll_add(entry, descriptor, UInt32(events))
        io_uring_sqe_set_data64(entry, userData)
        return true
    }

    mutating func cancel(_ userData: UInt64) -> Bool {
        guard let entry = entry() else { return false }
        io_uring_prep_cancel64(entry, userData, 0)
        io_uring_sqe_set_data64(entry, Operation.cancel.userData(0, 0))
        return true
    }

    /// A free submission entry; it is submitted by the next turn.
    private mutating func entry() -> UnsafeMutablePointer<io_uring_sqe>? {
        if let free = io_uring_get_sqe(ring) { return free }
        // Only more operations between two turns than the queue has entries come here.
        enable()
        io_uring_submit(ring)
        return io_uring_get_sqe(ring)
    }

    // MARK: Turning

    /// Submits what waits and takes what is ready, after waiting up to `waitNanoseconds` for it.
    mutating func turn(waitNanoseconds: Int64, into queue: inout CompletionQueue) {
        enable()
        if waitNanoseconds > 0 {
            var timeout = __kernel_timespec()
            timeout.tv_sec = waitNanoseconds / 1_000_000_000
            timeout.tv_nsec = waitNanoseconds % 1_000_000_000
            var first: UnsafeMutablePointer<io_uring_cqe>?
            // Time-out and interruption are no failures here: there is just nothing to take.
            _ = io_uring_submit_and_wait_timeout(ring, &first, 1, &timeout, nil)
        } else if io_uring_sq_ready(ring) > 0 {
            io_uring_submit(ring)
        }
        // TASKRUN alone is not enough: with the queue overflowing the kernel raises only the other.
        let flags = sluice_uring_flags(ring)
        if flags & (IORING_SQ_TASKRUN | IORING_SQ_CQ_OVERFLOW) != 0 {
            if flags & IORING_SQ_CQ_OVERFLOW != 0 { overflows &+= 1 }
            io_uring_get_events(ring)
        }
        reap(into: &queue)
    }

    private func reap(into queue: inout CompletionQueue) {
        guard sluice_uring_peek(ring) != nil else { return }
        let now = sluice_ticks()
        while !queue.isFull, let entry = sluice_uring_peek(ring) {
            let flags = entry.pointee.flags
            let hasBuffer = flags & UInt32(IORING_CQE_F_BUFFER) != 0
            var completion = Completion(
                userData: entry.pointee.user_data,
                result: entry.pointee.res,
                bufferIndex: hasBuffer ? Int32(truncatingIfNeeded: flags >> 16) : -1,
                goesOn: flags & UInt32(IORING_CQE_F_MORE) != 0,
                ticks: now
            )
            io_uring_cq_advance(ring, 1)
            if header != nil, completion.bufferIndex >= 0 { unwrap(&completion) }
            queue.append(completion)
        }
    }

    /// Finds the bytes and the stamp of a receive that asked for stamps; the buffer begins with
    ///
    ///     | io_uring_recvmsg_out | control messages | bytes |
    ///
    /// Kept out of line: its registers would be spilled by every receive that has no stamp.
    @inline(never)
    private func unwrap(_ completion: inout Completion) {
        let front = MemoryLayout<io_uring_recvmsg_out>.size
        let reserved = Int(sluice_stamp_bytes())
        guard completion.result >= Int32(front &+ reserved) else { return }
        let base = buffers.base(Int(completion.bufferIndex))
        let told = base.assumingMemoryBound(to: io_uring_recvmsg_out.self).pointee
        let control = min(Int(told.controllen), reserved)
        completion.kernelNanoseconds = sluice_stamp(base + front, control)
        completion.offset = Int32(truncatingIfNeeded: front &+ reserved)
        completion.result &-= completion.offset
    }

    private mutating func enable() {
        guard !isEnabled else { return }
        isEnabled = true
        let rc = sluice_uring_enable(ring)
        precondition(rc == 0, "an io_uring is enabled once, by the thread that runs it")
    }
}
