internal import CLinux
internal import CUring
internal import Glibc

/// One finished operation, copied from the kernel's queue.
struct Completion: BitwiseCopyable {
    var userData: UInt64
    var result: Int32
    var flags: UInt32
    /// When it was taken from the kernel's queue, in `sluice_ticks`.
    var ticks: UInt64

    /// Whether a multishot operation goes on.
    var goesOn: Bool { flags & UInt32(IORING_CQE_F_MORE) != 0 }
    /// The provided buffer that holds the bytes; nil when the kernel took none.
    var buffer: Int? {
        flags & UInt32(IORING_CQE_F_BUFFER) != 0 ? Int(flags >> 16) : nil
    }
}

/// An io_uring of one thread: operations in, completions out.
///
/// It starts disabled and belongs to the thread of its first ``turn(waitNanoseconds:)``: so it can
/// be made by one thread and run by another, though only one may ever submit (SINGLE_ISSUER).
/// Completion work runs only when that thread asks (DEFER_TASKRUN), never by interrupt.
///
/// Completions are drained from the kernel's queue into `queue` before any is looked at, so the
/// kernel has its whole queue free while we parse.
struct UringLoop: ~Copyable {
    let ring: UnsafeMutablePointer<io_uring>
    private let queue: UnsafeMutablePointer<Completion>
    private let mask: Int
    private var head = 0
    private var tail = 0
    private var isEnabled = false
    /// Times the kernel's queue was seen overflowing.
    private(set) var overflows: UInt64 = 0

    init(submissions: Int, completions: Int) throws(TransportError) {
        guard completions.nonzeroBitCount == 1 else {
            throw .configuration("completionEntries must be a power of two")
        }
        var parameters = io_uring_params()
        parameters.flags =
            IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN | IORING_SETUP_TASKRUN_FLAG
            | IORING_SETUP_R_DISABLED | IORING_SETUP_CQSIZE
        parameters.cq_entries = UInt32(completions)
        let made = UnsafeMutablePointer<io_uring>.allocate(capacity: 1)
        made.initialize(to: io_uring())
        let entries = min(UInt32(submissions), UInt32(completions))
        let rc = io_uring_queue_init_params(entries, made, &parameters)
        guard rc == 0 else {
            made.deallocate()
            throw .ringUnavailable(-rc)
        }
        ring = made
        mask = completions - 1
        queue = .allocate(capacity: completions)
    }

    deinit {
        io_uring_queue_exit(ring)
        ring.deallocate()
        queue.deallocate()
    }

    var hasCompletions: Bool { head != tail }

    /// A cleared submission entry; it is submitted by the next turn.
    mutating func entry() -> UnsafeMutablePointer<io_uring_sqe> {
        if let free = io_uring_get_sqe(ring) { return free }
        // Only more operations between two turns than the queue has entries come here.
        enable()
        io_uring_submit(ring)
        guard let free = io_uring_get_sqe(ring) else {
            preconditionFailure("a submitted io_uring queue has free entries")
        }
        return free
    }

    /// Submits what waits and takes what is ready, after waiting up to `waitNanoseconds` for it.
    mutating func turn(waitNanoseconds: Int64) {
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
        reap()
    }

    /// The oldest completion not looked at.
    mutating func next() -> Completion? {
        guard head != tail else { return nil }
        defer { head &+= 1 }
        return queue[head & mask]
    }

    private mutating func reap() {
        guard sluice_uring_peek(ring) != nil else { return }
        let now = sluice_ticks()
        while tail &- head <= mask, let entry = sluice_uring_peek(ring) {
            queue[tail & mask] = Completion(
                userData: entry.pointee.user_data,
                result: entry.pointee.res,
                flags: entry.pointee.flags,
                ticks: now
            )
            tail &+= 1
            io_uring_cq_advance(ring, 1)
        }
    }

    private mutating func enable() {
        guard !isEnabled else { return }
        isEnabled = true
        let rc = sluice_uring_enable(ring)
        precondition(rc == 0, "an io_uring is enabled once, by the thread that runs it")
    }
}
