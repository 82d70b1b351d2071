import Foundation
import Orders
import Testing
import Venues

@Suite("Bybit return codes", .timeLimit(.minutes(3)))
struct BybitReturnCodeTests {
    /// Every code of the venue's page, by what it calls for when it answers a new order.
    private static let table: [(remedy: OrderRemedy, codes: [Int64])] = [
        (.none, [0, 34_040, 110_026, 110_027, 110_043, 110_064, 170_311, 170_312, 170_313]),
        (
            .retry,
            [
                -1, 10_002, 110_079, 110_095, 110_098, 110_103, 110_118, 170_144, 170_145,
                170_159, 170_191, 170_212, 170_217, 170_218,
            ]
        ),
        (.slowDown, [110_009, 110_020, 170_222, 170_810]),
        (.pauseOperation, [10_006]),
        (.pauseRequests, [429, 10_018, 10_403, 10_429, 20_003, 170_005]),
        (
            .clamp,
            [
                30_208, 30_209, 110_003, 110_120, 110_121, 170_132, 170_133, 170_192, 170_193,
                170_194, 170_371, 170_372,
            ]
        ),
        (.enlarge, [110_094, 170_136, 170_140]),
        (
            .reduce,
            [
                110_013, 110_031, 110_085, 110_086, 110_089, 110_090, 170_124, 170_341,
                170_381, 170_382,
            ]
        ),
        (
            .pauseInstrument,
            [
                10_029, 110_005, 110_021, 110_022, 110_023, 110_042, 110_066, 110_074,
                170_151, 170_157,
            ]
        ),
        (
            .stopParent,
            [
                10_001, 110_004, 110_006, 110_007, 110_011, 110_012, 110_017, 110_040,
                110_044, 110_045, 110_046, 110_051, 110_052, 110_053, 170_033, 170_131,
                170_210,
            ]
        ),
        (
            .reconcile,
            [
                10_000, 10_014, 10_016, 10_019, 20_006, 110_001, 110_008, 110_010, 110_030, 110_072,
                170_001, 170_007, 170_032, 170_139, 170_141, 170_142, 170_143, 170_146,
                170_147, 170_190, 170_213, 170_310, 500_000,
            ]
        ),
        (
            .fatal,
            [
                10_003, 10_004, 10_005, 10_007, 10_008, 10_009, 10_010, 10_017, 10_024,
                10_027, 10_028, 10_404, 110_024, 110_025, 110_028, 110_032, 110_092, 110_093,
                110_108, 110_109, 110_119, 170_115, 170_116, 170_117, 170_121, 170_130,
                170_134, 170_137, 170_148, 170_355,
            ]
        ),
    ]

    /// Whether such an order may stand is open: nothing else may be sent before the venue said.
    private static let ambiguous: Set<Int64> = [
        429, 10_000, 10_006, 10_014, 10_016, 10_019, 10_403, 10_429, 20_003, 20_006, 110_030,
        110_072, 170_001, 170_005, 170_007, 170_032, 170_141, 170_146, 170_147, 170_310, 500_000,
    ]

    @Test("every code of the venue's page calls for what the page says")
    func remedies() {
        for (remedy, codes) in BybitReturnCodeTests.table {
            for code in codes {
                #expect(BybitReturnCode.remedy(code, of: .place) == remedy, "\(code)")
            }
        }
    }

    @Test("a code leaves an order open exactly when the venue cannot have meant it as a refusal")
    func outcomes() {
        for code in BybitReturnCodeTests.table.flatMap(\.codes) {
            let outcome = BybitReturnCode.outcome(code, of: .place)
            let expected: OrderReply.Outcome =
                code == 0
                ? .accepted
                : BybitReturnCodeTests.ambiguous.contains(code) ? .unknown : .refused
            #expect(outcome == expected, "\(code)")
        }
    }

    @Test("a cancel or amend of an order that is gone is answered by the order's end")
    func gone() {
        for code: Int64 in [110_001, 110_008, 110_010, 170_139, 170_142, 170_143, 170_190, 170_213]
        {
            for operation in [OrderOperation.cancel, .amend] {
                #expect(BybitReturnCode.outcome(code, of: operation) == .alreadyFinished)
                #expect(BybitReturnCode.remedy(code, of: operation) == .reconcile)
            }
        }
        // The link id that an amend or cancel names cannot be a duplicate.
        #expect(BybitReturnCode.outcome(110_072, of: .cancel) == .refused)
    }

    @Test("a cancel that came too often may be sent again; a place may not")
    func tooOften() {
        for code: Int64 in [429, 10_006, 10_403, 10_429, 20_003] {
            #expect(BybitReturnCode.outcome(code, of: .cancel) == .refused)
            #expect(BybitReturnCode.outcome(code, of: .place) == .unknown)
            #expect(BybitReturnCode.outcome(code, of: .amend) == .unknown)
        }
    }

    @Test("a code nobody has listed is a refusal only when the order service gave it")
    func unlisted() {
        for code: Int64 in [110_999, 111_111, 170_999, 179_999] {
            #expect(BybitReturnCode.outcome(code, of: .place) == .refused)
            #expect(BybitReturnCode.remedy(code, of: .place) == .retry)
        }
        for code: Int64 in [1, 500, 10_999, 40_000, 180_000, .max, .min] {
            #expect(BybitReturnCode.outcome(code, of: .place) == .unknown, "\(code)")
            #expect(BybitReturnCode.remedy(code, of: .place) == .reconcile)
        }
    }
}
