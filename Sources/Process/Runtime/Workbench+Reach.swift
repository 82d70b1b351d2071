internal import Glibc
internal import Transport
internal import Units

extension Workbench {
    /// Lets time pass, unless the operator wants an end.
    func wait(until time: Nanoseconds) {
        while clock.now < time, !control.isStopWanted { usleep(20_000) }
    }

    /// Asks the venue over a connection that is closed again, whatever comes of `body`.
    ///
    /// - Parameter isStoppable: whether a wish to stop ends the waiting.
    mutating func asking<Value>(
        isStoppable: Bool = true,
        _ body: (inout VenueInquiry, inout EventLoop) throws(SessionError) -> Value
    ) throws(SessionError) -> Value {
        var inquiry = try inquiry(isStoppable: isStoppable)
        defer { inquiry.link.close(&loop) }
        return try body(&inquiry, &loop)
    }

    /// Attempts something until it succeeds, fails for a reason that does not pass by itself, or
    /// `deadline` is over, which began as `patience`. The operator's wish to stop ends the trying.
    ///
    /// - Parameter advice: what a failure says besides.
    mutating func persist<Value>(
        until deadline: Deadline,
        _ patience: Nanoseconds,
        advice: String = "",
        _ attempt: (inout Workbench) throws(SessionError) -> Value
    ) throws(SessionError) -> Value {
        var pause = Nanoseconds.milliseconds(100)
        while true {
            let text: String
            do throws(SessionError) {
                return try attempt(&self)
            } catch {
                guard case .venue(let why) = error else { throw error }
                text = why
            }
            if control.isStopWanted { throw .stopped(text + advice) }
            if deadline.isOver {
                let tried = patience == .zero ? "" : "; tried for \(patience.inSeconds) s"
                throw .venue(text + tried + advice)
            }
            sayTrying(text, patience)
            let waited = Deadline(min(pause, deadline.rest))
            while !waited.isOver, !control.isStopWanted {
                usleep(UInt32(min(.milliseconds(20), waited.rest).count / 1_000))
            }
            pause = min(pause + pause, configuration.patience.retry)
        }
    }

    /// Connects to the venue and asks what a recovery must know, again and again for `patience`;
    /// the inquiry's link is open.
    ///
    /// A host whose clock is off keeps no order from being taken off: where it is, the work goes by
    /// the venue's clock, and the operator is told.
    mutating func reach<Answer>(
        for patience: Nanoseconds,
        _ ask: (VenueInquiry, inout EventLoop) throws(SessionError) -> Answer
    ) throws(SessionError) -> (VenueInquiry, Answer) {
        let advice = "; the journal is as it was: run `sluice recover` again"
        return try persist(until: Deadline(patience), patience, advice: advice) {
            (bench) throws(SessionError) in
            var inquiry = try bench.inquiry(isStoppable: false)
            do throws(SessionError) {
                let offset = try inquiry.venueClock(&bench.loop).clock.offset
                if !VenueInquiry.bears(offset) {
                    bench.adoptClock(offset)
                    inquiry = inquiry.timed(by: bench.now)
                }
                return (inquiry, try ask(inquiry, &bench.loop))
            } catch {
                inquiry.link.abandon(&bench.loop)
                throw error
            }
        }
    }

    /// Says once what is waited for; and again when it is something else.
    private mutating func sayTrying(_ text: String, _ patience: Nanoseconds) {
        guard lastTrouble != text else { return }
        lastTrouble = text
        configuration.notice?("\(text); trying again, for \(patience.inSeconds) s in all")
    }
}
