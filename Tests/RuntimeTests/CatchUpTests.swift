import Testing
import Units

@testable import Runtime

@Suite("Catching up", .timeLimit(.minutes(3)))
struct CatchUpTests {
    /// A look with its times.
    private final class Look {
        private var look = CatchUp()

        var round: UInt32 { look.round }
        func begin(_ now: Nanoseconds) { look.begin(now) }
        func ask(_ now: Nanoseconds) { look.ask(now) }
        func noteUnanswered() { look.noteUnanswered() }
        func isDue(_ now: Nanoseconds) -> Bool { look.isDue(now, giveUp: .seconds(15)) }
        func done(_ round: UInt32, isAnswered: Bool = true, _ now: Nanoseconds) -> Bool {
            look.done(round, isAnswered: isAnswered, again: .seconds(1), now)
        }
    }

    @Test("a look whose every question was asked and answered is all there is to know")
    func whole() {
        let look = Look()
        #expect(!look.isDue(.seconds(9)))
        look.begin(.seconds(10))
        #expect(look.isDue(.seconds(10)))
        look.ask(.seconds(10))
        #expect(!look.isDue(.seconds(11)))
        let round = look.round
        #expect(look.done(round, .seconds(11)))
        // Only once.
        #expect(!look.done(round, .seconds(12)))
        #expect(!look.isDue(.seconds(99)))
    }

    @Test("what was not asked or not answered is asked again", arguments: 0..<2)
    func again(_ what: Int) {
        let look = Look()
        look.begin(.seconds(10))
        look.ask(.seconds(10))
        if what == 0 { look.noteUnanswered() }
        let round = look.round
        #expect(!look.done(round, isAnswered: what == 0, .seconds(11)))
        #expect(!look.isDue(.milliseconds(11_900)) && look.isDue(.seconds(12)))
        look.ask(.seconds(12))
        // An answer of the look before is none of this one.
        #expect(!look.done(round, .seconds(12)))
        #expect(look.done(look.round, .seconds(13)))
    }

    @Test("a last answer that does not come is waited for no longer than it may")
    func noAnswer() {
        let look = Look()
        look.begin(.seconds(10))
        look.ask(.seconds(10))
        #expect(!look.isDue(.seconds(25)) && look.isDue(.milliseconds(25_001)))
    }

    @Test("answers from before another loss do not count")
    func lostAgain() {
        let look = Look()
        look.begin(.seconds(10))
        look.ask(.seconds(10))
        let round = look.round
        look.begin(.seconds(11))
        #expect(!look.done(round, .seconds(12)))
        look.ask(.seconds(12))
        #expect(!look.done(round, .seconds(12)))
        #expect(look.done(look.round, .seconds(12)))
    }
}
