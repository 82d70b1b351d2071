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
            troubles.answered(.account, Self.second(12))
                == "the venue answers questions again, after 12 s"
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
        let since = "away for 3 s, since 1970-01-01T00:16:41Z: market data."
        #expect(first?.contains(since) == true && first?.contains("patience") == false)
        #expect(notices.text(Self.progress(.marketData, at: Self.second(5))) == nil)
        let all: Absences = [.marketData, .account, .orderEntry]
        let more = notices.text(Self.progress(all, at: Self.second(6)))
        #expect(more?.contains("market data, the account connection, the order") == true)
        #expect(
            notices.text(Self.progress(.account, at: Self.second(7)))
                == "back after 6 s: market data, the order connection. Still away: the account "
                + "connection"
        )
        #expect(
            notices.text(Self.progress([], at: Self.second(11)))
                == "everything is back, after 5 s"
        )
        #expect(notices.text(Self.progress([], at: Self.second(12))) == nil)
        // A short absence after a long one is a new one.
        #expect(notices.text(Self.progress(.account, at: Self.second(13))) == nil)
        #expect(notices.text(Self.progress([], at: Self.second(15))) == nil)
    }

    @Test("how long a parent waits for a connection is told, by which option, and when it has")
    func patience() {
        var notices = AbsenceNotices()
        func text(_ away: Absences, _ second: Int64) -> String? {
            var progress = Self.progress(away, at: Self.second(second))
            progress.linkPatience = .seconds(6)
            return notices.text(progress)
        }
        #expect(text(.account, 0) == nil)
        let first = text(.account, 3)
        #expect(first?.contains("stays away for 6s stops the parent (--link-patience)") == true)
        #expect(text(.account, 6) == nil)
        let end = text(.account, 7)
        #expect(end?.hasPrefix("away for longer than --link-patience (6s): the account") == true)
        #expect(text(.account, 8) == nil)
        #expect(text([], 9) == "everything is back, after 9 s")
        // Nothing that ends a parent.
        #expect(text(.marketData, 20) == nil)
        #expect(text(.marketData, 23)?.contains("--link-patience") == false)
        #expect(text(.marketData, 40) == nil)
    }

    @Test("the end says how long a connection was away, and whether it came back")
    func ends() {
        let fault = LinkFault(link: .account, event: .unreadable)
        let away = fault.text(away: .seconds(14), isBack: false, patience: .seconds(6))
        #expect(
            away.hasSuffix(
                "away for 14 s, to the end of the session, longer than "
                    + "--link-patience (6s)"
            )
        )
        #expect(fault.text(away: .seconds(2), isBack: true).hasSuffix("away for 2 s in all"))
        let refused = LinkFault(link: .account, event: .refused(code: 10_003))
        #expect(refused.text(away: .seconds(2), isBack: false) == refused.text)
    }

    @Test("a cause that has met three things or more is one line with its count")
    func gathered() {
        let cause = "TLS failed: certificate refused: no authority vouches for it"
        let lines = [
            "without the venue's last word: 1 child",
            "the final position could not be had: here:1: the TLS handshake: \(cause)",
            "the order connection was lost: \(cause); it was away for 9 s",
            "market data was lost", "here:1: the TLS handshake: \(cause)",
        ]
        #expect(
            FaultLines.gathered(lines) == [
                lines[0],
                "\(cause) (3 times): the final position could not be had: here:1: the TLS "
                    + "handshake, the order connection was lost (it was away for 9 s), here:1: "
                    + "the TLS handshake",
                "market data was lost",
            ]
        )
        // Two may stand.
        #expect(FaultLines.gathered(Array(lines.prefix(3))) == Array(lines.prefix(3)))
    }
}
