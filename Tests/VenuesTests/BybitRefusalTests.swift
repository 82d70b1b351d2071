import Testing
import Venues

@Suite("Refusals of requests that are no orders", .timeLimit(.minutes(1)))
struct BybitRefusalTests {
    @Test(
        "too many requests, restarts and time-outs pass",
        arguments: [
            10_000, 10_002, 10_006, 10_016, 10_018, 10_019, 10_429, 20_003, 429, 500_000,
        ]
    )
    func passing(_ code: Int64) {
        #expect(BybitRefusal.mayPass(code) && !BybitRefusal.isFinal(code))
    }

    @Test(
        "the key, the account and the address do not",
        arguments: [
            10_005, 10_008, 10_009, 10_010, 10_024, 10_027, 10_028, 10_029, 33_004,
        ]
    )
    func final(_ code: Int64) {
        #expect(BybitRefusal.isFinal(code) && !BybitRefusal.mayPass(code))
    }

    @Test("no code passes and is final, and each of them is told in words")
    func words() {
        for code in Int64(-1)...200_000 {
            let (passes, isFinal) = (BybitRefusal.mayPass(code), BybitRefusal.isFinal(code))
            if passes && isFinal { Issue.record("\(code) is both") }
            if isFinal && BybitRefusal.meaning(code) == nil { Issue.record("\(code) has no words") }
        }
        #expect(BybitRefusal.meaning(777_777) == nil && !BybitRefusal.mayPass(777_777))
    }

    @Test("a bad key or signature ends a start, and a login after three tries")
    func doubtful() {
        for code: Int64 in [10_003, 10_004] {
            #expect(!BybitRefusal.mayPass(code) && !BybitRefusal.isFinal(code))
        }
    }
}
