import Foundation
import LoopbackVenue
import Orders
import Reports
import Runtime
import Testing
import Units

/// Whole sessions against a venue that misbehaves: the report stays true whatever happens.
@Suite("Session at a faulty venue", .timeLimit(.minutes(3)))
struct FaultSessionTests {
    /// What a parent may come to under a fault.
    enum Ending {
        /// Everything is bought, and nothing is wrong: exit code 0.
        case completed
        /// It ends before its end, and says so: exit code 3.
        case halted
        /// The venue's position is not our fills, and the report says so.
        case disputed
        /// Any of them, by what the fault met.
        case any
    }

    struct Case: CustomTestStringConvertible {
        let script: String
        let ending: Ending
        var testDescription: String { script }

        init(_ script: String, _ ending: Ending) {
            self.script = script
            self.ending = ending
        }
    }

    static let cases =
        [
            "create 2 lose-answer", "create 2 delay 300ms", "create 2 refuse 110094",
            "create 2 misanswer 10016",
            "amend 1 refuse 110001\namend 2 lose-answer",
            "cancel 1 refuse 110001\ncancel 2 refuse 110079",
            "cancel 1 lose",
            "at 0s late orders 20ms", "at 0s late executions 20ms", "at 0s late answers 20ms",
            "at 0s repeat-executions", "at 500ms ban 200ms", "at 500ms cut market",
            "at 500ms book lose", "at 500ms book repeat", "at 500ms book corrupt",
            "at 500ms cut account", "at 500ms cut trade",
            "at 500ms gap 200ms\nat 700ms cut account",
            "at 500ms cut account\nat 500ms cut trade",
            "at 500ms book reset", "at 500ms silence 200ms", "at 500ms funding 0.0001",
            "at 0s late statements 300ms", "at 500ms withdraw 5000",
            "at 0s refuse-topic position\nat 0s refuse-topic wallet",
            "at 0s refuse-topic wallet\nat 500ms cut account",
            "at 0s refuse-topic priceLimit\nat 500ms cut market",
        ].map { Case($0, .completed) }
        + [
            "create 2 refuse 110007",
            "at 500ms revoke\nat 500ms cut trade", "at 500ms revoke\nat 500ms cut account",
        ].map { Case($0, .halted) }
        + [Case("at 500ms liquidate", .disputed)]
        + [
            "at 500ms gap 200ms", "at 500ms freeze 200ms", "at 500ms maintenance 200ms",
            "at 500ms close 200ms",
            // No trace of it: asked for, its quantity comes back, perhaps after the parent's end.
            "create 2 lose", "create 2 refuse 10006",
        ].map { Case($0, .any) }

    @Test("the report is true under every fault", arguments: cases)
    func truthful(_ test: Case) throws {
        let script = try FaultScript(text: test.script)
        let session = try SessionFixture(seconds: 1, faults: script)
        let outcome = try session.run()
        try check(outcome, test.ending, test.script)
    }

    @Test("the report is true under drawn faults", arguments: [1, 2] as [UInt64])
    func drawn(seed: UInt64) throws {
        let session = try SessionFixture(seconds: 1, faults: FaultScript(seed: seed))
        try check(try session.run(), .any, "seed \(seed): \(FaultScript(seed: seed))")
    }

    /// Whatever happened, what the report says must be so.
    private func check(_ outcome: SessionOutcome, _ ending: Ending, _ what: String) throws {
        let report = outcome.report
        let state = "\(what): \(outcome.state), \(outcome.fault ?? "no fault"), \(report.text())"
        switch ending {
        case .completed:
            #expect(outcome.state == .completed && outcome.fault == nil, "\(state)")
            #expect(outcome.isConfirmed, "\(state)")
        case .halted: #expect(outcome.state == .halted, "\(state)")
        case .disputed:
            #expect(outcome.fault?.contains("position moved by") == true, "\(state)")
            #expect(!outcome.isConfirmed, "\(state)")
        case .any: break
        }
        // Never more than was asked for.
        #expect(report.parent.filled <= report.parent.quantity, "\(state)")
        #expect(report.children.reduce(0) { $0 + $1.filled } == report.parent.filled, "\(state)")
        // Our fills are the venue's position, or the report says that they are not.
        if let after = report.venue.position, let before = report.venue.positionBefore {
            let sign: Decimal = report.parent.side == "buy" ? 1 : -1
            if after - before != sign * report.parent.filled {
                #expect(outcome.fault?.contains("position moved by") == true, "\(state)")
            }
        } else {
            #expect(outcome.fault != nil, "\(state)")
        }
        // Nothing of ours is open, or the report says how much.
        if report.venue.openOrders != 0 || report.counts.unknown != 0 {
            #expect(outcome.fault != nil, "\(state)")
        }
        #expect(outcome.state != .completed || report.counts.unknown == 0, "\(state)")
    }
}
