internal import Units

/// How long a parent has worked, and how much of that time its fills lay inside its band.
///
/// Each look at the schedule speaks for the time until the next: looks come by events, and many
/// come where much happens.
struct BandTime: BitwiseCopyable {
    /// The longest time for which one look speaks: the clock looks far more often.
    private static var longestLook: Nanoseconds { .seconds(1) }

    private(set) var worked = Nanoseconds.zero
    private(set) var inside = Nanoseconds.zero
    private var lookedAt = Nanoseconds.distantFuture
    private var isInside = false

    /// Takes one look; `isInside` tells whether the fills lie inside the band from now on.
    @inline(__always)
    mutating func look(isInside: Bool, _ now: Nanoseconds) {
        // A process that stood still looked at nothing: what it finds then was so meanwhile.
        if now.count &- lookedAt.count > BandTime.longestLook.count { self.isInside = isInside }
        end(now)
        lookedAt = now
        self.isInside = isInside
    }

    /// Takes the last look: what comes now is no work any more.
    @inline(__always)
    mutating func end(_ now: Nanoseconds) {
        if now > lookedAt {
            worked = worked + (now - lookedAt)
            if isInside { inside = inside + (now - lookedAt) }
        }
        lookedAt = .distantFuture
    }
}
