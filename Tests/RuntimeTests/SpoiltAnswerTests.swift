import Foundation
import Journal
import Orders
import Synchronization
import Testing
import Units
import Venues

@testable import Runtime

/// A session whose record is lost, at a venue whose answers are spoilt, late or lag behind: it is
/// asked again for the patience that was given, and nothing is said to be settled that is not.
@Suite("Spoilt answers to a recovery", .timeLimit(.minutes(1)))
struct SpoiltAnswerTests {
    /// A venue with one order of the session on its book.
    private final class Venue: Sendable {
        struct State {
            var isOpen = true
            var asked: [String: Int] = [:]
        }

        private let state = Mutex(State())
        private let fills: String
        /// How cancels and answers go wrong; told how often the path was asked for before.
        private let spoil: @Sendable (_ path: String, _ before: Int) -> StubREST.Answer?

        init(
            fills: String = "0.000",
            _ spoil: @escaping @Sendable (String, Int) -> StubREST.Answer?
        ) {
            self.fills = fills
            self.spoil = spoil
        }

        var isOpen: Bool { state.withLock { $0.isOpen } }

        func answer(_ path: String) -> StubREST.Answer {
            let before = state.withLock { state in
                defer { state.asked[path, default: 0] += 1 }
                return state.asked[path, default: 0]
            }
            if let spoilt = spoil(path, before) { return spoilt }
            let isOpen = isOpen
            switch path {
            case "/v5/market/time":
                let now = Int64(Date().timeIntervalSince1970 * 1_000)
                let time = #"{"timeNano":"\#(now * 1_000_000)"}"#
                return .body(200, #"{"retCode":0,"result":\#(time),"time":\#(now)}"#)
            case "/v5/market/instruments-info":
                let text = ReconcilerAnswerTests.contract.replacing("STATUS", with: "Trading")
                return .body(200, text.replacing("TICK", with: "0.10"))
            case "/v5/position/list":
                let row = #"{"symbol":"BTCUSDT","side":"","size":"0","positionIdx":0}"#
                return .body(200, ReconcilerDesk.empty.replacing("[]", with: "[\(row)]"))
            case "/v5/order/cancel":
                state.withLock { $0.isOpen = false }
                return .body(200, #"{"retCode":0,"retMsg":"OK","result":{}}"#)
            case "/v5/order/realtime" where isOpen:
                return .body(200, ReconcilerDesk.order("New", filled: fills))
            case "/v5/order/history" where !isOpen:
                return .body(200, ReconcilerDesk.order("Cancelled", filled: fills))
            case "/v5/execution/list" where fills != "0.000":
                let row =
                    #"{"symbol":"BTCUSDT","orderId":"9aac","execId":"1","execType":"Trade","#
                    + #""orderLinkId":"\#(ReconcilerDesk.link)","side":"Buy","isMaker":true,"#
                    + #""execPrice":"61800.10","execQty":"\#(fills)","execFee":"0.1","#
                    + #""execTime":"1700000001004"}"#
                return .body(200, ReconcilerDesk.empty.replacing("[]", with: "[\(row)]"))
            default:
                return .body(200, ReconcilerDesk.empty)
            }
        }
    }

    /// Recovers the session at `venue`.
    private static func recover(
        _ venue: Venue,
        for patience: Nanoseconds = .seconds(20),
        _ control: SessionControl = SessionControl(),
        notice: @escaping @Sendable (String) -> Void = { _ in }
    ) throws -> RecoveryOutcome {
        let stub = try StubREST { path, _ in venue.answer(path) }
        defer { stub.stop() }
        let folder = NSTemporaryDirectory() + "sluice-spoilt-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: folder,
            withIntermediateDirectories: true
        )
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try Data(count: 4_096).write(
            to: URL(fileURLWithPath: folder + "/sluice-testtest-00000.journal")
        )
        var request = RecoveryRequest(
            venue: VenueEndpoints(
                name: "stub",
                rest: stub.endpoint,
                market: stub.endpoint,
                account: stub.endpoint,
                trade: stub.endpoint
            ),
            credentials: BybitCredentials(key: "k", secret: "s"),
            journal: JournalSettings(directory: folder, segmentBytes: 1 << 20)
        )
        request.patience = patience
        request.adjust = { configuration in
            configuration.reconcilerTimes.settling = .milliseconds(50)
            configuration.patience.answer = .milliseconds(500)
            configuration.notice = notice
        }
        let session = try #require(try Recovery.folder(folder).sessions.first)
        return try Recovery.run(session, request, control)
    }

