import Foundation
import LoopbackVenue
import Orders
import Reports
import Runtime
import Testing
import Units

/// Whole sessions against a venue that misbehaves: the report stays true whatever happens.
@Suite("Session at a faulty venue")
struct FaultSessionTests {
    /// What a parent may come to under a fault.
    enum Ending {
        /// Everything is bought, and nothing is wrong.
        case completed
        /// It ends with an honest fault: exit code 3.
        case halted
        /// One or the other, by what the fault met.
        case either
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

    static let cases = [
        Case("create 2 lose", .either),
        Case("create 2 lose-answer", .either),
        Case("create 2 delay 300ms", .completed),
        Case("create 2 refuse 110007", .either),
        Case("create 2 refuse 110094", .either),
        Case("create 2 misanswer 10016", .either),
        Case("create 2 misanswer 10000", .either),
        Case("create 2 refuse 10006", .either),
        Case("amend 1 refuse 110001\namend 2 lose-answer", .either),
        Case("cancel 1 refuse 110001\ncancel 2 refuse 110079", .either),
        Case("cancel 1 lose", .either),
        Case("cancel 1 lose-answer", .either),
        Case("at 0s late orders 20ms", .completed),
        Case("at 0s late executions 20ms", .completed),
        Case("at 0s late answers 20ms", .completed),
        Case("at 0s repeat-executions", .completed),
        Case("at 1s gap 300ms", .either),
        Case("at 1s freeze 300ms", .either),
        Case("at 1s maintenance 300ms", .either),
        Case("at 1s ban 300ms", .either),
        Case("at 1s close 300ms", .either),
        Case("at 1s cut market", .either),
        Case("at 1s cut account", .halted),
        Case("at 1s cut trade", .halted),
        Case("at 1s book lose", .completed),
        Case("at 1s book repeat", .either),
        Case("at 1s book corrupt", .either),
        Case("at 1s book reset", .completed),
        Case("at 1s silence 300ms", .completed),
        Case("at 1s funding 0.0001", .completed),
        Case("at 1s liquidate", .halted),
    ]

    @Test("the report is true under every fault", arguments: cases)
    func truthful(_ test: Case) throws {
        let script = try FaultScript(text: test.script)
        let session = try SessionFixture(seconds: 2, faults: script)
        let outcome = try session.run()
        try check(outcome, test.ending, test.script)
    }

    @Test("the report is true under drawn faults", arguments: [1, 2, 3, 4] as [UInt64])
    func drawn(seed: UInt64) throws {
        let session = try SessionFixture(seconds: 2, faults: FaultScript(seed: seed))
        try check(try session.run(), .either, "seed \(seed): \(FaultScript(seed: seed))")
    }

    private func check(_ outcome: SessionOutcome, _ ending: Ending, _ what: String) throws {
        let report = outcome.report
        let state = "\(what): \(outcome.state), \(outcome.fault ?? "no fault"), \(report.text())"
        switch ending {
        case .completed: #expect(outcome.state == .completed && outcome.fault == nil, "\(state)")
        case .halted: #expect(outcome.fault != nil, "\(state)")
        case .either: break
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
