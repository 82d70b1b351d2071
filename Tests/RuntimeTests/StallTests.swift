import Foundation
import Glibc
import LoopbackVenue
import Orders
import Synchronization
import Testing
import Transport
import Units
import Venues

@testable import Runtime

/// A hot thread that stands still is noticed, and its orders are taken off for it.
@Suite("Stalled hot thread", .timeLimit(.minutes(3)))
struct StallTests {
    @Test("it is stalled after the patience, told once, and back with the first turn")
    func watch() {
        var watch = StallWatch(patience: .seconds(3))
        var now = Nanoseconds.seconds(100)
        var findings: [String] = []
        func look(_ turns: UInt64, after milliseconds: Int64) {
            now = now + .milliseconds(milliseconds)
            findings.append("\(watch.look(turns, now))")
        }
        for turn in 1...5 { look(UInt64(turn), after: 750) }
        for _ in 0..<4 { look(5, after: 750) }
        #expect(findings.allSatisfy { $0 == "alive" })
        look(5, after: 750)
        #expect(findings.last == "stalled" && watch.isStalled)
        look(5, after: 750)
        #expect(findings.last == "standing")
        look(6, after: 750)
        #expect(findings.last?.hasPrefix("back") == true && !watch.isStalled)
        look(6, after: 750)
        #expect(findings.last == "alive")
    }

    @Test("time in which nobody looked does not count")
    func stoppedProcess() {
        var watch = StallWatch(patience: .seconds(3))
        _ = watch.look(1, .seconds(100))
        // The process was stopped for an hour, watcher and all.
        guard case .alive = watch.look(1, .seconds(3_700)) else {
            Issue.record("a stopped process is no stalled thread")
            return
        }
        #expect(!watch.isStalled)
    }

    private static func list(_ links: [String]) -> String {
        let orders = links.map { link in
            #"{"symbol":"BTCUSDT","orderId":"9aac","orderLinkId":"\#(link)","side":"Buy","#
                + #""price":"61800.10","qty":"0.250","orderStatus":"New","cumExecQty":"0","#
                + #""cancelType":"UNKNOWN","rejectReason":"EC_NoError","updatedTime":"1700000001004"}"#
        }
        return #"{"retCode":0,"retMsg":"OK","result":{"category":"linear","nextPageCursor":"","#
            + #""list":[\#(orders.joined(separator: ","))]}}"#
    }

    /// A reconciler that watches a pulse which never beats, until it has nothing left to do.
    private func relieve(_ orders: [String]) throws -> (asked: [String], counts: StallCounts) {
        let open = Mutex(orders)
        let stub = try StubREST { path, _ in
            if path.hasSuffix("cancel-all") || path.hasSuffix("cancel") {
                open.withLock { $0 = $0.filter { $0.hasPrefix("other") } }
                return .body(200, #"{"retCode":0,"retMsg":"OK","result":{}}"#)
            }
            return .body(200, StallTests.list(open.withLock { $0 }))
        }
        var times = ReconcilerTimes()
        times.stall = .milliseconds(200)
        let hot = try EventLoop(LoopConfiguration())
        let told = DispatchSemaphore(value: 0)
        let reconciler = try Reconciler(
            stub.endpoint,
            BybitREST(host: "localhost", credentials: BybitCredentials(key: "k", secret: "s")),
            ReconcilerMail(),
            session: SessionPrefix("testtest")!,
            instrument: Instrument(
                id: InstrumentID(0),
                category: .linear,
                symbol: "BTCUSDT",
                baseCoin: "BTC",
                quoteCoin: "USDT",
                tick: DecimalScale(step: "0.10")!,
                lot: DecimalScale(step: "0.001")!,
                priceRange: Price(ticks: 1)...Price(ticks: 1 << 40),
                quantityRange: Quantity(lots: 1)...Quantity(lots: 1 << 40),
                minimumNotional: .zero
            ),
            fees: .bybitBasePerpetual,
            times: times,
            fillsSince: .zero,
            venueOffset: VenueOffset(.zero),
            hot: hot.waker,
            pulse: HotPulse(),
            notice: { _ in told.signal() },
            clock: {
                var time = timespec()
                clock_gettime(CLOCK_MONOTONIC, &time)
                return .seconds(Int64(time.tv_sec)) + Nanoseconds(Int64(time.tv_nsec))
            }
        )
        try reconciler.start()
        #expect(told.wait(timeout: .now() + 10) == .success)
        // Two looks that found nothing of ours end it.
        let end = ContinuousClock.now + .seconds(20)
        func looks() -> Int { stub.asked.withLock { $0.count { $0.hasSuffix("realtime") } } }
        while looks() < 3, ContinuousClock.now < end { usleep(10_000) }
        reconciler.stop()
        stub.stop()
        return (stub.asked.withLock { $0 }, reconciler.stalls)
    }

    @Test("orders that are all ours are cancelled at a stroke")
    func own() throws {
        let (asked, counts) = try relieve([
            "testtest-00000000-00000001", "testtest-00000000-00000002",
        ])
        #expect(asked.count { $0.hasSuffix("cancel-all") } == 1)
        #expect(counts.stalls == 1 && counts.withdrawn == 2)
    }

    @Test("among orders of others each of ours is cancelled alone")
    func foreign() throws {
        let (asked, counts) = try relieve(["testtest-00000000-00000001", "other"])
        #expect(!asked.contains { $0.hasSuffix("cancel-all") })
        #expect(asked.count { $0.hasSuffix("order/cancel") } == 1)
        #expect(counts.withdrawn == 1)
    }

    @Test("a session whose hot thread stands still is relieved, goes on, and tells")
    func session() throws {
        // The signal's handler stands still on the thread it came to; completions of io_uring
        // interrupt its sleep.
        var action = sigaction()
        action.__sigaction_handler.sa_handler = { _ in
            var end = timespec()
            clock_gettime(CLOCK_MONOTONIC, &end)
            end.tv_sec += 2
            while clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &end, nil) != 0 {}
        }
        sigaction(SIGUSR2, &action, nil)
        // The threads that tests run on take no signals.
        var (wanted, before) = (sigset_t(), sigset_t())
        sigaddset(&wanted, SIGUSR2)
        pthread_sigmask(SIG_UNBLOCK, &wanted, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        var fixture = try SessionFixture(quantity: "0.200", seconds: 6)
        fixture.configuration.reconcilerTimes.stall = .milliseconds(300)
        let notices = Mutex<[String]>([])
        fixture.configuration.notice = { text in notices.withLock { $0.append(text) } }
        let hot = pthread_self()
        let outcome = try fixture.run { _, _ in pthread_kill(hot, SIGUSR2) }
        #expect(outcome.state == .completed, "\(outcome.report.text())")
        let report = outcome.report
        #expect(report.parent.filled == report.parent.quantity)
        #expect(report.venue.openOrders == 0 && report.counts.unknown == 0)
        let stalls = try #require(report.stalls)
        #expect(stalls.stalls == 1 && stalls.longestNs > 300_000_000)
        #expect(notices.withLock { $0 }.contains { $0.contains("has not moved") })
        #expect(report.text().contains("HOT THREAD"))
    }
}
