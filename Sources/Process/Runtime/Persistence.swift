internal import Glibc
internal import Units

/// The one way in which set-up work is attempted again: for what passes by itself, until its time
/// is over or the operator wants an end.
final class Persistence {
    private let longestPause: Nanoseconds
    private let notice: (@Sendable (String) -> Void)?
    private let control: SessionControl
    /// What was last said of why the venue cannot be worked at yet.
    private var lastTrouble = ""

    init(_ configuration: SessionConfiguration, _ control: SessionControl) {
        longestPause = configuration.patience.retry
        notice = configuration.notice
        self.control = control
    }

    /// Attempts something until it succeeds, fails for a reason that does not pass by itself, or
    /// `deadline` is over, which began as `patience`.
    ///
    /// - Parameter advice: what a failure says besides.
    func attempt<Value>(
        until deadline: Deadline,
        _ patience: Nanoseconds,
        advice: String = "",
        _ work: () throws(SessionError) -> Value
    ) throws(SessionError) -> Value {
        var pause = Nanoseconds.milliseconds(100)
        while true {
            let text: String
            do throws(SessionError) {
                return try work()
            } catch {
                guard case .venue(let why) = error else { throw error }
                text = why
            }
            if control.isStopWanted { throw .stopped(text + advice) }
            if deadline.isOver {
                let tried = patience == .zero ? "" : "; tried for \(patience.inSeconds) s"
                throw .venue(text + tried + advice)
            }
            say(text, patience)
            wait(min(pause, deadline.rest))
            pause = min(pause + pause, longestPause)
        }
    }

    /// Lets time pass, unless the operator wants an end.
    func wait(_ span: Nanoseconds) {
        let waited = Deadline(span)
        while !waited.isOver, !control.isStopWanted {
            usleep(UInt32(min(.milliseconds(20), waited.rest).count / 1_000))
        }
    }

    /// Says once what is waited for; and again when it is something else.
    func say(_ text: String, _ patience: Nanoseconds) {
        guard lastTrouble != text else { return }
        lastTrouble = text
        notice?("\(text); trying again, for \(patience.inSeconds) s in all")
    }
}
