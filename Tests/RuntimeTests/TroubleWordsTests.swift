import Engine
import Testing
import Units

@testable import Runtime

@Suite("What an operator is told while the venue is away", .timeLimit(.minutes(1)))
struct TroubleWordsTests {
    private static func second(_ count: Int64) -> Nanoseconds { .seconds(1_000 + count) }

    @Test("a question without an answer is told once it has lasted, and once it is answered")
    func troubles() {
        var troubles = QuestionTroubles()
        #expect(troubles.failed(.account, "execution/list: no answer", Self.second(0)) == nil)
        #expect(troubles.failed(.order(7), "order/realtime: HTTP 500", Self.second(1)) == nil)
        #expect(troubles.failed(.account, "execution/list: no answer", Self.second(2)) == nil)
        let told = troubles.failed(.account, "execution/list: no answer", Self.second(3))
        #expect(told?.contains("about the account: execution/list: no answer") == true)
        // Once is enough.
        #expect(troubles.failed(.account, "execution/list: no answer", Self.second(9)) == nil)
        #expect(troubles.failed(.order(7), "order/realtime: HTTP 500", Self.second(9)) == nil)
        #expect(troubles.texts == ["execution/list: no answer", "order/realtime: HTTP 500"])
        #expect(troubles.answered(.order(7), Self.second(10)) == nil)
        #expect(troubles.texts == ["execution/list: no answer"])
        #expect(
            troubles.answered(.account, Self.second(12)) == "the venue answers again, after 12 s"
        )
        #expect(troubles.texts.isEmpty)
        #expect(troubles.answered(.account, Self.second(13)) == nil)
        // The account's answer tells of every order.
        #expect(troubles.failed(.order(8), "no answer", Self.second(20)) == nil)
        #expect(troubles.failed(.order(8), "no answer", Self.second(24)) != nil)
        #expect(troubles.answered(.account, Self.second(25)) != nil && troubles.texts.isEmpty)
    }

    @Test("what passes within three seconds is not told")
    func brief() {
        var troubles = QuestionTroubles()
        for second in 0..<20 as Range<Int64> {
            #expect(troubles.failed(.account, "no answer", Self.second(second)) == nil)
            #expect(troubles.answered(.account, Self.second(second)) == nil)
        }
    }

    private static func progress(_ away: Absences, at time: Nanoseconds) -> ParentProgress {
        var progress = ProgressLineTests.progress()
        progress.away = away
        progress.at = time
        return progress
    }

    @Test("what is away is told once, again when more is away, and once all is back")
    func absences() {
        var notices = AbsenceNotices()
        #expect(notices.text(Self.progress([], at: Self.second(0))) == nil)
        #expect(notices.text(Self.progress(.marketData, at: Self.second(1))) == nil)
        let first = notices.text(Self.progress(.marketData, at: Self.second(4)))
        #expect(first?.contains("away for 3 s: market data.") == true, "\(first ?? "")")
        #expect(notices.text(Self.progress(.marketData, at: Self.second(5))) == nil)
        let all: Absences = [.marketData, .account, .orderEntry]
        let more = notices.text(Self.progress(all, at: Self.second(6)))
        #expect(more?.contains("market data, the account connection, the order") == true)
        #expect(notices.text(Self.progress(.account, at: Self.second(7))) == nil)
        #expect(
            notices.text(Self.progress([], at: Self.second(11)))
                == "everything is back, after 10 s"
        )
        #expect(notices.text(Self.progress([], at: Self.second(12))) == nil)
        // A short absence after a long one is a new one.
        #expect(notices.text(Self.progress(.account, at: Self.second(13))) == nil)
        #expect(notices.text(Self.progress([], at: Self.second(15))) == nil)
    }
}
