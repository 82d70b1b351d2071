internal import Lines
internal import Orders
internal import Units
internal import Venues

/// The venue's clock, as the hot thread goes by it.
extension TradingLoop {
    /// How long before its refusal a request left at most whose time is not remembered.
    private static let longestWay = Nanoseconds.seconds(5)

    /// Takes the answers to questions for the time.
    mutating func takeVenueTime(_ now: Nanoseconds) {
        let known = venueClock.count
        while let tick = timeSamples.pop() {
            venueClock.add(
                TimeSample(
                    sent: clock.time(tick.sentTicks),
                    received: clock.time(tick.receivedTicks),
                    venue: tick.venue
                )
            )
        }
        if venueClock.count != known { tellVenueTime(now) }
    }

    /// Where the venue refused the request that `event` answers for its time stamp, takes what
    /// that told: before what follows from it is signed.
    mutating func takeStampRefusal(_ event: OrderEvent, _ now: Nanoseconds) {
        guard case .reply(let reply) = event, let refusal = decoder.stampRefusal else { return }
        // A batch is refused once, whatever it holds.
        decoder.stampRefusal = nil
        let ticks = sentTicks[Int(reply.child.number) & (TradingLoop.sentCapacity - 1)]
        let earliest = now - TradingLoop.longestWay
        let sent = ticks == 0 ? earliest : min(max(clock.time(ticks), earliest), now)
        take(
            refusal: refusal.time.map { TimeSample(sent: sent, received: now, venue: $0) },
            now
        )
    }

    /// Takes what a refusal of a time stamp told of the venue's clock, and asks for the time.
    mutating func take(refusal sample: TimeSample?, _ now: Nanoseconds) {
        timeWatch.ask()
        guard let sample else { return }
        venueClock.add(refusal: sample)
        tellVenueTime(now)
    }

    private mutating func tellVenueTime(_ now: Nanoseconds) {
        venueOffset.tell(venueClock.offset)
        step(.account(.clockError(venueClock.uncertainty)), now)
    }
}
