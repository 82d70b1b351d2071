public import Book
public import Units

/// What a venue's book was, update by update: the plain truth that lines are to reproduce.
///
/// Sixty prices, bids below the split and asks from it on. Nothing in it is clever.
public struct VenueStory: Sendable {
    static let prices = 60
    static let base: Int64 = 1_000

    /// One published state.
    public struct State: Sendable {
        var split: Int
        var lots: [Int64]
        var epoch: Int
        /// The venue's own update id.
        public var u: Int64
        /// When the matching engine made it, by the venue's clock.
        public var time: Nanoseconds
    }

    /// Every state, the first one first.
    public private(set) var states: [State] = []
    private var epoch = 0
    private var random: SplitMix64

    /// A story that begins with one state, numbered `u`.
    public init(seed: UInt64, at time: Nanoseconds, u: Int64) {
        random = SplitMix64(seed: seed)
        var lots = [Int64](repeating: 0, count: VenueStory.prices)
        for i in 20..<40 { lots[i] = 1 + Int64(random.next() % 50) }
        states.append(State(split: 30, lots: lots, epoch: 0, u: u, time: time))
    }

    /// The state it is at.
    public var last: State { states[states.count - 1] }

    /// The market moves: one more state.
    public mutating func move(at time: Nanoseconds) {
        var state = last
        if random.next() % 4 == 0 {
            let split = state.split + (random.next() % 2 == 0 ? 1 : -1)
            if (20...40).contains(split) {
                // What the split passes is traded away.
                state.lots[min(split, state.split)] = 0
                state.split = split
            }
        }
        for _ in 0...(random.next() % 3) {
            let i = state.split - 10 + Int(random.next() % 20)
            state.lots[i] = random.next() % 3 == 0 ? 0 : 1 + Int64(random.next() % 50)
        }
        state.u += 1
        state.time = time
        states.append(state)
    }

    /// The venue restarts: the numbering begins at 1 with whatever the book is then.
    public mutating func restart(at time: Nanoseconds) {
        move(at: time)
        epoch += 1
        states[states.count - 1].u = 1
        states[states.count - 1].epoch = epoch
    }

    /// The levels of a state, or of the change from the state before.
    public func levels(_ index: Int, asDelta: Bool) -> (bids: [LevelChange], asks: [LevelChange]) {
        let state = states[index]
        var bids: [LevelChange] = []
        var asks: [LevelChange] = []
        for i in 0..<VenueStory.prices {
            let ticks = VenueStory.base + Int64(i)
            let bid = i < state.split ? state.lots[i] : 0
            let ask = i < state.split ? 0 : state.lots[i]
            if asDelta {
                let old = states[index - 1]
                let oldBid = i < old.split ? old.lots[i] : 0
                let oldAsk = i < old.split ? 0 : old.lots[i]
                if bid != oldBid { bids.append(LevelChange(ticks: ticks, lots: bid)) }
                if ask != oldAsk { asks.append(LevelChange(ticks: ticks, lots: ask)) }
            } else {
                if bid > 0 { bids.append(LevelChange(ticks: ticks, lots: bid)) }
                if ask > 0 { asks.append(LevelChange(ticks: ticks, lots: ask)) }
            }
        }
        return (bids, asks)
    }

    /// Whether `book` is the book of state `index`.
    public func matches(_ book: borrowing OrderBook, _ index: Int) -> Bool {
        let state = states[index]
        var bids = 0
        var asks = 0
        for i in 0..<VenueStory.prices where state.lots[i] > 0 {
            let price = Price(ticks: VenueStory.base + Int64(i))
            let side: Side = i < state.split ? .buy : .sell
            if book.quantity(at: price, side).lots != state.lots[i] { return false }
            if side == .buy { bids += 1 } else { asks += 1 }
        }
        return book.levelCount(.buy) == bids && book.levelCount(.sell) == asks
    }
}
