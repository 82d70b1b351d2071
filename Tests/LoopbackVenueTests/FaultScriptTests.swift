import Foundation
import Testing
import Units

@testable import LoopbackVenue

@Suite("Fault script", .timeLimit(.minutes(3)))
struct FaultScriptTests {
    @Test("every rule says what its words say")
    func words() throws {
        let script = try FaultScript(
            text: """
                # a remark
                create 3 lose
                amend 1..2 lose-answer   # another
                cancel * 25% delay 300ms
                create 2 refuse 110007
                create 4 misanswer 10016
                create 5 hush

                at 2s gap 500ms
                at 1s cut trade
                at 3s freeze 300ms
                at 4s maintenance 2s
                at 5s ban 2s
                at 6s book corrupt
                at 7s silence 2s
                at 0s late answers 20ms
                at 0s repeat-executions
                at 8s funding -0.0001
                at 9s liquidate
                at 10s close 2s
                at 11s turn-away 2s
                at 12s revoke
                at 13s withdraw 5000
                at 14s refuse-topic wallet
                at 15s mute 2s
                at 16s limit 2s
                at 17s deny 33004
                at 0s late statements 1s
                at 18s time 60s
                """
        )
        #expect(
            script.requests == [
                RequestRule(.create, 3...3, .lose),
                RequestRule(.amend, 1...2, .loseAnswer),
                RequestRule(
                    .cancel,
                    1...Int.max,
                    .delayAnswer(.milliseconds(300)),
                    perMille: 250
                ),
                RequestRule(.create, 2...2, .refuse(110_007)),
                RequestRule(.create, 4...4, .misanswer(10_016)),
                RequestRule(.create, 5...5, .hush),
            ]
        )
        let second = Nanoseconds.seconds(1)
        #expect(
            Set(script.events) == [
                TimedFault(at: .seconds(2), .gap(.milliseconds(500))),
                TimedFault(at: second, .cut(.trade)),
                TimedFault(at: .seconds(3), .freeze(.milliseconds(300))),
                TimedFault(at: .seconds(4), .maintenance(.seconds(2))),
                TimedFault(at: .seconds(5), .ban(.seconds(2))),
                TimedFault(at: .seconds(6), .book(.corrupt)),
                TimedFault(at: .seconds(7), .silence(.seconds(2))),
                TimedFault(at: .zero, .late(.answers, by: .milliseconds(20))),
                TimedFault(at: .zero, .repeatExecutions),
                TimedFault(at: .seconds(8), .funding(rateE8: -10_000)),
                TimedFault(at: .seconds(9), .liquidate),
                TimedFault(at: .seconds(10), .close(.seconds(2))),
                TimedFault(at: .seconds(11), .turnAway(.seconds(2))),
                TimedFault(at: .seconds(12), .revoke),
                TimedFault(
                    at: .seconds(13),
                    .withdraw(Amount(billionths: 5_000_000_000_000))
                ),
                TimedFault(at: .seconds(14), .refuseTopic(.wallet)),
                TimedFault(at: .seconds(15), .mute(.seconds(2))),
                TimedFault(at: .seconds(16), .limit(.seconds(2))),
                TimedFault(at: .seconds(17), .deny(33_004)),
                TimedFault(at: .zero, .late(.statements, by: .seconds(1))),
                TimedFault(at: .seconds(18), .misstateTime(.seconds(60))),
            ]
        )
        let times = script.events.map(\.at)
        #expect(times == times.sorted())
    }

    @Test(
        "a word that is not what the rule wants is told with what it should be",
        arguments: [
            ("at 1s deny abc", "abc is not a return code"), ("at 1s deny", "a return code such"),
            ("create 1 refuse x", "x is not a return code"),
            ("at 1s funding much", "much is not a rate"), ("at 1s tick x", "x is not a price step"),
            ("at 1s withdraw x", "x is not a number of whole coins"),
            ("at 1s cut x", "x is not one of market, account, trade"),
            ("create 1 explode", "explode: a request can lose"), ("create 1", "what befalls it"),
        ]
    )
    func words(_ line: String, _ why: String) {
        let problems = FaultScript.read(line).problems
        #expect(problems.count == 1 && problems[0].reason.hasPrefix(why), "\(problems)")
    }

    @Test(
        "a line that cannot be read is named",
        arguments: [
            "destroy 1 lose", "create", "create 0 lose", "create 3..1 lose", "create x lose",
            "create 1", "create 1 explode", "create 1 delay", "create 1 delay 5",
            "create 1 delay -1s",
            "create 1 delay 99999999999s", "create 1 refuse", "create 1 refuse 0",
            "create 1 120% lose", "create 1 lose twice", "at", "at 1 gap 1s", "at 1s", "at 1s gap",
            "at 1s cut everything", "at 1s book burn", "at 1s funding much", "at 1s funding 2",
            "at 1s mute", "at 1s deny 0", "at 1s withdraw", "at 1s withdraw 0",
            "at 1s withdraw 1.5", "at 1s refuse-topic order", "at 1s others", "at 1s others 40",
        ]
    )
    func refusals(line: String) {
        let error = #expect(throws: LoopbackVenueError.self) {
            try FaultScript(text: "# fine\n" + line)
        }
        guard case .faults(line: 2, let reason) = error else {
            Issue.record("\(line): \(String(describing: error))")
            return
        }
        #expect(!reason.isEmpty)
    }

    @Test("the document of scripts has every fault of the venue, and can be read")
    func document() throws {
        let root = URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let path = root.appendingPathComponent("docs/faults.md")
        let parts = try String(contentsOf: path, encoding: .utf8).components(separatedBy: "```")
        let (script, problems) = FaultScript.read(try #require(parts.dropFirst().first))
        #expect(problems.isEmpty, "\(problems)")
        let words = script.events.map { $0.fault.words.prefix { $0 != " " } }
        #expect(Set(words.map(String.init)) == Set(FaultScript.venueWords))
    }

    @Test("every line that cannot be read is told, and the others are taken")
    func everyFault() {
        let (script, problems) = FaultScript.read("create 1 lose\nx\n\nat 1s lat\nat 2s revoke 3")
        #expect(script.requests.count == 1 && script.events.isEmpty)
        #expect(problems.map(\.line) == [2, 4, 5])
        #expect(problems.map(\.reason)[1] == "lat: no such fault of the venue, did you mean late?")
    }

    @Test("requests are counted by kind, and the first rule that matches counts")
    func counting() throws {
        let script = try FaultScript(
            text: "create 2 lose\ncreate 1..3 lose-answer\ncancel 1 refuse 110001"
        )
        var schedule = FaultSchedule(script)
        #expect(schedule.request(.create) == .loseAnswer)
        #expect(schedule.request(.cancel) == .refuse(110_001))
        #expect(schedule.request(.create) == .lose)
        #expect(schedule.request(.amend) == nil)
        #expect(schedule.request(.create) == .loseAnswer)
        #expect(schedule.request(.create) == nil)
        #expect(schedule.request(.cancel) == nil)
    }

    @Test("faults of the venue come at their times after the start, each once")
    func times() throws {
        let script = try FaultScript(text: "at 2s liquidate\nat 1s repeat-executions")
        var schedule = FaultSchedule(script)
        #expect(schedule.take(.seconds(100)) == nil)
        schedule.start(.seconds(100))
        schedule.start(.seconds(101))
        #expect(schedule.nextDueAt == .seconds(101))
        #expect(schedule.take(.seconds(100)) == nil)
        #expect(schedule.take(.seconds(105)) == .repeatExecutions)
        #expect(schedule.take(.seconds(105)) == .liquidate)
        #expect(schedule.take(.seconds(105)) == nil)
        #expect(schedule.nextDueAt == nil)
    }

    @Test("a script is told in words that read back as the same, and no others")
    func toldWords() throws {
        let written = """
            create 3 lose
            amend 1..2 lose-answer
            cancel * 25% delay 300ms
            create 2 refuse 110007
            create 4 misanswer 10016
            create 5 hush
            at 0s late answers 20ms
            at 500ms book repeat
            at 1s cut trade
            at 2s gap 500ms
            at 3s freeze 300ms
            at 4s maintenance 2s
            at 5s ban 2s
            at 6s turn-away 1s
            at 7s silence 2s
            at 8s repeat-executions
            at 9s funding -0.0001
            at 10s liquidate
            at 11s close 2s
            at 12s revoke
            at 13s withdraw 5000
            at 14s refuse-topic wallet
            at 15s mute 2s
            at 16s limit 2s
            at 17s deny 33004
            at 18s charge 0.0003 0.0006
            at 19s tick 0.05
            """
        let lines = try FaultScript(text: written).lines
        let expected: [String] = written.split(separator: "\n").map { String($0) }
        #expect(lines == expected)
        for seed in UInt64(0)..<200 {
            let drawn = FaultScript(seed: seed)
            let read = try FaultScript(text: drawn.lines.joined(separator: "\n"))
            #expect(read.requests == drawn.requests && read.events == drawn.events, "\(drawn)")
            #expect(drawn.origin == "drawn by seed \(seed)" && read.origin == "by a script")
        }
        #expect(FaultScript().origin == nil)
    }

    @Test("the same seed gives the same faults, another gives others")
    func seeds() throws {
        #expect(FaultScript(seed: 5) == FaultScript(seed: 5))
        #expect(Set((0..<20).map { FaultScript(seed: $0) }).count == 20)
        func hits(_ seed: UInt64) throws -> [Bool] {
            var script = try FaultScript(text: "create * 30% lose")
            script.seed = seed
            var schedule = FaultSchedule(script)
            return (0..<1_000).map { _ in schedule.request(.create) != nil }
        }
        let first = try hits(1)
        #expect(try hits(1) == first)
        #expect(try hits(2) != first)
        let count = first.count { $0 }
        #expect((250...350).contains(count), "\(count)")
    }
}
