import Synchronization
import Testing
import Transport
import Units

@testable import Runtime

/// A clock that a test moves.
final class HandClock: Sendable {
    private let time: Mutex<Nanoseconds>

    init(_ start: Nanoseconds = .seconds(1_000)) { time = Mutex(start) }

    var now: Nanoseconds { time.withLock { $0 } }

    func pass(_ span: Nanoseconds) { time.withLock { $0 = $0 + span } }
}

/// A connection and the clock that it goes by.
private final class Desk {
    let clock = HandClock()
    private var link: KeptLink

    init(_ endpoint: Endpoint, connects: Int = KeptLink.connectLimit) throws {
        let clock = clock
        link = try KeptLink(
            endpoint,
            patience: .seconds(5),
            connects: connects,
            seed: 7,
            clock: { clock.now }
        )
    }

    var isOpen: Bool { link.isOpen }
    var connects: Int { link.connects }

    func connect() throws { try link.connect() }

    func wait(_ timeout: Nanoseconds) { link.wait(timeout) }

    func ask() throws -> RESTAnswer {
        let request = "GET /v5/market/time HTTP/1.1\r\nHost: localhost\r\n\r\n"
        return try link.answer("time", Array(request.utf8))
    }

    /// Goes on until a connection was tried; how long that took, in steps of a millisecond.
    func waitForTry() -> Nanoseconds {
        let (start, tried) = (clock.now, connects)
        while clock.now - start < .seconds(1_000) {
            try? connect()
            if connects > tried { break }
            clock.pass(.milliseconds(1))
        }
        return clock.now - start
    }
}

@Suite("A cold thread's connection", .timeLimit(.minutes(3)))
struct KeptLinkTests {
    /// Nothing listens there: a connection is refused at once.
    private static let nowhere = Endpoint(
        host: "localhost",
        port: 1,
        isPlain: true,
        address: "127.0.0.1"
    )

    @Test("tries come at once, then after 0.1 s and twice as long each time, 5 s at most")
    func backOff() throws {
        let desk = try Desk(Self.nowhere)
        #expect(desk.waitForTry() == .zero)
        #expect(desk.waitForTry() == .zero)
        for length: Int64 in [100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000, 5_000] {
            // Jitter shortens a wait by half at most.
            let waited = desk.waitForTry()
            #expect(waited >= .milliseconds(length / 2), "\(length)")
            #expect(waited <= .milliseconds(length + 1), "\(length)")
        }
        #expect(!desk.isOpen)
    }

    @Test("no more connections than its budget are opened, until the first is five minutes old")
    func budget() throws {
        let desk = try Desk(Self.nowhere, connects: 4)
        let began = desk.clock.now
        for _ in 0..<4 { _ = desk.waitForTry() }
        desk.clock.pass(.seconds(6))
        let error = #expect(throws: SessionError.self) { try desk.connect() }
        #expect(error?.text.contains("too many connections to localhost") == true)
        desk.clock.pass(.seconds(300) - (desk.clock.now - began) - Nanoseconds(1))
        try? desk.connect()
        #expect(desk.connects == 4)
        desk.clock.pass(Nanoseconds(1))
        try? desk.connect()
        #expect(desk.connects == 5)
    }

    @Test("one connection serves until it fails, and only an answer ends the waits")
    func answers() throws {
        let stub = try StubREST { _, _ in .body(200, "one") }
        defer { stub.stop() }
        let desk = try Desk(stub.endpoint)
        #expect(throws: SessionError.self) { try desk.ask() }
        #expect(stub.asked.withLock { $0.isEmpty })
        for _ in 0..<3 {
            try desk.connect()
            #expect(try desk.ask().body == Array("one".utf8))
        }
        #expect(desk.isOpen && desk.connects == 1)
        stub.change { _, _ in .close }
        #expect(throws: SessionError.self) { try desk.ask() }
        #expect(!desk.isOpen)
        // The second failure in a row waits, although the connection itself could be had.
        try desk.connect()
        #expect(throws: SessionError.self) { try desk.ask() }
        #expect(throws: SessionError.self) { try desk.connect() }
        desk.clock.pass(.milliseconds(100))
        try desk.connect()
        stub.change { _, _ in .body(500, "two") }
        #expect(try desk.ask().status == 500)
        stub.change { _, _ in .close }
        #expect(throws: SessionError.self) { try desk.ask() }
        // It had answered: the first try comes at once again.
        try desk.connect()
        #expect(desk.connects == 4)
    }

    @Test("what the venue closed while nobody asked is not sent on")
    func idleClose() throws {
        var stub: StubREST? = try StubREST { _, _ in .body(200, "one") }
        let desk = try Desk(try #require(stub).endpoint)
        try desk.connect()
        #expect(try desk.ask().status == 200)
        stub?.stop()
        stub = nil
        let end = ContinuousClock.now + .seconds(20)
        while desk.isOpen, ContinuousClock.now < end { desk.wait(.milliseconds(10)) }
        #expect(!desk.isOpen)
    }
}
