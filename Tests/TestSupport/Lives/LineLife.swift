import Book
public import Lines
import Units

/// One seeded life of market lines in virtual time: a venue whose truth is known, connections that
/// are cut, stalled, frozen, muted, refused and corrupted, and a book that may be stale but never
/// wrong.
public struct LineLife: ~Copyable {
    /// What a life showed.
    public struct Outcome: Sendable {
        /// What was wrong, if anything; with the virtual time.
        public var failure: String?
        /// What the lines did.
        public var feed = FeedCounts()
        /// Summed over the lines.
        public var line = LineCounts()
        /// What became of prints that no line brought.
        public var tape = TapeCounts()
        /// Book messages that reached the engine.
        public var passed = 0
        /// Whether the lines' gateways number the venue's updates differently.
        public var numbersApart = false
        /// How long the venue stood still.
        public var frozen = Nanoseconds.zero
        /// Looks at which the book could be traded on.
        public var soundLooks = 0
        /// All looks.
        public var looks = 0
    }

    static let step = Nanoseconds.milliseconds(5)
    private static let start = Nanoseconds.seconds(1_700_000_000)

    var lines: MarketLines
    var book: OrderBook
    var story: VenueStory
    var connections: [LifeConnection]
    var random: SplitMix64
    var outcome = Outcome()
    var now = LineLife.start
    let venueOffset: Nanoseconds
    private let isCareless: Bool
    /// Whether snapshots carry the time of their sending as the engine's, as a gateway may.
    let restampsSnapshots: Bool
    /// Chances in 10⁶ a step that the market moves, and that something goes wrong.
    let moves: UInt64
    let faults: UInt64
    /// Chances in 100 that a connection cannot be opened.
    let refusals: UInt64
    var isTroubled = true
    /// When the whole venue stands still, and for how long: nothing is said, nobody is let in.
    let freeze: Range<Nanoseconds>
    var isQuiet = false
    /// The book's publisher stands still and repeats its last state until then, while the venue
    /// goes on matching; and which state that is.
    var publisherStandsUntil: Nanoseconds?
    var publisherStood = false
    var published = 0
    /// The state the engine's book is to show, and since when it may be traded on.
    var index = 0
    private var soundAt = LineLife.start
    private var toldPrints: Set<Int> = []
    /// From when on every print must be told.
    private var listensFrom: Nanoseconds?
    /// When each print was matched, by the venue's clock.
    private var printTimes: [Nanoseconds] = []
    /// The venue's answer to the question for its prints since a time.
    private var printAnswer: (due: Nanoseconds, since: Nanoseconds)?

    /// The life of `seed`.
    ///
    /// - Parameter isCareless: the lines' judgement is passed over, and whatever seems to follow
    ///   the book is applied: such lives must fail, or they prove nothing.
    public init(seed: UInt64, lines count: Int, isCareless: Bool = false) {
        random = SplitMix64(seed: seed)
        lines = MarketLines(count: count, seed: random.next())
        book = OrderBook(instrument: InstrumentID(0), window: 256, overflowCapacity: 64)
        venueOffset = .milliseconds(Int64(random.next() % 600) - 300)
        restampsSnapshots = random.next() % 2 == 0
        moves = [250_000, 250_000, 60_000, 4_000][Int(random.next() % 4)]
        faults = [500, 3_000, 10_000][Int(random.next() % 3)]
        refusals = [0, 20, 60][Int(random.next() % 3)]
        // Small numbers make the numberings of two epochs meet.
        let first = random.next() % 2 == 0 ? 2 + Int64(random.next() % 40) : 177_400_506
        story = VenueStory(seed: random.next(), at: LineLife.start + venueOffset, u: first)
        connections = Array(repeating: LifeConnection(), count: count)
        self.isCareless = isCareless
        freeze = LineLife.freeze(seed: seed, from: LineLife.start)
        let numbersApart = count > 1 && random.next() % 16 == 0
        outcome.numbersApart = numbersApart
        for i in 0..<count {
            let shape = random.next() % 8
            // One line answers within its bounds; the others may be slower than any use.
            let slowest: Double = shape == 0 ? (i == 0 ? 400 : 2_500) : shape == 1 ? 150 : 20
            connections[i].delay = Nanoseconds(
                100_000 + Int64(random.uniform() * slowest * 1_000_000)
            )
            connections[i].jitter = .milliseconds(Int64(random.next() % 10))
            if numbersApart { connections[i].offset = Int64(random.next() % 5) }
        }
    }

