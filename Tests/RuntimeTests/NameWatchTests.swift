import Foundation
import Orders
import Synchronization
import Testing
import Transport
import Units

@testable import Runtime

/// Names that come to mean other addresses while a session runs.
@Suite("Names looked up again", .timeLimit(.minutes(3)))
struct NameWatchTests {
    /// A name server whose answer can be changed.
    private final class Server: Sendable {
        private let addresses: Mutex<[String]>
        let questions = Atomic(0)

        init(_ addresses: [String]) { self.addresses = Mutex(addresses) }

        func change(to new: [String]) { addresses.withLock { $0 = new } }

        func answer(_ name: String) throws(TransportError) -> [NetworkAddress] {
            questions.add(1, ordering: .relaxed)
            let known = addresses.withLock { $0 }
            guard !known.isEmpty else { throw .unresolved(host: name, why: "nobody knows it") }
            var found: [NetworkAddress] = []
            for address in known { found += try Resolver.resolve(address) }
            return found
        }
    }

    private static func list(_ texts: String...) throws -> [NetworkAddress] {
        try texts.flatMap { try Resolver.resolve($0) }
    }

    /// The next change, waited for.
    private func next(
        _ changes: inout AddressChanges
    ) -> (name: Int, addresses: [NetworkAddress])? {
        let limit = Date(timeIntervalSinceNow: 20)
        while Date() < limit {
            if let change = changes.next() { return change }
            usleep(1_000)
        }
        return nil
    }

    @Test("a name that moved is told whole when it is asked for, and only then")
    func moved() throws {
        let server = Server(["127.0.0.1", "127.0.0.2"])
        let endpoint = try Endpoint(host: "venue.test").resolved { name throws(TransportError) in
            try server.answer(name)
        }
        let other = try Endpoint(host: "localhost", address: "127.0.0.1").resolved()
        let watch = NameWatch([other, endpoint], every: .seconds(3_600)) {
            name throws(TransportError) in
            name == "venue.test" ? try server.answer(name) : try Resolver.resolve(name)
        }
        var changes = watch.changes()
        watch.start()
        defer { watch.stop() }
        // The same addresses in another order are no news.
        server.change(to: ["127.0.0.2", "127.0.0.1"])
        watch.ask()
        let limit = Date(timeIntervalSinceNow: 20)
        while server.questions.load(ordering: .relaxed) < 2 && Date() < limit { usleep(1_000) }
        #expect(changes.next() == nil)
        server.change(to: ["127.0.0.3", "127.0.0.4", "127.0.0.5"])
        // Asked again and again, as failing connections do: the lookups stay apart.
        let asking = Thread {
            for _ in 0..<400 {
                watch.ask()
                usleep(10_000)
            }
        }
        asking.start()
        let told = next(&changes)
        let change = try #require(told)
        #expect(change.name == 1)
        #expect(change.addresses == (try Self.list("127.0.0.3", "127.0.0.4", "127.0.0.5")))
        #expect(server.questions.load(ordering: .relaxed) <= 4)
    }

    @Test("names are looked up by themselves, and a lookup that fails changes nothing")
    func interval() throws {
        let server = Server(["127.0.0.1"])
        let endpoint = try Endpoint(host: "venue.test").resolved { name throws(TransportError) in
            try server.answer(name)
        }
        let watch = NameWatch([endpoint], every: .milliseconds(20)) { name throws(TransportError) in
            try server.answer(name)
        }
        var changes = watch.changes()
        server.change(to: [])
        watch.start()
        defer { watch.stop() }
        let limit = Date(timeIntervalSinceNow: 20)
        while server.questions.load(ordering: .relaxed) < 2 && Date() < limit { usleep(1_000) }
        #expect(changes.next() == nil)
        server.change(to: ["127.0.0.9"])
        let told = next(&changes)
        let change = try #require(told)
        #expect(change.addresses == (try Self.list("127.0.0.9")))
    }

    @Test("market data follows a venue that moved, and the parent goes on")
    func session() throws {
        let server = Server(["127.0.0.1"])
        var fixture = try SessionFixture(seconds: 4)
        let middleman = try Middleman(fixture.venue)
        let elsewhere = try #require(
            Forwarder("127.0.0.2", middleman.port, to: fixture.venue.port)
        )
        fixture.configuration.venue.market.port = middleman.port
        fixture.configuration.venue.market.address = "market.test"
        fixture.configuration.resolve = { name throws(TransportError) in
            name == "market.test" ? try server.answer(name) : try Resolver.resolve(name)
        }
        fixture.configuration.lineTimes.link.turnedAway = .milliseconds(100)
        middleman.start()
        elsewhere.start()
        defer {
            middleman.stop()
            elsewhere.stop()
        }
        let outcome = try fixture.run { _, _ in
            server.change(to: ["127.0.0.2"])
            // Where it was, everybody is turned away from here on.
            middleman.strike(.refuse(.max))
            middleman.strike(.cut)
        }
        let report = outcome.report
        #expect(outcome.state == .completed, "\(outcome.fault ?? report.parent.stopReason)")
        #expect(report.parent.filled == report.parent.quantity)
        let feed = try #require(report.feed)
        #expect(feed.lines[0].address == "127.0.0.2")
        #expect(feed.lines[0].reconnects >= 1)
        #expect(elsewhere.connections.load(ordering: .relaxed) >= 1)
    }
}
