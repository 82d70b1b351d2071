import Engine
import Orders
import Risk
import Runtime
import TestSupport
import Testing

/// `docs/json.md` lists every word that a member may say.
@Suite("The words of the documents", .timeLimit(.minutes(1)))
struct WordTests {
    private func check<Word: CaseIterable>(_ heading: String, _ type: Word.Type) throws {
        try check(heading, type.allCases.map { "\($0)" })
    }

    private func check(_ heading: String, _ words: [String]) throws {
        let listed = try DocumentWords.listed(heading)
        let differing = Set(listed).symmetricDifference(words).sorted()
        #expect(differing == [] && listed.count == words.count, "\(heading)")
    }

    @Test("all of them, and no others")
    func listed() throws {
        try check("Stop reasons", StopReason.self)
        try check("States", ParentState.self)
        try check("Ends of an order", OrderEndReason.self)
        try check("Remedies", OrderRemedy.self)
        try check("Differences", Discrepancy.self)
        try check("Outcomes of a request", OrderReply.Outcome.self)
        try check("States of an order", OrderStatus.self)
        try check("Stops by a recovery", RecoveryOutcome.Reason.self)
        let refusals = RefusalReason.allCases.filter { !$0.isPacing }.map(\.name)
        try check("Refusals of our own", refusals)
        let actions = RecoveryOutcome.Action.allCases.map(\.rawValue)
        try check("Recoveries", actions + ["failed"])
    }
}
