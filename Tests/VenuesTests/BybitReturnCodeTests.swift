import Foundation
import Orders
import Testing
import Venues

@Suite("Bybit return codes", .timeLimit(.minutes(1)))
struct BybitReturnCodeTests {
    private typealias Code = BybitReturnCode

    /// After these the request may have had an effect: the reference names them as time-outs,
    /// internal errors, a service about to end, or the repetition of an earlier request.
    private static let open: Set<Int64> = [
        10_000, 10_014, 10_016, 10_019, 20_006, 170_001, 170_007, 170_032, 170_146, 170_147,
        170_310, 500_000,
    ]
    /// The name is an earlier request's, which may stand.
    private static let taken: Set<Int64> = [110_030, 110_072, 170_141]
    /// The order has ended, or is not known.
    private static let gone: Set<Int64> = [
        110_001, 110_008, 110_010, 170_139, 170_142, 170_143, 170_190, 170_213,
    ]
    /// Every code of the venue's page by what it calls for, where it is certain.
    private static let remedies: [(remedy: OrderRemedy, codes: [Int64])] = [
        (.none, [0, 34_040, 110_026, 110_027, 110_043, 110_064, 170_311, 170_312, 170_313]),
        (
            .retry,
            [
                -1, 10_002, 20_001, 110_079, 110_095, 110_098, 110_103, 110_118, 170_144, 170_145,
                170_159, 170_191, 170_212, 170_217, 170_218,
            ]
        ),
        (.slowDown, [110_009, 110_017, 110_020, 170_222, 170_810]),
        (.pauseOperation, [10_006]),
        (.pauseRequests, [403, 429, 10_018, 10_403, 10_429, 20_003, 170_005]),
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
            [110_005, 110_021, 110_022, 110_023, 110_042, 110_066, 110_074, 170_151]
        ),
        (
            .stopParent,
            [
                10_001, 10_029, 110_004, 110_006, 110_007, 110_011, 110_012, 110_040,
                110_044, 110_045, 110_046, 110_051, 110_052, 110_053, 170_033, 170_131,
                170_157, 170_210,
            ]
        ),
        (
            .fatal,
            [
                10_003, 10_004, 10_005, 10_007, 10_008, 10_009, 10_010, 10_017, 10_024,
                10_027, 10_028, 10_404, 33_004, 110_024, 110_025, 110_028, 110_032, 110_092,
                110_093, 110_108, 110_109, 110_119, 170_115, 170_116, 170_117, 170_121,
                170_130, 170_134, 170_137, 170_148, 170_355,
            ]
        ),
    ]

    /// May what was asked for exist at the venue after `code`?
    private static func expected(
        _ code: Int64,
        _ operation: OrderOperation
    ) -> OrderReply.Outcome {
        if code == 0 { return .accepted }
        if open.contains(code) { return .unknown }
        if taken.contains(code) { return operation == .place ? .unknown : .refused }
        if gone.contains(code) { return operation == .place ? .refused : .alreadyFinished }
        return .refused
    }

    @Test("the table has every code of the venue's page once, with what it means")
    func whole() {
        let codes = Code.table.map { Int64($0.code) }
        let page =
            Self.remedies.flatMap(\.codes) + Array(Self.open) + Array(Self.taken)
            + Array(Self.gone)
        #expect(Set(codes) == Set(page) && codes.count == page.count)
        #expect(codes == codes.sorted())
        for row in Code.table {
            let words = "\(row.meaning)"
            #expect(words.count > 3 && !words.hasSuffix("."), "\(row.code)")
            #expect(Code.meaning(Int64(row.code)) == words)
        }
    }

    @Test("only a code that leaves it open makes a request uncertain", arguments: Code.table)
    func outcomes(_ row: BybitReturnCode.Row) {
        let code = Int64(row.code)
        for operation in [OrderOperation.place, .amend, .cancel] {
            let outcome = Code.outcome(code, of: operation)
            #expect(outcome == Self.expected(code, operation), "\(code) to \(operation)")
            // What is open is asked about, and only that and an order's end.
            let remedy = Code.remedy(code, of: operation)
            #expect(
                (remedy == .reconcile) == (outcome == .unknown || Self.gone.contains(code)),
                "\(code) to \(operation)"
            )
        }
    }

    @Test("every code calls for what the page says")
    func remedies() {
        for (remedy, codes) in Self.remedies {
            for code in codes {
                for operation in [OrderOperation.place, .amend, .cancel] {
                    #expect(Code.remedy(code, of: operation) == remedy, "\(code)")
                }
            }
        }
    }

    @Test("too many requests are a refusal, whatever was asked for")
    func tooOften() {
        for code: Int64 in [403, 429, 10_006, 10_018, 10_403, 10_429, 20_003, 170_005] {
            for operation in [OrderOperation.place, .amend, .cancel] {
                #expect(Code.outcome(code, of: operation) == .refused, "\(code)")
                #expect(Code.remedy(code, of: operation).isForRate, "\(code)")
            }
        }
    }

    @Test("a code nobody has listed is a refusal only when the order service gave it")
    func unlisted() {
        for code: Int64 in [110_999, 111_111, 170_999, 179_999] {
            #expect(Code.outcome(code, of: .place) == .refused)
            #expect(Code.remedy(code, of: .place) == .retry)
            #expect(Code.meaning(code) == nil)
        }
        for code: Int64 in [1, 500, 10_999, 40_000, 180_000, .max, .min] {
            #expect(Code.outcome(code, of: .place) == .unknown, "\(code)")
            #expect(Code.remedy(code, of: .place) == .reconcile)
        }
    }

    @Test("a status of HTTP in front of the order service is a refusal; a broken service is not")
    func statuses() {
        for status in [400, 401, 404, 405, 413, 451] {
            #expect(BybitStatus.outcome(status) == .refused)
            #expect(BybitStatus.remedy(status) == .fatal)
        }
        for status in [403, 429] {
            #expect(BybitStatus.outcome(status) == .refused)
            #expect(BybitStatus.remedy(status) == .pauseRequests)
        }
        for status in [0, 101, 200, 302, 408, 409, 425, 499, 500, 502, 503, 504, 599] {
            #expect(BybitStatus.outcome(status) == .unknown)
            #expect(BybitStatus.remedy(status) == .reconcile)
        }
    }
}