    /// Lives it: `troubled` of faults, then calm, after which the book must be the venue's.
    public consuming func live(troubled: Nanoseconds = .seconds(8)) -> Outcome {
        let frozen = freeze.upperBound - freeze.lowerBound
        outcome.frozen = frozen
        let calm = now + troubled + frozen
        let quiet = calm + .seconds(18)
        let end = quiet + .seconds(4)
        while now < end && outcome.failure == nil {
            now = now + LineLife.step
            if now >= calm { isTroubled = false }
            if now >= quiet { isQuiet = true }
            if !freeze.contains(now) {
                stepVenue()
                if isTroubled { strike() }
            }
            for i in 0..<connections.count { deliver(i) }
            answerPrints()
            lines.tick(now: now, venueOffset: venueOffset)
            act()
            if book.isStale && lines.isSound {
                lines.bookFailed(now: now)
                act()
            }
            look()
        }
        if outcome.failure == nil {
            if !lines.isSound || book.isStale {
                fail("the book is still stale after the calm")
            } else if index != story.states.count - 1 {
                fail("the book is behind after the quiet")
            }
        }
        if let listensFrom { checkPrints(from: listensFrom) }
        outcome.feed = lines.counts
        for i in 0..<connections.count { outcome.line.add(lines.counts(of: i)) }
        return outcome
    }

    /// One life in three meets a venue that stands still, half of them for up to two minutes.
    private static func freeze(seed: UInt64, from start: Nanoseconds) -> Range<Nanoseconds> {
        var random = SplitMix64(seed: seed ^ 0xf7ee_2e00)
        for _ in 0..<4 { _ = random.next() }
        guard random.next() % 3 == 0 else { return start..<start }
        let begin = start + .milliseconds(Int64(random.next() % 7_000))
        let longest: UInt64 = random.next() % 2 == 0 ? 3_000 : 120_000
        return begin..<begin + .milliseconds(50 + Int64(random.next() % longest))
    }

    mutating func fail(_ text: String) {
        guard outcome.failure == nil else { return }
        let at = (now - LineLife.start).millisecondCount
        outcome.failure = "at \(at) ms: \(text) (u \(book.sequence))"
    }

    // MARK: The venue

    private mutating func stepVenue() {
        let venueNow = now + venueOffset
        if let end = publisherStandsUntil, end <= now {
            publisherStandsUntil = nil
            published = story.states.count - 1
            tell { .snapshot($0) }
        }
        if !isQuiet && random.next() % 1_000_000 < moves { move(at: venueNow) }
        if !isQuiet && random.next() % 20 == 0 {
            // What is traded is taken from the book.
            move(at: venueNow)
            let range = printTimes.count...(printTimes.count + Int(random.next() % 3))
            for _ in range { printTimes.append(venueNow) }
            tellPrints(range)
        }
        for i in 0..<connections.count {
            if let at = connections[i].subscribesAt, at <= now {
                connections[i].subscribesAt = nil
                if !connections[i].hasPrints {
                    connections[i].hasPrints = true
                    connections[i].send(.printsBegan, now, venueNow, &random)
                }
                connections[i].isSubscribed = true
                if connections[i].isMute && connections[i].wakesWhenAsked {
                    connections[i].isMute = false
                }
                if !connections[i].isMute {
                    connections[i].send(.snapshot(published), now, venueNow, &random)
                }
            }
        }
    }

    private mutating func tellPrints(_ range: ClosedRange<Int>) {
        for i in 0..<connections.count where connections[i].hasPrints {
            var content = LifeConnection.Parcel.Content.prints(range)
            if connections[i].corruptsPrints {
                connections[i].corruptsPrints = false
                content = .unreadablePrints
            }
            connections[i].send(content, now, now + venueOffset, &random)
        }
    }

