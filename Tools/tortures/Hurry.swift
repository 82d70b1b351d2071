import Journal
import Lines
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
        made.hurry(journal.sync)
        made.journal = journal
        return made
    }

    /// What a second of trading is in a torture: a venue that freezes for 120 s freezes for 24 s.
    static let proportion = 5

    /// Cuts the waits.
    mutating func hurry(_ sync: JournalSync) {
        func cut(_ time: inout Nanoseconds) {
            time = Nanoseconds(time.count / Int64(SessionConfiguration.proportion))
        }
        cut(&receiveWindow)
        reconcilerTimes.settling = .milliseconds(sync == .durable ? 3_250 : 1_250)
        reconcilerTimes.patience = .milliseconds(100)
        cut(&reconcilerTimes.giveUp)
        reconcilerTimes.repeating = .milliseconds(400)
        reconcilerTimes.interval = .milliseconds(1_500)
        cut(&reconcilerTimes.secondLook)
        linkTimes.turnedAway = .milliseconds(300)
        lineTimes.link.turnedAway = .milliseconds(300)
        func cutAll(_ times: inout LinkTimes) {
            cut(&times.ping)
            cut(&times.silence)
            cut(&times.opening)
            cut(&times.retryCap)
        }
        cutAll(&linkTimes)
        cutAll(&lineTimes.link)
        cut(&linkPatience)
        cut(&patience.startUp)
        cut(&patience.answer)
        cut(&patience.question)
        cut(&patience.order)
        cut(&patience.opening)
        cut(&patience.retry)
        cut(&patience.turnedAway)
        cut(&patience.lastWord)
    }
}

extension JournalSettings {
    /// A journal of a torture: many sessions share the memory, and none is long.
    static func small(_ directory: String, _ sync: JournalSync) -> JournalSettings {
        var made = JournalSettings(directory: directory, sync: sync, segmentBytes: 1 << 20)
        made.ringBytes = 1 << 20
        return made
    }
}
