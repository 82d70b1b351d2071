import Lines
import Testing
import Units

@Suite("Venue clock", .timeLimit(.minutes(3)))
struct VenueClockTests {
    /// A question at `at` whose way there takes `out` and back `back`, venue ahead by `ahead`.
    private func sample(_ at: Int64, out: Int64, back: Int64, ahead: Int64) -> TimeSample {
        TimeSample(
            sent: Nanoseconds(at),
            received: Nanoseconds(at + out + back),
            venue: Nanoseconds(at + out + ahead)
        )
    }

    @Test("the quickest answer counts, and the truth lies within the uncertainty")
    func filter() {
        var random = SplitMix64(seed: 9)
        for ahead in [Int64(-40_000_000), 0, 3_000, 250_000_000] {
            var clock = VenueClock()
            #expect(clock.uncertainty == .distantFuture)
            var quickest = Int64.max
            for i in Int64(0)..<12 {
                let out = 100_000 + Int64(random.next() % 9_000_000)
                let back = 100_000 + Int64(random.next() % 9_000_000)
                quickest = min(quickest, out + back)
                clock.add(sample(i * 10_000_000, out: out, back: back, ahead: ahead))
                let error = abs(clock.offset.count - ahead)
                #expect(error <= clock.uncertainty.count)
            }
            // Half the quickest round trip, and what two crystals drift apart in 120 ms.
            #expect(clock.uncertainty.count <= quickest / 2 + 2_000)
            #expect(clock.count == 12)
        }
    }

    @Test("an old quick answer gives way to a newer one that its age has made the better")
    func ageing() {
        var clock = VenueClock()
        clock.add(sample(0, out: 1_000, back: 1_000, ahead: 0))
        let hour: Int64 = 3_600_000_000_000
        clock.add(sample(hour, out: 1_000_000, back: 1_000_000, ahead: 40_000_000))
        #expect(clock.offset.count == 40_000_000)
        #expect(clock.uncertainty.count == 1_000_000)
    }

    @Test("one answer gone wrong is not believed, however quick; a clock that was set is, soon")
    func outlier() {
        var clock = VenueClock()
        let second: Int64 = 1_000_000_000
        for i in 0..<5 as Range<Int64> {
            clock.add(sample(i * second, out: 400_000, back: 300_000, ahead: 7_000_000))
        }
        let known = clock.offset.count
        for wrong in [3_600 * second, -6 * second] {
            clock.add(sample(6 * second, out: 1_000, back: 1_000, ahead: wrong))
            #expect(clock.offset.count == known, "\(wrong)")
        }
        for i in 10..<13 as Range<Int64> {
            clock.add(sample(i * second, out: 400_000, back: 300_000, ahead: 60 * second))
        }
        #expect(abs(clock.offset.count - 60 * second) < 1_000_000)
    }

    @Test("a clock of ours that stood is found out by the next look, and not trusted before")
    func stoodStill() {
        let second: Int64 = 1_000_000_000
        var clock = VenueClock()
        for i in 0..<5 as Range<Int64> {
            clock.add(sample(i * second, out: 50_000, back: 50_000, ahead: 0))
        }
        #expect(clock.offset == .zero && clock.uncertainty < .milliseconds(1))
        // A look is three questions, each slower than those before the process stood still.
        for i in 0..<3 as Range<Int64> {
            let at = 6 * second + i * 1_000_000
            clock.add(sample(at, out: 100_000, back: 100_000, ahead: 20 * second))
            if i < 2 { #expect(clock.uncertainty >= .seconds(20), "\(i)") }
        }
        #expect(clock.offset == .seconds(20))
        #expect(clock.uncertainty < .milliseconds(1))
        // One answer gone wrong makes the time uncertain until the next.
        clock.add(sample(7 * second, out: 1_000, back: 1_000, ahead: -90 * second))
        #expect(clock.offset == .seconds(20) && clock.uncertainty >= .seconds(110))
        clock.add(sample(8 * second, out: 100_000, back: 100_000, ahead: 20 * second))
        #expect(clock.offset == .seconds(20) && clock.uncertainty < .milliseconds(1))
    }

    @Test("what two refusals tell outweighs all answers, and one alone nothing")
    func refusals() {
        let second: Int64 = 1_000_000_000
        func refusal(_ at: Int64, ahead: Int64) -> TimeSample {
            sample(at * second, out: 2_000_000, back: 1_000_000, ahead: ahead)
        }
        var clock = VenueClock()
        for i in 0..<5 as Range<Int64> {
            clock.add(sample(i * second, out: 400_000, back: 300_000, ahead: 7_000_000))
        }
        // A single absurd one changes nothing.
        clock.add(refusal: refusal(5, ahead: -86_400 * second))
        #expect(abs(clock.offset.count - 7_000_000) < 1_000_000)
        // Answers go wrong for good: they are believed, until requests are refused for them.
        for i in 10..<16 as Range<Int64> {
            clock.add(sample(i * second, out: 400_000, back: 300_000, ahead: 60 * second))
        }
        #expect(abs(clock.offset.count - 60 * second) < 1_000_000)
        clock.add(refusal: refusal(16, ahead: 7_000_000))
        #expect(abs(clock.offset.count - 60 * second) < 1_000_000)
        clock.add(refusal: refusal(17, ahead: 7_000_000))
        #expect(abs(clock.offset.count - 7_000_000) < 2_000_000)
        for i in 20..<60 as Range<Int64> {
            clock.add(sample(i * second, out: 400_000, back: 300_000, ahead: 60 * second))
            #expect(abs(clock.offset.count - 7_000_000) < 2_000_000, "\(i)")
            #expect(clock.uncertainty < .milliseconds(5))
        }
        // An absurd one among them is out-voted; a venue whose clock is set says so again.
        clock.add(refusal: refusal(60, ahead: 86_400 * second))
        #expect(abs(clock.offset.count - 7_000_000) < 2_000_000)
        for i in 61..<63 as Range<Int64> { clock.add(refusal: refusal(i, ahead: 30 * second)) }
        #expect(abs(clock.offset.count - 30 * second) < 2_000_000)
        // Answers that agree with them make it finer.
        for i in 63..<66 as Range<Int64> {
            clock.add(sample(i * second, out: 400_000, back: 300_000, ahead: 30 * second))
        }
        #expect(clock.uncertainty < Nanoseconds(400_000))
        let impossible = TimeSample(sent: .seconds(90), received: .seconds(80), venue: .zero)
        clock.add(refusal: impossible)
        #expect(abs(clock.offset.count - 30 * second) < 2_000_000)
    }

    @Test("an answer from before its question is ignored")
    func backwards() {
        var clock = VenueClock()
        let impossible = TimeSample(sent: .seconds(2), received: .seconds(1), venue: .seconds(2))
        clock.add(impossible)
        #expect(clock.count == 0)
    }
}