    /// The market moves, and whoever listens is told, unless the publisher stands still.
    private mutating func move(at venueNow: Nanoseconds) {
        story.move(at: venueNow)
        guard publisherStandsUntil == nil else { return }
        published = story.states.count - 1
        tell { .delta($0) }
    }

    /// Tells every subscriber of the last state that was published.
    mutating func tell(_ content: (Int) -> LifeConnection.Parcel.Content) {
        let content = content(published)
        for i in 0..<connections.count where connections[i].isSubscribed {
            if connections[i].isMute { continue }
            var sent = content
            if connections[i].dropsNext, case .delta = content {
                connections[i].dropsNext = false
                continue
            }
            if connections[i].corruptsNext {
                connections[i].corruptsNext = false
                sent = .unreadable
            }
            connections[i].send(sent, now, now + venueOffset, &random)
            if connections[i].repeatsNext {
                connections[i].repeatsNext = false
                connections[i].send(sent, now, now + venueOffset, &random)
            }
        }
    }

    // MARK: Our side

    private mutating func deliver(_ i: Int) {
        if case .opening(let until, let succeeds) = connections[i].phase, until <= now,
            !freeze.contains(now)
        {
            if succeeds {
                connections[i].phase = .open
                lines.opened(i, now: now)
            } else {
                connections[i].end()
                lines.closed(i, now: now)
            }
            act()
        }
        while case .open = connections[i].phase, !connections[i].isFrozen,
            connections[i].stalledUntil <= now,
            let parcel = connections[i].queue.first, parcel.due <= now
        {
            connections[i].queue.removeFirst()
            lines.heard(i, now: now)
            take(parcel, i)
            act()
        }
    }

    private mutating func take(_ parcel: LifeConnection.Parcel, _ i: Int) {
        switch parcel.content {
        case .pong: break
        case .unreadable: lines.unreadable(i, now: now)
        case .unreadablePrints: lines.unreadablePrints(i, now: now)
        case .printsBegan:
            listensFrom = listensFrom ?? now
            lines.printsBegan(i, now: now)
        case .prints(let range): takePrints(Array(range), from: i)
        case .snapshot(let index): takeDepth(.snapshot, index, parcel, i)
        case .delta(let index): takeDepth(.delta, index, parcel, i)
        case .bareRestart(let index): takeDepth(.delta, index, parcel, i, isBare: true)
        }
    }

    private mutating func takeDepth(
        _ kind: DepthUpdate.Kind,
        _ index: Int,
        _ parcel: LifeConnection.Parcel,
        _ i: Int,
        isBare: Bool = false
    ) {
        let state = story.states[index]
        let levels =
            isBare ? (bids: [], asks: []) : story.levels(index, asDelta: kind == .delta)
        let stamp = kind == .snapshot && restampsSnapshots && state.u != 1
        levels.bids.withUnsafeBufferPointer { bids in
            levels.asks.withUnsafeBufferPointer { asks in
                let update = DepthUpdate(
                    instrument: InstrumentID(0),
                    kind: kind,
                    depth: 50,
                    sequence: state.u == 1 ? 1 : state.u + connections[i].offset,
                    crossSequence: Int64(index),
                    publishedAt: parcel.publishedAt,
                    matchedAt: stamp ? parcel.publishedAt : state.time,
                    bids: bids,
                    asks: asks
                )
                var verdict = lines.judge(update, from: i, now: now)
                if verdict == .compare {
                    let isEqual = MarketLines.isSame(update, book)
                    verdict = lines.compared(update, from: i, isEqual: isEqual, now: now)
                }
                if isCareless && lines.isSound && kind == .delta {
                    verdict = update.sequence == book.sequence + 1 ? .pass : .drop
                }
                guard verdict == .pass else { return }
                _ = book.apply(update)
                self.index = index
                outcome.passed += 1
                if !book.isStale && !story.matches(book, index) { fail("the book is wrong") }
                lines.acted(on: update, from: i, now: now)
            }
        }
    }

