internal import Glibc
internal import Transport
internal import Units

extension Workbench {
    /// Lets time pass, unless the operator wants an end.
    func wait(until time: Nanoseconds) {
        while clock.now < time, !control.isStopWanted { usleep(20_000) }
    }

    /// Asks the venue over a connection that is closed again, whatever comes of `body`.
    mutating func asking<Value>(
        _ body: (inout VenueInquiry, inout EventLoop) throws(SessionError) -> Value
    ) throws(SessionError) -> Value {
        var inquiry = try inquiry()
        defer { inquiry.link.close(&loop) }
        return try body(&inquiry, &loop)
    }

    /// `Persistence.attempt`, of work with the bench.
    mutating func persist<Value>(
        until deadline: Deadline,
        _ patience: Nanoseconds,
        advice: String = "",
        _ attempt: (inout Workbench) throws(SessionError) -> Value
    ) throws(SessionError) -> Value {
        let persistence = persistence
        return try persistence.attempt(until: deadline, patience, advice: advice) {
            () throws(SessionError) in try attempt(&self)
        }
    }

    /// Connects to the venue and asks what a recovery must know, again and again for `patience`;
    /// the inquiry's link is open, and each further question is asked as long.
    ///
    /// A host whose clock is off keeps no order from being taken off: where it is, the work goes by
    /// the venue's clock, and the operator is told.
    mutating func reach<Answer>(
        for patience: Nanoseconds,
        _ ask: (VenueInquiry, inout EventLoop) throws(SessionError) -> Answer
    ) throws(SessionError) -> (VenueInquiry, Answer) {
        let advice = InquiryLine.advice
        return try persist(until: Deadline(patience), patience, advice: advice) {
            (bench) throws(SessionError) in
            var inquiry = try bench.inquiry()
            do throws(SessionError) {
                let offset = try inquiry.venueClock(&bench.loop).clock.offset
                if !VenueInquiry.bears(offset) {
                    bench.adoptClock(offset)
                    inquiry = inquiry.timed(by: bench.now)
                }
                let answer = try ask(inquiry, &bench.loop)
                return (inquiry.asking(for: patience, bench.persistence, bench.opener), answer)
            } catch {
                inquiry.link.abandon(&bench.loop)
                throw error
            }
        }
    }
}
