internal import Transport
internal import Units
internal import Venues

/// The cold threads.
struct Aides {
    let mail: ReconcilerMail
    let pulse: HotPulse
    let venueOffset: VenueOffset
    let reconciler: Reconciler
    let timeWatch: VenueTimeWatch
    /// Takes orders to a venue without order entry of its own.
    let courier: OrderCourier?
    let courierMail: CourierMail

    /// Connections of theirs that were lost sight of; asked when their threads have ended.
    var strayConnections: Int {
        reconciler.strayConnections + timeWatch.strayConnections + (courier?.strayConnections ?? 0)
    }
}

extension Workbench {
    /// Makes the cold threads, which do not run yet.
    func aides(
        _ facts: VenueFacts,
        _ inquiry: VenueInquiry,
        fillsSince: Nanoseconds
    ) throws(SessionError) -> Aides {
        let (mail, pulse) = (ReconcilerMail(), HotPulse())
        let courierMail = CourierMail()
        let venueOffset = VenueOffset(facts.clock.offset)
        return Aides(
            mail: mail,
            pulse: pulse,
            venueOffset: venueOffset,
            reconciler: try Reconciler(
                configuration.venue.rest,
                inquiry.requests,
                mail,
                session: configuration.session,
                instrument: facts.instrument,
                fees: facts.fees,
                times: configuration.reconcilerTimes,
                patience: configuration.patience,
                leaks: configuration.leaksConnections,
                fillsSince: fillsSince + facts.clock.offset,
                venueOffset: venueOffset,
                hot: loop.waker,
                pulse: pulse,
                notice: configuration.notice,
                clock: inquiry.clock
            ),
            timeWatch: try VenueTimeWatch(
                configuration.venue.rest,
                inquiry.requests,
                interval: configuration.timeInterval,
                patience: configuration.patience,
                clock: now
            ),
            courier: try OrderCourier.make(
                configuration,
                facts,
                inquiry,
                courierMail,
                venueOffset,
                hot: loop.waker
            ),
            courierMail: courierMail
        )
    }
}