    /// Takes prints of line `i`, or of the venue's list where there is none.
    private mutating func takePrints(_ numbers: [Int], from i: Int?) {
        let trades = numbers.map { number in
            Trade(
                price: Price(ticks: 1_030),
                quantity: Quantity(lots: 1),
                aggressor: .buy,
                isBlock: false,
                isRPI: false,
                matchedAt: printTimes[number],
                crossSequence: Int64(number),
                id: ExternalID("print-\(number)") ?? .none
            )
        }
        trades.withUnsafeBufferPointer { trades in
            let batch = TradeBatch(
                instrument: InstrumentID(0),
                publishedAt: now + venueOffset,
                trades: trades
            )
            let fresh =
                if let i { lines.fresh(batch, from: i, now: now) } else { lines.repaired(batch) }
            guard let fresh else { return }
            for trade in fresh.trades where !toldPrints.insert(Int(trade.crossSequence)).inserted {
                fail("print \(trade.crossSequence) is told twice")
            }
        }
    }

    /// The venue's list of its latest hundred prints comes, if it was asked for.
    private mutating func answerPrints() {
        guard let answer = printAnswer, answer.due <= now else { return }
        printAnswer = nil
        if random.next() % 4 == 0 {
            return lines.repairEnded(false, oldest: nil, now: now)
        }
        let listed = printTimes.indices.suffix(100)
        let oldest = listed.first.map { printTimes[$0] }
        takePrints(listed.filter { printTimes[$0] >= answer.since }, from: nil)
        let isShort = oldest.map { $0 > answer.since } ?? false
        lines.repairEnded(true, oldest: isShort ? oldest : nil, now: now)
    }

    /// Every print since the first subscription was told, or is known to be missing.
    private mutating func checkPrints(from start: Nanoseconds) {
        let counts = lines.tapeCounts(at: now)
        outcome.tape = counts
        for (number, time) in printTimes.enumerated() where !toldPrints.contains(number) {
            if time - venueOffset <= start { continue }
            if (counts.missingFrom...counts.missingTo).contains(time) { continue }
            return fail("print \(number) is missing and not known to be")
        }
    }

    mutating func act() {
        while let action = lines.nextAction() {
            switch action {
            case .bookLost:
                book.invalidate()
            case .close(let i):
                connections[i].end()
            case .open(let i):
                open(i)
            case .subscribe(let i), .askBook(let i):
                connections[i].isSubscribed = false
                connections[i].subscribesAt = now + connections[i].delay
            case .ping(let i):
                let answered = freeze.contains(now) ? freeze.upperBound : now
                let arrives = answered + connections[i].delay
                connections[i].send(.pong, arrives, answered + venueOffset, &random)
            case .askTrades(let i):
                connections[i].send(.printsBegan, now, now + venueOffset, &random)
            case .repairTape(let since):
                printAnswer = (now + .milliseconds(20), since)
            }
        }
    }

    private mutating func open(_ i: Int) {
        let isRefused = isTroubled && random.next() % 100 < refusals
        // Some refusals never come: the handshake hangs.
        let hangs = isRefused && random.next() % 4 == 0
        let wait = hangs ? Nanoseconds.seconds(60) : Nanoseconds(connections[i].delay.count * 3)
        connections[i].end()
        connections[i].phase = .opening(until: now + wait, succeeds: !isRefused)
    }

    /// Looks at the book as the engine would.
    private mutating func look() {
        outcome.looks += 1
        guard lines.isSound, !book.isStale else {
            soundAt = now
            return
        }
        outcome.soundLooks += 1
        guard index + 1 < story.states.count else { return }
        var superseded = story.states[index + 1].time - venueOffset
        // Nothing tells that a book which is new to us is of the past, but what is matched after.
        if publisherStood { superseded = max(superseded, soundAt) }
        let bound = lines.times.bookAge + lines.times.lateness + LineLife.step + LineLife.step
        if now - superseded > bound { fail("a book of the past is taken for the present") }
    }
}

extension LineCounts {
    /// Adds what another line did.
    mutating func add(_ other: LineCounts) {
        wins += other.wins
        duplicates += other.duplicates
        prints += other.prints
        losses += other.losses
        reconnects += other.reconnects
        silences += other.silences
        deaf += other.deaf
        resubscriptions += other.resubscriptions
        gaps += other.gaps
        malformed += other.malformed
        late += other.late
        contradictions += other.contradictions
    }
}
