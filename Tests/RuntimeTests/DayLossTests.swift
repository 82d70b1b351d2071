import Orders
import Synchronization
import Testing
import Transport
import Units
import Venues

@testable import Runtime

/// The largest loss of a day is the account's, whatever number of sessions it was made in.
@Suite("The day's loss over several sessions", .serialized, .timeLimit(.minutes(2)))
struct DayLossTests {
    private static func run(
        _ side: Side,
        _ quantity: String,
        on fixture: SessionFixture,
        _ name: String,
        largestLoss: Int64? = nil,
        reduceOnly: Bool = false
    ) throws -> SessionOutcome {
        var configuration = fixture.configuration
        configuration.request.side = side
        configuration.request.quantity = quantity
        configuration.request.reduceOnly = reduceOnly
        configuration.session = try #require(SessionPrefix(name))
        configuration.limits.maxDailyLoss = largestLoss
        return try Session.run(configuration, SessionControl())
    }

    @Test("what earlier sessions lost refuses a parent, or leaves it only the rest")
    func earlier() throws {
        let fixture = try SessionFixture(seconds: 1)
        fixture.venue.start()
        defer { fixture.venue.stop() }
        #expect(try Self.run(.buy, "0.500", on: fixture, "dayone01").state == .completed)
        #expect(try Self.run(.sell, "0.300", on: fixture, "daytwo02").state == .completed)
        let refused = #expect(throws: SessionError.self) {
            try Self.run(.buy, "0.200", on: fixture, "daythre3", largestLoss: 1)
        }
        guard case .refused(let text) = refused else {
            return #expect(Bool(false), "\(String(describing: refused))")
        }
        #expect(text.contains("max_daily_loss is 1 USDT"), "\(text)")
        // "the account has lost 12.3456 USDT since …"
        let words = text.split(separator: " ")
        let lost = try #require(words.firstIndex(of: "lost").flatMap { Double(words[$0 + 1]) })
        // Its own costs are several coins, less than all that was lost before.
        let rest = Int64(lost.rounded(.up))
        let last = try Self.run(.buy, "0.200", on: fixture, "dayfour4", largestLoss: rest)
        #expect(last.report.parent.stopReason == "lossLimit", "\(last.report.text())")
        let roomy = try Self.run(.buy, "0.050", on: fixture, "dayfive5", largestLoss: 100_000)
        #expect(roomy.state == .completed, "\(roomy.report.text())")
        // What only closes goes on.
        let closing = try Self.run(
            .sell,
            "0.100",
            on: fixture,
            "dayclose",
            largestLoss: 1,
            reduceOnly: true
        )
        #expect(closing.state == .completed, "\(closing.report.text())")
    }

    // MARK: What the venue says of the day

    /// A page of one fill that lost a coin; the last of `pages` leads nowhere.
    private static func page(_ query: String, of pages: Int) -> StubREST.Answer {
        let words = query.split(separator: "&")
        let cursor = words.first { $0.hasPrefix("cursor=") }.flatMap { Int($0.dropFirst(7)) } ?? 1
        let fill =
            #"{"symbol":"ETHUSDT","execType":"Trade","side":"Sell","execPrice":"1","#
            + #""execQty":"1","execFee":"1","feeCurrency":"USDT"}"#
        let next = cursor < pages ? "\(cursor + 1)" : ""
        return .body(
            200,
            #"{"retCode":0,"retMsg":"OK","result":{"category":"linear","#
                + #""nextPageCursor":"\#(next)","list":[\#(fill)]}}"#
        )
    }

    private static func today(
        _ answer: @escaping @Sendable (_ query: String) -> StubREST.Answer
    ) throws -> (loss: Amount, queries: [String]) {
        let queries = Mutex<[String]>([])
        let stub = try StubREST { _, query in
            queries.withLock { $0.append(query) }
            return answer(query)
        }
        defer { stub.stop() }
        var loop = try EventLoop(LoopConfiguration())
        let now = Nanoseconds.seconds(100 * 86_400 + 3_600)
        let inquiry = VenueInquiry(
            link: try RESTLink(&loop, stub.endpoint),
            requests: BybitREST(
                host: "localhost",
                credentials: BybitCredentials(key: "k", secret: "s")
            ),
            category: .linear,
            symbol: "BTCUSDT",
            session: SessionPrefix("testtest")!,
            clock: { now }
        )
        let tally = try inquiry.today(&loop, ReconcilerDesk.instrument)
        return (tally.loss, queries.withLock { $0 })
    }

    @Test("every page of the day is read, however many, from its first moment")
    func pages() throws {
        let denied = #"{"retCode":10005,"retMsg":"Permission denied","result":{}}"#
        let day = try Self.today { query in
            query.contains("category=spot") ? .body(200, denied) : Self.page(query, of: 70)
        }
        #expect(day.loss == Amount(billionths: 70_000_000_000))
        // A key that may not trade the other class has none of its fills.
        #expect(day.queries.count == 71)
        let begin = "startTime=\(100 * 86_400_000)"
        #expect(day.queries.allSatisfy { $0.contains(begin) && !$0.contains("symbol=") })
    }

    @Test("a day that cannot be read is an error, and no day without a loss")
    func unknown() throws {
        for body in [
            #"{"retCode":10005,"retMsg":"Permission denied","result":{}}"#,
            #"{"retCode":0,"result":{"list":[{"symbol":"ETHUSDT","side":"?"}]}}"#,
        ] {
            #expect(throws: SessionError.self) { try Self.today { _ in .body(200, body) } }
        }
    }
}
