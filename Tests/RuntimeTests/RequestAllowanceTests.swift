import Orders
import Testing
import Units

@testable import Runtime

@Suite("Request allowance and reconciler's mail", .timeLimit(.minutes(3)))
struct RequestAllowanceTests {
    private static func answer(_ status: Int, _ code: Int64? = nil) -> RESTAnswer {
        let text = code.map { #"{"retCode":\#($0),"retMsg":"","result":{}}"# } ?? "<html>"
        return RESTAnswer(status: status, body: Array(text.utf8))
    }

    private static func allowance(_ now: Nanoseconds) -> RequestAllowance {
        RequestAllowance(perSecond: 10, burst: 3, banPause: .seconds(15), now: now)
    }

    @Test("a burst leaves at once, then requests leave at the rate")
    func rate() {
        var now = Nanoseconds.seconds(100)
        var allowance = Self.allowance(now)
        for _ in 0..<3 {
            #expect(allowance.wait(now) == .zero)
            allowance.take(now)
        }
        #expect(allowance.wait(now) == .milliseconds(100))
        var sent = 0
        for _ in 0..<1_000 {
            if allowance.wait(now) == .zero {
                allowance.take(now)
                sent += 1
            }
            now = now + .milliseconds(1)
        }
        #expect(sent == 9 || sent == 10)
    }

    @Test("a ban pauses what is urgent, too, a warning ever longer, and success forgets it")
    func pauses() {
        let now = Nanoseconds.seconds(100)
        var allowance = Self.allowance(now)
        allowance.heed(Self.answer(429), now)
        #expect(allowance.wait(now) == .seconds(1) && allowance.isPaused(now))
        allowance.heed(Self.answer(200, 10_006), now)
        #expect(allowance.wait(now) == .seconds(2))
        allowance.heed(Self.answer(200, 0), now)
        allowance.heed(Self.answer(429), now + .seconds(10))
        #expect(allowance.wait(now + .seconds(10)) == .seconds(1))
        allowance.heed(Self.answer(403), now)
        #expect(allowance.wait(now, isUrgent: true) == .seconds(15))
        #expect(allowance.pauseText(now).contains("403"))
        #expect(!allowance.isPaused(now + .seconds(15)))
    }

    @Test("answers come in order, none is lost, and a full box says so")
    func mail() {
        let mail = ReconcilerMail()
        var hot = ReconcilerMail.HotEnd(mail)
        var cold = ReconcilerMail.ColdEnd(mail)
        for lap in 0..<3 {
            for i in 0..<ReconcilerMail.answerCapacity {
                let isTold = cold.answer(
                    .position(.oneWay(Quantity(lots: Int64(lap * 10_000 + i))))
                )
                #expect(isTold)
            }
            let isTold = cold.answer(.foreignOrders(1))
            #expect(!isTold)
            for i in 0..<ReconcilerMail.answerCapacity {
                guard case .position(let held)? = hot.answer() else {
                    Issue.record("answer \(i) is missing")
                    return
                }
                #expect(held.net.lots == Int64(lap * 10_000 + i))
            }
            if hot.answer() != nil { Issue.record("an answer nobody gave") }
        }
    }

    @Test("questions that find no room are refused, not lost")
    func questions() {
        let mail = ReconcilerMail()
        var hot = ReconcilerMail.HotEnd(mail)
        var cold = ReconcilerMail.ColdEnd(mail)
        for _ in 0..<ReconcilerMail.questionCapacity {
            let isAsked = hot.ask(.everything)
            #expect(isAsked)
        }
        let isAsked = hot.ask(.everything)
        #expect(!isAsked)
        var count = 0
        while cold.question() != nil { count += 1 }
        #expect(count == ReconcilerMail.questionCapacity)
    }
}
