import Foundation
import LoopbackVenue
import Orders
import Reports
import Runtime
import Testing
import Units
import Venues

/// `docs/json.md` describes what the encoder writes, and nothing else.
@Suite("The report as a document", .timeLimit(.minutes(1)))
struct DocumentTests {
    /// Members whose own members are named by what happened.
    private static let openNames: Set<String> = [
        "latency", "counts.refusalsByReason", "reconciliation.differences",
    ]

    /// The paths of all values that hold no others; a list's elements are one.
    private static func paths(_ tree: JSONTree, at path: String = "") -> Set<String> {
        switch tree {
        case .object(let members):
            return members.reduce(into: []) { found, member in
                let name = openNames.contains(path) ? "*" : member.key
                found.formUnion(paths(member.value, at: path.isEmpty ? name : path + "." + name))
            }
        case .array(let elements):
            return elements.reduce(into: []) { $0.formUnion(paths($1, at: path + "[]")) }
        case .null, .bool, .number, .text:
            return [path]
        }
    }

    /// The members that the document about the report names.
    private static func documented() throws -> Set<String> {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let text = try String(
            contentsOf: root.appendingPathComponent("docs/json.md"),
            encoding: .utf8
        )
        let chapter = try #require(
            text.components(separatedBy: "\n## ").first { $0.hasPrefix("The report") }
        )
        var names: Set<String> = []
        for line in chapter.components(separatedBy: "\n") where line.hasPrefix("| `") {
            let name = line.dropFirst(3).prefix { $0 != "`" }
            #expect(names.insert(String(name)).inserted, "\(name) is described twice")
        }
        return names
    }

    @Test("every member of a report with everything in it is described, and no other")
    func described() throws {
        var sample = SampleReport()
        sample.fills.append((600_120, 1, false, 12_000_000, .other))
        let written = Self.paths(try JSONTree(sample.report))
        let documented = try Self.documented()
        #expect(written.subtracting(documented).sorted() == [])
        #expect(documented.subtracting(written).sorted() == [])
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
        let documented = try Self.documented()
        for path in Self.paths(try JSONTree(report)) where !documented.contains(path) {
            // A whole part that there is nothing to say of.
            #expect(documented.contains { $0.hasPrefix(path + ".") }, "\(path)")
        }
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
