import Engine
import Foundation
import Journal
import Orders
import Replay
import Runtime
import Testing
import Units

/// What the report says of the market is what the tape on record says.
@Suite("The report and the tape", .timeLimit(.minutes(1)))
struct TapeAgreementTests {
    @Test("others' volume and value are the prints on record without our own", arguments: 0..<3)
    func volume(_ run: Int) throws {
        let record = try SessionRecord()
        var session = try SessionFixture(quantity: "0.400", seconds: 1)
        session.configuration.journal = JournalSettings(directory: record.path)
        let outcome = try session.run()
        #expect(outcome.state == .completed)
        try record.verify(outcome)
        let path = try #require(try JournalFolder(record.path).sessions.first?.first)
        var replay = try Replay.open(path)
        try replay.run()
        let facts = replay.engine.facts(of: ParentID(0))
        let arrived = try #require(facts.arrivedAt)
        var own: Set<String> = []
        var prints: [(id: String, lots: Int64, tickLots: Int128)] = []
        var reader = try JournalReader(path)
        while let entry = try reader.next() {
            switch entry.record {
            case .order(.execution(let fill)): own.insert(fill.id.text)
            case .market(.trades(let batch))
            where entry.now > arrived && entry.now <= facts.finishedAt:
                for trade in batch.trades where !trade.isBlock && !trade.isRPI {
                    let value = Notional(trade.price, trade.quantity).tickLots
                    prints.append((trade.id.text, trade.quantity.lots, value))
                }
            default: break
            }
        }
        let others = prints.filter { !own.contains($0.id) }
        let lots = others.reduce(0) { $0 + $1.lots }
        #expect(facts.othersVolume.lots == lots && lots > 0)
        #expect(facts.othersNotional.tickLots == others.reduce(0) { $0 + $1.tickLots })
        let told = outcome.report.slippage.othersVolume
        #expect(told == Decimal(string: replay.session.instruments[0].lot.text(lots)))
        #expect(outcome.report.fills.map(\.execId) == facts.fillLog.map(\.execution.id.text))
        #expect(outcome.report.slippage.unseenPrints == facts.unseenPrints)
    }
}
