import Foundation
import Testing

@testable import bench

/// The file for other programs and the limits that hold on any machine.
@Suite("Bench document", .timeLimit(.minutes(3)))
struct DocumentTests {
    private let uncounted = bench.Measurement(
        name: "ratio.a",
        unit: "ratio",
        min: 1,
        p50: 2,
        p99: 3,
        p999: 4,
        max: 5,
        allocations: nil,
        hash: "ff",
        operation: "x",
        medians: [2]
    )

    @Test("a row has every field, a count that was not taken as null")
    func fields() throws {
        let data = try JSONEncoder().encode(uncounted)
        let object = try #require(
            try JSONSerialization.jsonObject(with: data) as? [String: Any]
        )
        let names = ["name", "unit", "min", "p50", "p99", "p999", "max", "allocations", "hash"]
        for name in names { #expect(object[name] != nil, "\(name)") }
        #expect(object["allocations"] is NSNull)
        let again = try JSONDecoder().decode(bench.Measurement.self, from: data)
        #expect(again.allocations == nil && again.p50 == 2 && again.medians == [2])
    }

    @Test("an old file of another shape is refused in words")
    func unreadable() throws {
        let path = NSTemporaryDirectory() + "bench-\(UUID().uuidString).json"
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Data("{\"rows\":[]}".utf8).write(to: URL(fileURLWithPath: path))
        #expect(throws: Document.Unreadable.self) { try Document.read(path) }
    }

    @Test("a ratio past its limit and an allocation past its are told, and nothing else")
    func limits() {
        let limits = Limits(allocations: 0, ratios: ["ratio.a": 1.5, "ratio.b": 3])
        var allocating = uncounted
        allocating.name = "b"
        allocating.allocations = 1
        var within = uncounted
        within.name = "ratio.b"
        #expect(limits.excesses([uncounted, allocating, within]).count == 2)
    }

    @Test("a processor has the level whose features it has to the last one")
    func levels() {
        let v2: Set<Substring> = ["sse2", "cx16", "popcnt", "sse4_1", "sse4_2", "ssse3"]
        let v3 = v2.union(["avx", "avx2", "bmi1", "bmi2", "f16c", "fma", "movbe"])
        #expect(Machine.level(v2) == "x86-64-v2")
        #expect(Machine.level(v3) == "x86-64-v3")
        #expect(Machine.level(v3.subtracting(["fma"]).union(["avx512f"])) == "x86-64-v2")
        #expect(Machine.level([]) == "not x86-64")
    }
}
