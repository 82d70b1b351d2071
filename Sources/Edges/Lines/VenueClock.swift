public import Units

/// One question for the venue's time: when it left, when the answer came, what it said.
public struct TimeSample: Sendable, BitwiseCopyable {
    /// When the question left, by our clock.
    public var sent: Nanoseconds
    /// When the answer came, by our clock.
    public var received: Nanoseconds
    /// The venue's clock somewhere in between.
    public var venue: Nanoseconds

    /// A question and its answer.
    public init(sent: Nanoseconds, received: Nanoseconds, venue: Nanoseconds) {
        self.sent = sent
        self.received = received
        self.venue = venue
    }

    /// There and back.
    public var roundTrip: Nanoseconds { received - sent }
    /// The venue's clock minus ours, had it been read half way.
    public var offset: Nanoseconds {
        Nanoseconds(venue.count &- (sent.count &+ roundTrip.count / 2))
    }
}

/// How far the venue's clock is ahead of ours, and how well that is known.
///
/// The venue read its clock somewhere on the way there and back, so half the round trip bounds
/// the error; of the last samples the one with the least bound wins. A sample gets worse with
/// age, by as much as two crystals may drift apart: 15 parts in a million, as NTP assumes. One with
/// which most of the latest five cannot be true together is an answer gone wrong, and is not
/// believed; a clock that was set is, three answers later.
///
/// A request that the venue refuses for its time stamp tells its time as well, by the very clock
/// that judges requests. Two of the latest three refusals that agree weigh more than all answers:
/// what cannot be true together with them is not believed, however often it is said.
///
/// - SeeAlso: RFC 5905, section 10 (clock filter).
public struct VenueClock: Sendable, BitwiseCopyable {
    private static let window = 16
    private static let driftPPM: Int64 = 15
    /// The latest samples, most of which must agree with the one that wins.
    private static let jury = 5
    /// The latest refusals, of which two that agree are believed.
    private static let witnesses = 3
    /// By how much samples may differ beyond their bounds: a venue has more hosts than one.
    private static let slack: Int64 = 1_000_000

    private var samples = InlineSamples()
    private var refusals = InlineSamples()
    private var refusalCount = 0
    /// Samples taken in so far.
    public private(set) var count = 0
    /// The venue's clock minus ours.
    public private(set) var offset = Nanoseconds.zero
    /// By how much that may be wrong.
    public private(set) var uncertainty = Nanoseconds.distantFuture

    /// Nothing is known.
    public init() {}

    /// Takes in an answer to a question for the time; one that ends before it begins is ignored.
    public mutating func add(_ sample: TimeSample) {
        guard sample.roundTrip.count >= 0 else { return }
        samples[count % VenueClock.window] = sample
        count &+= 1
        settle(sample.received)
    }

    /// Takes in what the refusal of a time stamp told: `sample` is the refused request, with the
    /// venue's time when it refused it. One that ends before it begins is ignored.
    public mutating func add(refusal sample: TimeSample) {
        guard sample.roundTrip.count >= 0 else { return }
        refusals[refusalCount % VenueClock.witnesses] = sample
        refusalCount &+= 1
        settle(sample.received)
    }

    /// Chooses among what is believed at `now` what is known best.
    private mutating func settle(_ now: Nanoseconds) {
        var least = Int64.max
        for i in 0..<min(refusalCount, VenueClock.witnesses) where isWitnessed(i, at: now) {
            let bound = VenueClock.bound(refusals[i], at: now)
            if bound < least {
                least = bound
                offset = refusals[i].offset
            }
        }
        for i in 0..<min(count, VenueClock.window) {
            let known = samples[i]
            let bound = VenueClock.bound(known, at: now)
            if bound < least, isShared(known, at: now), !isContradicted(known, at: now) {
                least = bound
                offset = known.offset
            }
        }
        if least < .max { uncertainty = Nanoseconds(least) }
        // Where the latest answer says otherwise, one of the two is wrong by as much: until others
        // tell which, neither is known.
        guard count > 0, least < .max else { return }
        let latest = samples[(count - 1) % VenueClock.window]
        if isContradicted(latest, at: now) { return }
        let away = latest.offset.count.subtractingReportingOverflow(offset.count)
        let distance = away.overflow ? Int64.max : Int64(clamping: away.partialValue.magnitude)
        if distance > VenueClock.bound(latest, at: now) + least + VenueClock.slack {
            uncertainty = Nanoseconds(max(uncertainty.count, distance))
        }
    }

    /// By how much a sample's offset may be wrong at `now`.
    private static func bound(_ sample: TimeSample, at now: Nanoseconds) -> Int64 {
        let age = max(0, (now - sample.received).count)
        return sample.roundTrip.count / 2 + age / 1_000_000 * driftPPM
    }

    /// Whether two samples can be true together at `now`.
    private static func agree(_ a: TimeSample, _ b: TimeSample, at now: Nanoseconds) -> Bool {
        let distance = a.offset.count.subtractingReportingOverflow(b.offset.count)
        let bound = bound(a, at: now) + bound(b, at: now) + slack
        return !distance.overflow && distance.partialValue.magnitude <= bound.magnitude
    }

    /// Whether most of the latest samples can be true together with `sample`.
    private func isShared(_ sample: TimeSample, at now: Nanoseconds) -> Bool {
        let latest = min(count, VenueClock.jury)
        var votes = 0
        for i in 1...latest {
            let other = samples[(count - i) % VenueClock.window]
            if VenueClock.agree(other, sample, at: now) { votes += 1 }
        }
        return votes > latest / 2
    }

    /// Whether another of the latest refusals can be true together with that at `place`.
    private func isWitnessed(_ place: Int, at now: Nanoseconds) -> Bool {
        for i in 0..<min(refusalCount, VenueClock.witnesses) where i != place {
            if VenueClock.agree(refusals[i], refusals[place], at: now) { return true }
        }
        return false
    }

    /// Whether `sample` cannot be true together with a refusal that is believed.
    private func isContradicted(_ sample: TimeSample, at now: Nanoseconds) -> Bool {
        for i in 0..<min(refusalCount, VenueClock.witnesses) where isWitnessed(i, at: now) {
            if !VenueClock.agree(refusals[i], sample, at: now) { return true }
        }
        return false
    }
}

/// Sixteen samples in place.
private struct InlineSamples: Sendable, BitwiseCopyable {
    private typealias Four = (TimeSample, TimeSample, TimeSample, TimeSample)
    private static let none = TimeSample(sent: .zero, received: .zero, venue: .zero)
    private static let four = (none, none, none, none)
    private var storage = (four, four, four, four)

    subscript(_ i: Int) -> TimeSample {
        get { withUnsafeBytes(of: storage) { $0.bindMemory(to: TimeSample.self)[i] } }
        set {
            withUnsafeMutableBytes(of: &storage) { bytes in
                bytes.bindMemory(to: TimeSample.self)[i] = newValue
            }
        }
    }
}
