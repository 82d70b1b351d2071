internal import Glibc
internal import Transport
internal import Units

extension Workbench {
    /// Lets time pass, unless the operator wants an end.
    func wait(until time: Nanoseconds) {
        while clock.now < time, !control.isStopWanted { usleep(20_000) }
    }

    /// Connects to the venue and asks what a session must know, again and again for `patience`; the
    /// inquiry's link is open.
    mutating func reach(
        for patience: Nanoseconds
    ) throws(SessionError) -> (VenueInquiry, VenueFacts) {
        let deadline = Deadline(patience)
        var pause = Nanoseconds.milliseconds(100)
        var isSaid = false
        while true {
            do throws(SessionError) {
                let inquiry = try inquiry()
                do throws(SessionError) {
                    return (inquiry, try inquiry.facts(&loop))
                } catch {
                    inquiry.link.close(&loop)
                    throw error
                }
            } catch {
                guard case .venue(let text) = error else { throw error }
                if deadline.isOver || control.isStopWanted {
                    throw .venue("\(text); the journal is as it was: run `sluice recover` again")
                }
                if !isSaid {
                    isSaid = true
                    configuration.notice?("\(text); trying again for \(patience.inSeconds) s")
                }
            }
            usleep(UInt32(min(pause, deadline.rest).count / 1_000))
            pause = min(pause + pause, .seconds(5))
        }
    }
}
