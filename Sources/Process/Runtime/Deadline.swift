internal import Glibc
internal import Units

/// A point on the monotonic clock that set-up work must not pass.
struct Deadline {
    private let end: Int64

    /// `span` from now.
    init(_ span: Nanoseconds) { end = Deadline.monotonic() + span.count }

    var isOver: Bool { rest.count <= 0 }
    var rest: Nanoseconds { Nanoseconds(max(0, end - Deadline.monotonic())) }

    private static func monotonic() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
