import Testing

@testable import Runtime

@Suite("Lists that go on page by page", .timeLimit(.minutes(3)))
struct PageWalkTests {
    /// The cursors asked for when each page leads to the one that `next` says.
    private static func walk(_ next: (String) -> String) throws -> [String] {
        var asked: [String] = []
        try PageWalk.follow("list") { (cursor) throws(SessionError) in
            asked.append(cursor)
            return next(cursor)
        }
        return asked
    }

    @Test("pages are asked for in their order until one leads nowhere, or to itself")
    func ends() throws {
        #expect(try Self.walk { _ in "" } == [""])
        #expect(try Self.walk { $0.isEmpty ? "b" : $0 == "b" ? "c" : "" } == ["", "b", "c"])
        #expect(try Self.walk { $0.isEmpty ? "b" : $0 } == ["", "b"])
    }

    @Test("a list that goes round in circles is no list")
    func circles() {
        var asked = 0
        let error = #expect(throws: SessionError.self) {
            _ = try Self.walk {
                asked += 1
                return $0 == "a" ? "b" : "a"
            }
        }
        #expect(asked == PageWalk.limit)
        #expect(error?.text == "list: more than 50 pages")
    }
}
