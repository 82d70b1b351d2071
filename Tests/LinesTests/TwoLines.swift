import Book
import Lines
import Units

/// Two market lines, both open, and messages to give them by hand.
final class TwoLines {
    private var lines: MarketLines
    var now = Nanoseconds.seconds(1_000)
    var actions: [LineAction] = []

    init(count: Int = 2) {
        lines = MarketLines(count: count, seed: 1)
        for i in 0..<count { lines.opened(i, now: now, isSubscribed: true) }
        drain()
    }

    var isSound: Bool { lines.isSound }
    var counts: FeedCounts { lines.counts }
    func counts(of i: Int) -> LineCounts { lines.counts(of: i) }
    func lagCount(of i: Int) -> UInt64 { lines.withLag(of: i) { $0.count } }
    func isRetired(_ i: Int) -> Bool { lines.isRetired(i) }

    /// Line `i` has a new connection.
    func open(_ i: Int) { lines.opened(i, now: now, isSubscribed: true) }

    /// Line `i` lost its connection.
    func close(_ i: Int) {
        lines.closed(i, now: now)
        drain()
    }

    /// Gives line `i` a message published `ms` after the start, of a state made then or `made`
    /// after it: bid and ask at `ticks` and above.
    func tell(
        _ i: Int,
        _ kind: DepthUpdate.Kind,
        _ u: Int64,
        ms: Int64,
        made: Int64? = nil,
        ticks: Int64 = 100,
        isSameBook: Bool = true
    ) -> Bool {
        let time = Nanoseconds.seconds(1_000) + .milliseconds(ms)
        now = max(now, time)
        lines.heard(i, now: now)
        let bids = [LevelChange(ticks: ticks, lots: 1)]
        let asks = [LevelChange(ticks: ticks + 1, lots: 1)]
        let passed = bids.withUnsafeBufferPointer { bids in
            asks.withUnsafeBufferPointer { asks in
                let update = DepthUpdate(
                    instrument: InstrumentID(0),
                    kind: kind,
                    depth: 50,
                    sequence: u,
                    crossSequence: u,
                    publishedAt: time,
                    matchedAt: Nanoseconds.seconds(1_000) + .milliseconds(made ?? ms),
                    bids: bids,
                    asks: asks
                )
                var verdict = lines.judge(update, from: i, now: now)
                if verdict == .compare {
                    verdict = lines.compared(update, from: i, isEqual: isSameBook, now: now)
                }
                if verdict == .pass { lines.acted(on: update, from: i, now: now) }
                return verdict == .pass
            }
        }
        drain()
        return passed
    }

    /// How long after the start it is.
    var ms: Int64 { (now - .seconds(1_000)).millisecondCount }

    /// Gives line `i` a print of a match `ms` after the start.
    func print(_ i: Int, ms: Int64, isBlock: Bool = false, isRPI: Bool = false) {
        now = max(now, .seconds(1_000) + .milliseconds(ms))
        let trade = Trade(
            price: Price(ticks: 100),
            quantity: Quantity(lots: 1),
            aggressor: .buy,
            isBlock: isBlock,
            isRPI: isRPI,
            matchedAt: .seconds(1_000) + .milliseconds(ms),
            crossSequence: ms,
            id: ExternalID("print-\(ms)") ?? .none
        )
        withUnsafePointer(to: trade) {
            let batch = TradeBatch(
                instrument: InstrumentID(0),
                publishedAt: now,
                trades: UnsafeBufferPointer(start: $0, count: 1)
            )
            _ = lines.fresh(batch, from: i, now: now)
        }
    }

    /// A fill of ours, matched `ms` after the start, is told now.
    func fill(ms: Int64) {
        lines.matched(at: .seconds(1_000) + .milliseconds(ms), now: now)
    }

    /// Lets `ms` pass without a message.
    func wait(ms: Int64) {
        for _ in 0..<ms / 5 {
            now = now + .milliseconds(5)
            lines.tick(now: now, venueOffset: .zero)
            drain()
        }
    }

    func drain() {
        while let action = lines.nextAction() { actions.append(action) }
    }
}
