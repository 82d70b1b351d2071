internal import Lines
internal import Units
internal import Venues

/// What the requests of one thread are stamped with: the venue's time as far as it is known, and
/// where the venue refuses a stamp, the time that its refusal tells.
///
/// A request that is refused for its time was not done, and a wrong stamp has no other effect than
/// another refusal: so the refusal's own word is taken at once, and the request is signed again.
/// Whether it is the truth for others, too, is judged by `VenueClock`.
final class RequestStamp {
    /// How often a request is sent before its refusal is the answer.
    private static let tries = 3

    private let clock: @Sendable () -> Nanoseconds
    private let known: VenueOffset
    /// The offset that the venue refused, and the one that it told instead.
    private var correction: (of: Nanoseconds, told: Nanoseconds)?

    /// Stamps by `clock`, and the offset of the venue's as it is `known`.
    init(_ known: VenueOffset, clock: @escaping @Sendable () -> Nanoseconds) {
        self.known = known
        self.clock = clock
    }

    /// The time that a request is stamped with.
    var now: Nanoseconds {
        let offset = known.value
        guard let correction, correction.of == offset else { return clock() + offset }
        return clock() + correction.told
    }

    /// Sends a request, and signs and sends it again where the venue refuses its time stamp.
    ///
    /// - Parameters:
    ///   - send: makes the request, stamped with `now`, and sends it.
    ///   - told: what a refusal says of the venue's clock, nil where it says nothing; and after it,
    ///     what the answer to a request says that was stamped by its word.
    func signing(
        _ send: () throws(SessionError) -> RESTAnswer,
        told: (TimeSample?) -> Void = { _ in }
    ) throws(SessionError) -> RESTAnswer {
        var tries = 1
        while true {
            let sent = clock()
            let answer = try send()
            let refusal = BybitReplies.stampRefusal(answer.body)
            if refusal == nil && tries == 1 { return answer }
            let time = refusal.map(\.time) ?? RequestStamp.time(answer)
            let sample = time.map { TimeSample(sent: sent, received: clock(), venue: $0) }
            told(sample)
            guard refusal != nil, let sample, tries < RequestStamp.tries else { return answer }
            correction = (of: known.value, told: sample.offset)
            tries += 1
        }
    }

    private static func time(_ answer: RESTAnswer) -> Nanoseconds? {
        let time = BybitReplies.time(answer.body)
        return time > .zero ? time : nil
    }
}
