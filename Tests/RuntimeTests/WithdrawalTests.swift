import Engine
import Orders
import Testing
import Units

@testable import Runtime

/// Cancels by REST: what they spend is told, and what the venue did not take is not taken for gone.
@Suite("Withdrawals by REST", .timeLimit(.minutes(3)))
struct WithdrawalTests {
    private static let limits =
        "X-Bapi-Limit: 10\r\nX-Bapi-Limit-Status: 3\r\n"
        + "X-Bapi-Limit-Reset-Timestamp: 1700000001300\r\nTimenow: 1700000001000\r\n"
    private static let question = ReconcilerQuestion.withdraw(
        ReconcilerDesk.child,
        sentAt: .seconds(999_999)
    )

    /// A venue that lists the order as open, and answers its cancel so.
    private static func desk(
        _ answer: @escaping @Sendable () -> StubREST.Answer
    ) throws -> ReconcilerDesk {
        try ReconcilerDesk { path, _ in
            if path.hasSuffix("order/cancel") { return answer() }
            if path.hasSuffix("realtime") {
                return .body(200, ReconcilerDesk.order("New", filled: "0.000"))
            }
            return .body(200, ReconcilerDesk.empty)
        }
    }

    private static func spent(_ desk: ReconcilerDesk) -> [OutsideRequest] {
        desk.accounts.compactMap { if case .spent(let request) = $0 { request } else { nil } }
    }

    @Test("a cancel that was taken is told with what it left of the budget")
    func taken() throws {
        let desk = try Self.desk {
            .headed(Self.limits, 200, #"{"retCode":0,"retMsg":"OK","result":{}}"#)
        }
        let answer = try #require(desk.ask(Self.question))
        #expect(answer.isAnswered && desk.withdrawn == 1)
        let request = try #require(Self.spent(desk).first)
        #expect(request.operation == .cancel && request.remedy == .none)
        #expect(request.sentAt >= .seconds(1_000_000))
        let reading = BudgetReading(limit: 10, left: 3, resetsIn: .milliseconds(300))
        #expect(request.budget == reading)
        desk.stop()
    }

    @Test("an order whose cancel was refused for the rate is open still, and is asked for again")
    func refused() throws {
        let desk = try Self.desk {
            .headed(
                Self.limits,
                200,
                #"{"retCode":10006,"retMsg":"Too many visits!","result":{}}"#
            )
        }
        for round in 1...3 {
            let answer = try #require(desk.ask(Self.question))
            #expect(!answer.isAnswered && desk.withdrawn == 0)
            #expect(Self.spent(desk).count == round)
            #expect(Self.spent(desk).allSatisfy { $0.remedy == .pauseOperation })
        }
        // Nothing else waits for the cancels' budget.
        let other = try #require(
            desk.ask(.order(ReconcilerDesk.child, sentAt: .seconds(999_999)))
        )
        #expect(other.isAnswered)
        desk.stop()
    }

    @Test("a cancel without an answer may have been counted; one that came too late was")
    func unanswered() throws {
        let lost = try Self.desk { .close }
        let answer = try #require(lost.ask(Self.question))
        #expect(!answer.isAnswered && lost.withdrawn == 0)
        let request = try #require(Self.spent(lost).first)
        #expect(request.remedy == .none && request.budget == BudgetReading())
        lost.stop()
        let late = try Self.desk {
            .body(200, #"{"retCode":110001,"retMsg":"order not exists","result":{}}"#)
        }
        let told = try #require(late.ask(Self.question))
        #expect(told.isAnswered && late.withdrawn == 0 && Self.spent(late).count == 1)
        late.stop()
    }

    @Test("a pause that the venue asked for holds questions back, and no cancel")
    func pause() throws {
        let desk = try Self.desk {
            .body(200, #"{"retCode":0,"retMsg":"OK","result":{}}"#)
        }
        desk.stub.change { _, _ in .body(429, "") }
        let paused = try #require(desk.ask(.everything))
        #expect(!paused.isAnswered)
        desk.stub.change { path, _ in
            path.hasSuffix("order/cancel")
                ? .body(200, #"{"retCode":0,"retMsg":"OK","result":{}}"#)
                : .body(200, ReconcilerDesk.order("New", filled: "0.000"))
        }
        let asked = desk.stub.asked.withLock { $0.count }
        _ = try #require(desk.ask(.order(ReconcilerDesk.child, sentAt: .zero)))
        #expect(desk.stub.asked.withLock { $0.count } == asked)
        _ = try #require(desk.ask(Self.question))
        #expect(desk.withdrawn == 1)
        desk.stop()
    }
}
