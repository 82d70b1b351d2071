import Testing
import Venues

@Suite("Refusals of requests that are no orders", .timeLimit(.minutes(1)))
struct BybitStandingTests {
    @Test(
        "too many requests, restarts and time-outs pass",
        arguments: [
            10_000, 10_002, 10_006, 10_016, 10_018, 10_019, 10_429, 20_001, 20_003, 429, 500_000,
        ]
    )
    func passing(_ code: Int64) {
        #expect(BybitReturnCode.standing(code) == .passes)
    }

    @Test(
        "the key, the account and the address do not",
        arguments: [
            10_005, 10_008, 10_009, 10_010, 10_024, 10_027, 10_028, 10_029, 33_004,
        ]
    )
    func final(_ code: Int64) {
        #expect(BybitReturnCode.standing(code).isFinal)
    }

    @Test("a key or an address that is refused as such is refused whatever it asks")
    func barred() {
        let barred = BybitReturnCode.table.filter { $0.standing == .barsKey }.map(\.code)
        #expect(barred == [10_007, 10_008, 10_009, 10_010, 33_004])
    }

    @Test("a code that is not listed is doubtful and has no words")
    func unlisted() {
        #expect(BybitReturnCode.standing(777_777) == .doubtful)
        #expect(BybitReturnCode.meaning(777_777) == nil)
    }

    @Test("a bad key or signature ends a start, and a login after three tries")
    func doubtful() {
        for code: Int64 in [10_003, 10_004] {
            #expect(BybitReturnCode.standing(code) == .doubtful)
        }
    }
}