    private static let busy = StubREST.Answer.body(
        200,
        #"{"retCode":10006,"retMsg":"Too many visits!","result":{}}"#
    )

    @Test(
        "one spoilt answer to whatever is asked costs a moment",
        arguments: [
            "/v5/order/realtime", "/v5/order/cancel", "/v5/order/history", "/v5/execution/list",
            "/v5/position/list", "/v5/market/instruments-info",
        ]
    )
    func once(_ path: String) throws {
        for how in [Self.busy, .close, .body(503, ""), .silence] {
            let venue = Venue { $0 == path && $1 == 0 ? how : nil }
            let outcome = try Self.recover(venue)
            #expect(outcome.action == .settled && outcome.isRecorded, "\(how)")
            #expect(outcome.settlement?.cancelled == 1 && !venue.isOpen, "\(how)")
            #expect(outcome.settlement?.orders.map(\.end) == ["cancelled"], "\(how)")
        }
    }

    @Test("cancels that have no effect for longer than two seconds are repeated for the patience")
    func slowCancels() throws {
        for how in [Self.busy, .body(200, #"{"retCode":0,"retMsg":"OK","result":{}}"#)] {
            let first = Mutex<ContinuousClock.Instant?>(nil)
            let venue = Venue { path, _ in
                guard path == "/v5/order/cancel" else { return nil }
                let now = ContinuousClock.now
                let began = first.withLock { first in
                    first = first ?? now
                    return first ?? now
                }
                return now - began < .milliseconds(3_200) ? how : nil
            }
            let outcome = try Self.recover(venue)
            #expect(outcome.settlement?.isComplete == true && !venue.isOpen, "\(how)")
            #expect(outcome.settlement?.cancelled == 1, "\(how)")
        }
    }

    @Test("fills that the list still lacks are waited for, and without them nothing is settled")
    func laggingFills() throws {
        let empty = ReconcilerDesk.empty
        let lagging = Venue(fills: "0.100") { path, before in
            path == "/v5/execution/list" && before < 3 ? .body(200, empty) : nil
        }
        let whole = try Self.recover(lagging)
        #expect(whole.settlement?.isComplete == true && whole.isRecorded)
        #expect(whole.settlement?.filledByVenue == "0.100")

        let lacking = Venue(fills: "0.100") { path, _ in
            path == "/v5/execution/list" ? .body(200, empty) : nil
        }
        let torn = try Self.recover(lacking, for: .milliseconds(300))
        #expect(torn.settlement?.orders.map(\.end) == ["unknown"])
        #expect(torn.settlement?.isComplete == false && !torn.isRecorded && !lacking.isOpen)
    }

    @Test("what was taken off and is on no list afterwards is not taken for nothing")
    func forgotten() throws {
        let empty = ReconcilerDesk.empty
        let venue = Venue { $0 == "/v5/order/history" && $1 >= 0 ? .body(200, empty) : nil }
        let outcome = try Self.recover(venue, for: .milliseconds(300))
        #expect(outcome.action == .settled && !outcome.isRecorded && !venue.isOpen)
        #expect(outcome.settlement?.orders.map(\.end) == ["unknown"])
    }

    @Test("a stop ends the asking at once, and the patience ends it, with what it was about")
    func ends() throws {
        let venue = Venue { path, _ in path == "/v5/order/cancel" ? .silence : nil }
        let control = SessionControl(stopsOfSetUp: 2)
        let began = ContinuousClock.now
        let stopped = #expect(throws: SessionError.self) {
            try Self.recover(venue, for: .seconds(50), control) { text in
                guard text.contains("order/cancel") else { return }
                control.requestStop()
                control.requestStop()
            }
        }
        guard case .stopped = stopped else {
            Issue.record("\(String(describing: stopped))")
            return
        }
        #expect(ContinuousClock.now - began < .seconds(20))
        let tired = #expect(throws: SessionError.self) {
            try Self.recover(venue, for: .milliseconds(300))
        }
        guard case .venue(let text) = tired else {
            Issue.record("\(String(describing: tired))")
            return
        }
        #expect(text.contains("order/cancel") && text.contains("again"), "\(text)")
    }
}
