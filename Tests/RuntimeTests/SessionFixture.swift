import Dispatch
import Engine
import Foundation
import LoopbackVenue
import Orders
import Runtime
import Units
import Venues

/// One session against a venue of its own in this process, over real sockets.
struct SessionFixture {
    let venue: VenueHost
    let control = SessionControl()
    var configuration: SessionConfiguration

    /// A parent of `quantity` BTC on a synthetic market; nothing runs yet.
    init(
        _ algorithm: ParentRequest.Algorithm = .twap,
        _ side: Side = .buy,
        quantity: String = "0.050",
        seconds: Int64 = 2,
        faults: FaultScript = FaultScript(),
        offering: (inout LoopbackVenueConfiguration) -> Void = { _ in }
    ) throws {
        var offered = LoopbackVenueConfiguration()
        offering(&offered)
        offered.faults = faults
        venue = try VenueHost(offered)
        configuration = SessionConfiguration(
            venue: .loopback(port: venue.port, caFile: venue.caFile),
            credentials: BybitCredentials(
                key: LoopbackCredentials.key,
                secret: LoopbackCredentials.secret
            ),
            symbol: "BTCUSDT",
            category: .linear,
            depth: 50,
            request: ParentRequest(
                side: side,
                quantity: quantity,
                limit: nil,
                duration: .seconds(seconds),
                algorithm: algorithm
            ),
            session: SessionPrefix("testtest")!
        )
        // What a test is about must not depend on the last tenths of its parent's seconds.
        configuration.request.rules.grace = .seconds(10)
        // A venue that is gone for good is what most tests mean by one that does not answer.
        configuration.patience.lastWord = .seconds(10)
        configuration.patience.startUp = .milliseconds(500)
    }

    /// Works the parent to its end; `intervene` runs on another thread once it has a fill, or
    /// whatever `isTime` waits for.
    func run(
        intervene: (@Sendable (VenueHost, SessionControl) -> Void)? = nil,
        once isTime: @escaping @Sendable (ParentProgress) -> Bool = { $0.filled > .zero }
    ) throws -> SessionOutcome {
        venue.start()
        defer { venue.stop() }
        if let intervene {
            let (venue, control) = (venue, control)
            let watch = DispatchSource.makeTimerSource(queue: .global())
            watch.schedule(deadline: .now(), repeating: 0.005)
            watch.setEventHandler {
                guard let progress = control.latest, isTime(progress) else { return }
                watch.cancel()
                intervene(venue, control)
            }
            watch.resume()
        }
        return try Session.run(configuration, control)
    }
}
