import Foundation
import LoopbackVenue
import Orders
import Reports
import Runtime
import TestSupport
import Testing
import Units
import Venues

/// `docs/json.md` describes what the encoder writes, and nothing else.
@Suite("The report as a document", .timeLimit(.minutes(1)))
struct DocumentTests {
    @Test("every member of a report with everything in it is described, and no other")
    func described() throws {
        var sample = SampleReport()
        sample.fills.append((600_120, 1, false, 12_000_000, .other))
        let text = String(decoding: try sample.report.json(), as: UTF8.self)
        let chapter = try DocumentChapter("sluice.report/1")
        let (objections, missing) = (
            try chapter.objections(to: text), try chapter.missing(from: [text])
        )
        #expect(objections == [] && missing == [])
    }

    @Test("every member of a real session's report is described")
    func session() throws {
        let venue = try VenueHost(LoopbackVenueConfiguration())
        venue.start()
        defer { venue.stop() }
        let configuration = SessionConfiguration(
            venue: .loopback(port: venue.port, caFile: venue.caFile),
            credentials: BybitCredentials(
                key: LoopbackCredentials.key,
                secret: LoopbackCredentials.secret
            ),
            symbol: "BTCUSDT",
            category: .linear,
            depth: 50,
            request: ParentRequest(
                side: .buy,
                quantity: "0.050",
                limit: nil,
                duration: .seconds(2),
                algorithm: .twap
            ),
            session: SessionPrefix("testtest")!
        )
        let report = try Session.run(configuration, SessionControl()).report
        let text = String(decoding: try report.json(), as: UTF8.self)
        let objections = try DocumentChapter("sluice.report/1").objections(to: text)
        #expect(objections == [])
        #expect(report.fills.count == report.counts.fills && report.counts.fills > 0)
        #expect(report.fills.reduce(0) { $0 + $1.quantity } == report.parent.filled)
        #expect(report.children.allSatisfy { $0.sentAt != nil && $0.endedAt != nil })
        let value = report.fills.reduce(0) { $0 + $1.price * $1.quantity }
        #expect(value == report.notional)
    }

    @Test("decimals are exact strings, and what is not known is null")
    func values() throws {
        var sample = SampleReport()
        sample.fills = [(600_130, 3, false, 1, .untold)]
        var facts = sample.facts
        facts.finishedAt = .zero
        var report = sample.report(facts)
        report.exitCode = nil
        guard case .object(let members) = try JSONTree(report),
            case .object(let parent) = members["parent"],
            case .array(let fills) = members["fills"], case .object(let fill) = fills.first
        else {
            Issue.record("no such members")
            return
        }
        #expect(members["schema"] == .text("sluice.report/1"))
        #expect(members["averagePrice"] == .text("60013"))
        #expect(members["notional"] == .text("180.039"))
        #expect(members["exitCode"] == .null)
        #expect(parent["finishedAt"] == .null && parent["limit"] == .text("70000"))
        #expect(parent["startedAt"] == .text("2026-11-30T00:53:20.000000000Z"))
        #expect(fill["fee"] == .null && fill["feeCoin"] == .null && fill["role"] == .text("taker"))
    }

    @Test("the amounts of the costs add up to the last digit, and so do the basis points")
    func sums() throws {
        let costs = SampleReport().report.costs
        let amounts = [
            costs.timing, costs.takerLatency, costs.makerDrift, costs.spread, costs.opportunity,
            costs.fees,
        ]
        #expect(amounts.compactMap { $0 }.reduce(0, +) == costs.total)
        #expect(costs.makerFees + costs.takerFees == costs.fees)
        let shares = [
            costs.timingBps, costs.takerLatencyBps, costs.makerDriftBps, costs.spreadBps,
            costs.opportunityBps, costs.feesBps,
        ]
        let sum = shares.compactMap { $0 }.reduce(0, +)
        #expect(abs(sum - (try #require(costs.totalBps))) < 1e-9)
        // By hand: half a tick is 0.05, a lot 0.001.
        #expect(costs.timing == Decimal(string: "0.15"))
        #expect(costs.makerDrift == Decimal(string: "0.07"))
        #expect(costs.takerLatency == Decimal(string: "0.105"))
    }

    @Test("a member that is nil is null, whatever its type")
    func absent() throws {
        enum Word: String, Encodable { case some }
        enum Number: Int8, Encodable { case one = 1 }
        enum Case: Encodable { case amount(Decimal) }
        struct Members: Encodable {
            var word: Word?
            var number: Number?
            var some: Case?
            var words: [Word?]
            var decimal: Decimal?
            var bool: Bool?
            var text: String?
            var double: Double?
            var float: Float?
            var int: Int?
            var int8: Int8?
            var int16: Int16?
            var int32: Int32?
            var int64: Int64?
            var uint: UInt?
            var uint8: UInt8?
            var uint16: UInt16?
            var uint32: UInt32?
            var uint64: UInt64?
        }
        let one = JSONTree.number("1")
        let full = Members(
            word: .some,
            number: .one,
            some: .amount(1),
            words: [.some, nil],
            decimal: 1,
            bool: true,
            text: "a",
            double: 1,
            float: 1,
            int: 1,
            int8: 1,
            int16: 1,
            int32: 1,
            int64: 1,
            uint: 1,
            uint8: 1,
            uint16: 1,
            uint32: 1,
            uint64: 1
        )
        var expected: [String: JSONTree] = [
            "word": .text("some"), "number": one, "words": .array([.text("some"), .null]),
            "some": .object(["amount": .object(["_0": .text("1")])]), "decimal": .text("1"),
            "bool": .bool(true), "text": .text("a"),
        ]
        let numbers = [
            "double", "float", "int", "int8", "int16", "int32", "int64", "uint", "uint8", "uint16",
            "uint32", "uint64",
        ]
        for name in numbers { expected[name] = one }
        #expect(try JSONTree(full) == .object(expected))
        let empty = try JSONTree(Members(words: []))
        expected = expected.mapValues { _ in .null }
        expected["words"] = .array([])
        #expect(empty == .object(expected))
    }

    @Test("texts are quoted, numbers rounded, and members stand in the order of their names")
    func encoding() throws {
        struct Inner: Encodable {
            var some: Double?
            var none: Double?
        }
        struct Outer: Encodable {
            var z = "a\"b\\\n\u{1}é"
            var b = 1.0 / 3
            var c = Double.nan
            var a = [Inner(some: 0.1, none: nil)]
            var d: [String: Int] = [:]
            var e: [Int] = []
            var f = Decimal(string: "0.0000000001")!
            var g = UInt64.max
        }
        let expected = #"""
            {
              "a" : [
                {
                  "none" : null,
                  "some" : 0.1
                }
              ],
              "b" : 0.333333,
              "c" : null,
              "d" : {},
              "e" : [],
              "f" : "0.0000000001",
              "g" : 18446744073709551615,
              "z" : "a\"b\\\n\u0001é"
            }
            """#
        let document = try JSONTree(Outer()).document
        #expect(document == expected)
        _ = try JSONSerialization.jsonObject(with: Data(document.utf8))
    }
}
