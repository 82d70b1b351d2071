import Orders
import Synchronization
import Testing
import Transport
import Units
import Venues

@testable import Runtime

@Suite("Lists that go on page by page", .timeLimit(.minutes(1)))
struct PageWalkTests {
    /// The cursors asked for when each page leads to the one that `next` says.
    private static func walk(
        entries: Int = 1,
        _ next: (String) -> String
    ) throws -> [String] {
        var asked: [String] = []
        try PageWalk.follow("list") { (cursor) throws(SessionError) in
            asked.append(cursor)
            return PageWalk.Page(next: next(cursor), entries: entries)
        }
        return asked
    }

    @Test("pages are asked for in their order until one leads nowhere, or to itself")
    func ends() throws {
        #expect(try Self.walk { _ in "" } == [""])
        #expect(try Self.walk { $0.isEmpty ? "b" : $0 == "b" ? "c" : "" } == ["", "b", "c"])
        #expect(try Self.walk { $0.isEmpty ? "b" : $0 } == ["", "b"])
    }

    @Test("a list that goes round in circles is no list, nor is one of empty pages without end")
    func circles() {
        var asked = 0
        let circle = #expect(throws: SessionError.self) {
            _ = try Self.walk {
                asked += 1
                return $0 == "a" ? "b" : "a"
            }
        }
        #expect(asked == 3)
        #expect(circle?.text == "list: its pages lead round in a circle")
        let void = #expect(throws: SessionError.self) {
            _ = try Self.walk(entries: 0) { "\((Int($0) ?? 0) + 1)" }
        }
        #expect(void?.text == "list: 50 empty pages in a row")
    }

    // MARK: Thousands of orders

    private static let session = SessionPrefix("testtest")!
    private static let instrument = Instrument(
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
    )

    /// A page of a list of cancelled orders of ours, from the newest on.
    private static func page(_ query: String, of count: Int) -> StubREST.Answer {
        let words = query.split(separator: "&").map { $0.split(separator: "=") }
        let cursor = words.first { $0[0] == "cursor" }.flatMap { Int($0[1]) } ?? count
        let last = max(0, cursor - 50)
        let list = (last..<cursor).reversed().map { number in
            let child = ChildID(parent: ParentID(0), number: UInt32(number))
            let link = OrderLinkID.text(child, session)
            return #"{"symbol":"BTCUSDT","orderId":"o\#(number)","orderLinkId":"\#(link)","#
                + #""side":"Buy","price":"61800.10","qty":"0.250","orderStatus":"Cancelled","#
                + #""cumExecQty":"0","cancelType":"CancelByUser","#
                + #""rejectReason":"EC_PerCancelRequest","updatedTime":"1700000001004"}"#
        }
        let next = last == 0 ? "" : "\(last)"
        return .body(
            200,
            #"{"retCode":0,"retMsg":"OK","result":{"category":"linear","#
                + #""nextPageCursor":"\#(next)","list":[\#(list.joined(separator: ","))]}}"#
        )
    }

    private static func inquiry(
        _ loop: inout EventLoop,
        _ stub: StubREST,
        now: Nanoseconds = .seconds(1_700_000_000)
    ) throws -> VenueInquiry {
        VenueInquiry(
            link: try RESTLink(&loop, stub.endpoint),
            requests: BybitREST(
                host: "localhost",
                credentials: BybitCredentials(key: "k", secret: "s")
            ),
            category: .linear,
            symbol: "BTCUSDT",
            session: session,
            clock: { now }
        )
    }

    @Test("a session of thousands of orders is known whole")
    func thousands() throws {
        let count = 3_020
        let empty = ReconcilerDesk.empty
        let stub = try StubREST { path, query in
            path == "/v5/order/history" ? Self.page(query, of: count) : .body(200, empty)
        }
        defer { stub.stop() }
        var loop = try EventLoop(LoopConfiguration())
        let inquiry = try Self.inquiry(&loop, stub)
        let start = Nanoseconds.seconds(1_700_000_000 - 3_600)
        let known = try inquiry.orders(&loop, Self.instrument, since: start)
        #expect(known.updates.count == count)
        #expect(known.updates.values.allSatisfy { $0.status == .cancelled })
        let asked = stub.asked.withLock { $0.count { $0 == "/v5/order/history" } }
        #expect(asked == (count + 49) / 50)
    }

    @Test("what a page tells is cancelled, though the next page cannot be had")
    func pageByPage() throws {
        let open = ReconcilerDesk.order("New", filled: "0.000")
            .replacing(#""nextPageCursor":"""#, with: #""nextPageCursor":"two""#)
        let stub = try StubREST { path, query in
            if path.hasSuffix("cancel") { return .body(200, #"{"retCode":0,"result":{}}"#) }
            return query.contains("cursor=two") ? .body(503, "") : .body(200, open)
        }
        defer { stub.stop() }
        var loop = try EventLoop(LoopConfiguration())
        let inquiry = try Self.inquiry(&loop, stub)
        #expect(throws: SessionError.self) {
            _ = try inquiry.withdraw(&loop, Self.instrument) { _ in true }
        }
        let asked = stub.asked.withLock { $0 }
        #expect(asked == ["/v5/order/realtime", "/v5/order/cancel", "/v5/order/realtime"])
    }

    @Test("what goes further back than one list does is asked for in spans, the newest first")
    func spans() throws {
        let queries = Mutex<[String]>([])
        let empty = ReconcilerDesk.empty
        let stub = try StubREST { path, query in
            if path == "/v5/execution/list" { queries.withLock { $0.append(query) } }
            return .body(200, empty)
        }
        defer { stub.stop() }
        var loop = try EventLoop(LoopConfiguration())
        let day: Int64 = 86_400
        let inquiry = try Self.inquiry(&loop, stub, now: .seconds(100 * day))
        func spans(since start: Nanoseconds) throws -> [[Int64?]] {
            queries.withLock { $0 = [] }
            _ = try inquiry.executions(&loop, Self.instrument, since: start)
            return queries.withLock { $0 }.map { query in
                ["startTime=", "endTime="].map { name in
                    query.split(separator: "&").first { $0.hasPrefix(name) }
                        .flatMap { Int64($0.dropFirst(name.count)) }.map { $0 / 1_000 }
                }
            }
        }
        #expect(try spans(since: .seconds(97 * day + 5)) == [[97 * day, nil]])
        #expect(
            try spans(since: .seconds(85 * day + 5)) == [
                [94 * day, nil], [88 * day, 94 * day], [85 * day, 88 * day],
            ]
        )
        // Where nobody knows since when, it is as far as one list goes.
        #expect(try spans(since: .zero) == [[94 * day, nil]])
    }
}
