import Testing
import Units

@testable import Venues

/// Other sessions' names among the orders of a list.
@Suite("Names of other sessions", .timeLimit(.minutes(1)))
struct BybitSessionsTests {
    @Test("a name of a child's shape tells its session, once; everything else is nobody's")
    func names() throws {
        let own = SessionPrefix("S7k2Qx9a")!
        let links = [
            "S7k2Qx9a-00000001-0000002a", "a1B2c3D4-00000000-00000007",
            "a1B2c3D4-00000000-00000008", "", "by-hand", "a1B2c3D4-00000000-0000000G",
            "a1-2c3D4-00000000-00000007", "zzzzzzzz-00000000-ffffffff",
        ]
        let list = links.map { #"{"symbol":"BTCUSDT","orderLinkId":"\#($0)"}"# }
            .joined(separator: ",")
        let body = #"{"retCode":0,"retMsg":"OK","result":{"list":[\#(list)]},"time":1}"#
        let found = try BybitReplies.sessions(Array(body.utf8), otherThan: own)
        #expect(found.map(\.text) == ["a1B2c3D4", "zzzzzzzz"])
    }
}
