import LoopbackVenue
import Runtime
import Units
import Venues

extension SessionConfiguration {
    /// A session at a loopback venue, with the waits of a day's trading cut to those of a torture.
    ///
    /// All in one proportion to the usual: nothing is believed absent before the window in which the
    /// venue takes a request, and the 2 s that it may have waited for the disk, are over.
    static func hurried(
        _ venue: VenueEndpoints,
        _ category: ProductCategory?,
        _ request: ParentRequest,
        _ session: SessionPrefix,
        _ journal: JournalSettings
    ) -> SessionConfiguration {
        var made = SessionConfiguration(
            venue: venue,
            credentials: BybitCredentials(
                key: LoopbackCredentials.key,
                secret: LoopbackCredentials.secret
            ),
            symbol: "BTCUSDT",
            category: category,
            depth: 50,
            request: request,
            session: session
        )
        made.receiveWindow = .seconds(1)
        made.reconcilerTimes.settling = .milliseconds(journal.sync == .durable ? 3_250 : 1_250)
        made.reconcilerTimes.patience = .milliseconds(100)
        made.reconcilerTimes.repeating = .milliseconds(400)
        made.reconcilerTimes.interval = .milliseconds(1_500)
        made.reconcilerTimes.secondLook = .milliseconds(400)
        made.linkTimes.turnedAway = .milliseconds(300)
        made.lineTimes.link.turnedAway = .milliseconds(300)
        made.linkPatience = .seconds(3)
        var journal = journal
        journal.segmentBytes = 1 << 20
        // Many sessions share the memory, and none is long.
        journal.ringBytes = 1 << 20
        made.journal = journal
        return made
    }
}
