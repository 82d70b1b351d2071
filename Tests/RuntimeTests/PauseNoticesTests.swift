import Engine
import Foundation
import LoopbackVenue
import Orders
import Reports
import Testing
import Units
import Venues

@testable import Runtime

/// What is said of an answer after which nothing leaves for a while.
@Suite("Words about pauses", .timeLimit(.minutes(2)))
struct PauseNoticesTests {
    private static let pausing: Set<OrderRemedy> = [
        .retry, .slowDown, .clamp, .enlarge, .reduce, .pauseInstrument, .pauseOperation,
        .pauseRequests,
    ]

    private static func progress(_ pause: ParentPause) -> ParentProgress {
        var progress = ProgressLineTests.progress()
        progress.pause = pause
        return progress
    }

    private static func reply(_ row: BybitReturnCode.Row) -> OrderReply {
        OrderReply(
            operation: .place,
            child: .unnamed,
            outcome: BybitReturnCode.outcome(Int64(row.code), of: .place),
            remedy: BybitReturnCode.remedy(Int64(row.code), of: .place),
            code: row.code,
            orderID: .none
        )
    }

    @Test("every code that makes a parent pause is counted and told with its reason and time")
    func codes() throws {
        var seen: Set<OrderRemedy> = []
        for row in BybitReturnCode.table {
            let reply = Self.reply(row)
            guard Self.pausing.contains(reply.remedy) else { continue }
            seen.insert(reply.remedy)
            var codes = AnswerCodes()
            for second in [1, 2] as [Int64] {
                let now = Nanoseconds.seconds(second * 100)
                codes.note(reply, pausedUntil: now + .seconds(2 + second), now)
            }
            let answer = try #require(codes.section.first)
            #expect(
                answer.count == 2 && answer.pauses == 2 && answer.longestPauseNs == 4_000_000_000
            )
            let meaning = "\(row.meaning)"
            #expect(answer.meaning == meaning)
            let one = RequestSection.Operation(perSecond: 1, heldBack: 0, tooMany: 0)
            let section = RequestSection(
                place: one,
                amend: one,
                cancel: one,
                batches: 0,
                batchedOrders: 0,
                answers: codes.section
            )
            let json = String(decoding: try JSONEncoder().encode(section), as: UTF8.self)
            #expect(json.contains(#""pauses":2"#))
            var notices = PauseNotices()
            let text = notices.text(Self.progress(codes.pause)) ?? ""
            #expect(text.contains("\(meaning) (code \(row.code)). For 4s no"), "\(text)")
        }
        #expect(seen == Self.pausing)
    }

    @Test("a pause is told once, a code that comes again every 30 s, and a short one not at all")
    func once() {
        func pause(_ code: Int32, at: Int64, for length: Nanoseconds) -> ParentProgress {
            var pause = ParentPause()
            pause.code = code
            pause.remedy = .pauseInstrument
            pause.from = .seconds(at)
            pause.until = .seconds(at) + length
            return Self.progress(pause)
        }
        var notices = PauseNotices()
        #expect(notices.text(Self.progress(ParentPause())) == nil)
        #expect(notices.text(pause(110_072, at: 1, for: .milliseconds(500))) == nil)
        #expect(
            notices.text(pause(110_074, at: 2, for: .seconds(30)))
                == "the venue refused a place: the contract is not live (code 110074). "
                + "For 30s nothing new leaves"
        )
        #expect(notices.text(pause(110_074, at: 2, for: .seconds(30))) == nil)
        #expect(notices.text(pause(110_074, at: 20, for: .seconds(30))) == nil)
        #expect(notices.text(pause(110_074, at: 32, for: .seconds(30))) != nil)
        #expect(notices.text(pause(110_020, at: 33, for: .seconds(2))) != nil)
    }

    @Test("the document of limits names every code after which nothing leaves for a while")
    func document() throws {
        let root = URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let path = root.appendingPathComponent("docs/limits.md")
        let text = try String(contentsOf: path, encoding: .utf8)
        for row in BybitReturnCode.table {
            let remedy = Self.reply(row).remedy
            guard remedy == .pauseInstrument || remedy == .slowDown || remedy.isForRate else {
                continue
            }
            let line = text.split(separator: "\n").first { $0.hasPrefix("| `\(remedy)` |") }
            #expect(line?.contains("\(row.code)") == true, "\(row.code) \(remedy)")
        }
    }

    @Test("a session that a closed market holds up says so in its report")
    func session() throws {
        let script = try FaultScript(text: "create 2 refuse 110074")
        let report = try SessionFixture(seconds: 1, faults: script).run().report
        let answer = try #require(report.requests?.answers.first)
        #expect(answer.code == 110_074 && answer.pauses == 1)
        #expect(answer.longestPauseNs == 5_000_000_000)
        let line = "110074 to a place (pauseInstrument), the contract is not live: paused for 5s"
        // Lines are folded.
        let text = report.text().split(whereSeparator: \.isWhitespace).joined(separator: " ")
        #expect(text.contains(line), "\(report.text())")
    }
}
