/// A time in nanoseconds: an instant since the Unix epoch, or the distance between two.
public struct Nanoseconds: Hashable, Comparable, Sendable, BitwiseCopyable {
    /// The count.
    public var count: Int64

    /// `count` nanoseconds.
    @inlinable public init(_ count: Int64) { self.count = count }

    /// No time.
    @inlinable public static var zero: Nanoseconds { Nanoseconds(0) }
    /// Later than any instant that occurs.
    @inlinable public static var distantFuture: Nanoseconds { Nanoseconds(.max) }
    /// `n` seconds.
    @inlinable public static func seconds(_ n: Int64) -> Nanoseconds {
        Nanoseconds(n * 1_000_000_000)
    }
    /// `n` milliseconds.
    @inlinable public static func milliseconds(_ n: Int64) -> Nanoseconds {
        Nanoseconds(n * 1_000_000)
    }

    /// Whole milliseconds since the epoch: the venues' unit.
    @inlinable public var millisecondCount: Int64 { count / 1_000_000 }
    /// Seconds, for reports and models.
    @inlinable public var inSeconds: Double { Double(count) / 1e9 }

    /// Numerically lower.
    @inlinable public static func < (a: Nanoseconds, b: Nanoseconds) -> Bool { a.count < b.count }
    /// The sum.
    @inlinable public static func + (a: Nanoseconds, b: Nanoseconds) -> Nanoseconds {
        Nanoseconds(a.count + b.count)
    }
    /// The difference.
    @inlinable public static func - (a: Nanoseconds, b: Nanoseconds) -> Nanoseconds {
        Nanoseconds(a.count - b.count)
    }
}
