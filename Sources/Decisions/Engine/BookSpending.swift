internal import Book
internal import Orders
internal import Units

/// Which state of the book a decision was made on, and how old it is by the venue's clock.
struct BookMoment: BitwiseCopyable {
    var sequence: Int64
    /// When the venue matched it, or published it where that is not said.
    var at: Nanoseconds
}

/// What our orders have done to the book since it was as it is displayed: one state of it is spent
/// once, whoever of our parents spends it.
///
///     a take in flight, or later than the book   counts against the share of what is displayed,
///                                                 and is waited for on the state it was decided on
///     a take that did not find what was there     ends all takes of its side
///     a post-only order that would have taken     ends all resting of its side
///
/// The latter two hold until the book has moved past them: another state, that is no older than
/// what happened, or that shows it.
///
/// - Complexity: O(takes since the book's time), `capacity` at most.
struct BookSpending: BitwiseCopyable {
    /// Takes that may be remembered at once. No more than this leave on one state of the book.
    static let capacity = 16
    /// How long something is held against the book when no time of the venue ever passes it.
    static let longest = Nanoseconds.seconds(2)

    private struct Take: BitwiseCopyable {
        var number: UInt32
        var side: Side
        var lots: Int64
        /// On which state it was decided.
        var sequence: Int64
        /// Its end by the venue's clock, and when we were told; the distant future before.
        var endedAt: Nanoseconds
        var toldAt: Nanoseconds
    }

    /// Something that the book did not show.
    private struct Surprise: BitwiseCopyable {
        var price: Price
        var sequence: Int64
        var at: Nanoseconds
        var toldAt: Nanoseconds
    }

    private var takes: InlineArray<16, Take>
    private var count = 0
    /// By the side of the order that met it.
    private var emptied: InlineArray<2, Surprise?> = .init(repeating: nil)
    private var crowded: InlineArray<2, Surprise?> = .init(repeating: nil)
    /// Whether there is nothing to hold against any book.
    private(set) var isClear = true

    init() {
        takes = .init(
            repeating: Take(
                number: 0,
                side: .buy,
                lots: 0,
                sequence: 0,
                endedAt: .distantFuture,
                toldAt: .distantFuture
            )
        )
    }

    /// Notes a take that leaves now.
    mutating func take(_ order: PlaceOrder, _ book: BookMoment) {
        // `mayTake` said no before.
        guard count < BookSpending.capacity else { return }
        takes[count] = Take(
            number: order.child.number,
            side: order.side,
            lots: order.quantity.lots,
            sequence: book.sequence,
            endedAt: .distantFuture,
            toldAt: .distantFuture
        )
        count &+= 1
        isClear = false
    }

    /// Notes that a take has ended with `lots`, at `at` by the venue's clock, and whether the venue
    /// said that no more was to be had at `price`.
    mutating func end(
        _ number: Int,
        lots: Int64,
        at: Nanoseconds,
        emptied price: Price?,
        now: Nanoseconds
    ) {
        for i in 0..<count where Int(takes[i].number) == number {
            if takes[i].endedAt != .distantFuture { return }
            takes[i].lots = lots
            takes[i].endedAt = at
            takes[i].toldAt = now
            if let price {
                emptied[Int(takes[i].side.rawValue)] = Surprise(
                    price: price,
                    sequence: takes[i].sequence,
                    at: at,
                    toldAt: now
                )
            }
            if lots == 0 { remove(i) }
            return
        }
    }

    /// Notes that an order of `side`, decided on `sequence`, would have taken at `price`.
    mutating func crowd(
        _ side: Side,
        _ price: Price,
        decidedOn sequence: Int64,
        at: Nanoseconds,
        now: Nanoseconds
    ) {
        let surprise = Surprise(price: price, sequence: sequence, at: at, toldAt: now)
        crowded[Int(side.rawValue)] = surprise
        isClear = false
    }

    /// What takes of `side` have had, or may have, of what `book` displays.
    mutating func spent(_ side: Side, _ book: BookMoment, _ now: Nanoseconds) -> Int64 {
        var sum: Int64 = 0
        var i = 0
        while i < count {
            if hasPassed(takes[i].sequence, takes[i].endedAt, takes[i].toldAt, book, now) {
                remove(i)
                continue
            }
            if takes[i].side == side {
                let (more, overflows) = sum.addingReportingOverflow(takes[i].lots)
                sum = overflows ? .max : more
            }
            i &+= 1
        }
        clearIfEmpty()
        return sum
    }

    /// Whether orders of `side` may take from `book`, whose best price on the other side is `best`.
    mutating func mayTake(
        _ side: Side,
        _ book: BookMoment,
        best: Price,
        _ now: Nanoseconds
    ) -> Bool {
        if count == BookSpending.capacity { return false }
        // What one found on this state is waited for, so that no two are in vain.
        for i in 0..<count
        where takes[i].side == side && takes[i].sequence == book.sequence
            && takes[i].endedAt == .distantFuture
        {
            return false
        }
        guard let surprise = emptied[Int(side.rawValue)] else { return true }
        // A later book that shows nothing up to that price agrees with what happened.
        let agrees =
            book.sequence != surprise.sequence && side.isBetter(best, than: surprise.price)
        guard agrees || hasPassed(surprise.sequence, surprise.at, surprise.toldAt, book, now)
        else { return false }
        emptied[Int(side.rawValue)] = nil
        clearIfEmpty()
        return true
    }

    /// Whether orders of `side` may be sent to rest on `book`, or be moved there, likewise.
    mutating func mayRest(
        _ side: Side,
        _ book: BookMoment,
        best: Price,
        _ now: Nanoseconds
    ) -> Bool {
        guard let surprise = crowded[Int(side.rawValue)] else { return true }
        let agrees = book.sequence != surprise.sequence && side.crosses(surprise.price, best)
        guard agrees || hasPassed(surprise.sequence, surprise.at, surprise.toldAt, book, now)
        else { return false }
        crowded[Int(side.rawValue)] = nil
        clearIfEmpty()
        return true
    }

    /// Whether `book` is another state than the one decided on, and as late as what happened at
    /// `at`; a venue's time that none ever reaches is waited for no longer than `longest`.
    private func hasPassed(
        _ sequence: Int64,
        _ at: Nanoseconds,
        _ toldAt: Nanoseconds,
        _ book: BookMoment,
        _ now: Nanoseconds
    ) -> Bool {
        book.sequence != sequence
            && (book.at >= at || (toldAt <= now && now - toldAt > BookSpending.longest))
    }

    private mutating func remove(_ index: Int) {
        count &-= 1
        takes[index] = takes[count]
    }

    private mutating func clearIfEmpty() {
        isClear =
            count == 0 && emptied[0] == nil && emptied[1] == nil && crowded[0] == nil
            && crowded[1] == nil
    }
}
