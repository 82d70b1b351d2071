import Foundation
import Runtime
import Synchronization
import Testing
import Units

/// Hundreds of reconnects over real sockets, in a process of their own so that what they cost can
/// be counted.
@Suite("Many reconnects", .timeLimit(.minutes(3)))
struct ReconnectEnduranceTests {
    /// What a process holds.
    private struct Holdings {
        var descriptors: Int
        var residentKiB: Int

        static func now() -> Holdings {
            let open = try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")
            let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
            let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") } ?? ""
            let digits = line.filter(\.isNumber)
            return Holdings(descriptors: open?.count ?? 0, residentKiB: Int(digits) ?? 0)
        }
    }

    @Test("two hundred reconnects leave memory and descriptors as they were")
    func flat() async {
        await #expect(processExitsWith: .success) {
            var fixture = try SessionFixture(quantity: "5.000", seconds: 120)
            let middleman = try Middleman(fixture.venue, cutAfter: 3)
            fixture.configuration.venue.market.port = middleman.port
            fixture.configuration.retrySeed = 7
            // A line that was up starts over with a first retry, which comes at once.
            fixture.configuration.lineTimes.link.stable = .zero
            middleman.start()
            let control = fixture.control
            let early = Mutex<Holdings?>(nil)
            let watch = DispatchSource.makeTimerSource(queue: .global())
            watch.schedule(deadline: .now(), repeating: 0.005)
            watch.setEventHandler {
                let upgrades = middleman.upgrades.load(ordering: .relaxed)
                if upgrades >= 60 { early.withLock { $0 = $0 ?? Holdings.now() } }
                if upgrades >= 260 { control.requestStop() }
            }
            watch.resume()
            let outcome = try fixture.run()
            let late = Holdings.now()
            watch.cancel()
            middleman.stop()
            guard let early = early.withLock({ $0 }), let feed = outcome.report.feed else {
                fatalError("the session ended before its time: \(outcome.fault ?? "")")
            }
            let text = "\(early) then \(late), \(feed.lines[0])"
            precondition(outcome.state == .cancelled, text)
            precondition(feed.lines[0].reconnects >= 200, text)
            // A leak would be of 200 sockets, or of 200 TLS sessions of some 50 KiB on each side.
            precondition(late.descriptors < early.descriptors + 40, text)
            precondition(late.residentKiB < early.residentKiB + 8_192, text)
        }
    }
}
