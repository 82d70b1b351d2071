import Engine
import Orders
import Testing
import Units

/// For how long a parent places and moves nothing after an answer of the venue.
@Suite("Engine and pauses", .timeLimit(.minutes(1)))
struct PauseTests {
    @Test(
        "each refusal pauses for the time that the documents state",
        arguments: OrderRemedy.allCases
    )
    func length(_ remedy: OrderRemedy) throws {
        var desk = try Desk()
        let order = try desk.place()
        #expect(desk.engine.pausedUntil(ParentID(0)) == .zero)
        desk.reply(.place, order.child, .refused, remedy, code: 1)
        let paused = desk.engine.pausedUntil(ParentID(0))
        let expected: Nanoseconds? =
            switch remedy {
            case .none, .reconcile, .retry, .clamp, .enlarge, .reduce: .milliseconds(500)
            case .slowDown: .seconds(2)
            case .pauseInstrument: .seconds(5)
            // The parent ends, or the budget holds it back.
            case .stopParent, .fatal, .pauseOperation, .pauseRequests: nil
            }
        #expect(paused == expected.map { desk.now + $0 } ?? .zero)
        let budget = desk.engine.gate.budget.pausedUntil(.place, .linear)
        #expect(budget == (remedy.isForRate ? desk.now + .seconds(1) : .zero))
    }
}
