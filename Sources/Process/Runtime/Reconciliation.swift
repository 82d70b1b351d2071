internal import Book
internal import Orders
internal import Transport
internal import Units

/// The hot thread's half of asking the venue: which question is due, and what the answers came to.
///
/// It asks about a child that messages seem to have been lost of, once it has stayed so for a
/// moment; about everything every few seconds; and about a position that differs a second time
/// before anybody is alarmed.
struct Reconciliation: ~Copyable {
    /// Children of one parent that may be in doubt at a time.
    private static let capacity = 8

    /// A child in doubt.
    private struct Doubt: BitwiseCopyable {
        var child = ChildID(parent: ParentID(0), number: 0)
        var since = Nanoseconds.zero
        var nextAt = Nanoseconds.zero
        var isSeen = false
    }

    let times: ReconcilerTimes
    /// Our position before the first order, by the venue's word.
    let opening: VenuePosition
    var counts = ReconciliationCounts()
    /// The look that the account's stream waits for, when it does.
    var catchUp = CatchUp()
    private var mail: ReconcilerMail.HotEnd
    private let bell: Waker
    private var doubts: InlineArray<8, Doubt> = .init(repeating: Doubt())
    private var doubtCount = 0
    private var nextWhole: Nanoseconds
    private var nextInstrument = Nanoseconds.zero
    /// Whether everything has been asked for and the answer is still to come.
    private(set) var isLooking = false
    /// Our fills when everything was last asked for, and by how much the position differed then.
    private var heldAtQuestion: VenuePosition
    private var lastDifference: Difference?

    /// By how much two positions differ; another mode is a difference that never goes away.
    private struct Difference: Hashable {
        var long: Int64
        var short: Int64
    }

    init(
        _ mail: ReconcilerMail,
        bell: Waker,
        times: ReconcilerTimes,
        opening: VenuePosition,
        now: Nanoseconds
    ) {
        self.mail = ReconcilerMail.HotEnd(mail)
        self.bell = bell
        self.times = times
        self.opening = opening
        heldAtQuestion = opening
        nextWhole = now + times.interval
    }

    /// The oldest answer; nil when there is none.
    @inline(__always)
    mutating func answer() -> ReconcilerAnswer? { mail.answer() }

    /// The prints that an answer told of; good until they are asked for again.
    func prints(_ count: Int) -> UnsafeBufferPointer<Trade> { mail.prints(count) }

    // MARK: Doubts

    /// Begins a look at all children.
    mutating func beginLook() {
        for i in 0..<doubtCount { doubts[i].isSeen = false }
    }

    /// A child that needs asking, or taking off the book where orders cannot be sent any more:
    /// asks when it is time to.
    mutating func doubt(_ child: ChildOrder, _ now: Nanoseconds, withdrawing: Bool = false) {
        let i = place(of: child.id, now)
        guard let i else { return }
        doubts[i].isSeen = true
        guard now >= doubts[i].nextAt else { return }
        doubts[i].nextAt = now + times.giveUp
        ask(
            withdrawing
                ? .withdraw(child.id, sentAt: child.sentAt) : .order(child.id, sentAt: child.sentAt)
        )
    }

    /// Forgets children that are in doubt no more.
    mutating func endLook() {
        var i = 0
        while i < doubtCount {
            if doubts[i].isSeen {
                i += 1
            } else {
                doubtCount -= 1
                doubts[i] = doubts[doubtCount]
            }
        }
    }

    private mutating func place(of child: ChildID, _ now: Nanoseconds) -> Int? {
        for i in 0..<doubtCount where doubts[i].child == child { return i }
        guard doubtCount < Reconciliation.capacity else { return nil }
        doubts[doubtCount] = Doubt(
            child: child,
            since: now,
            nextAt: now + times.patience,
            isSeen: true
        )
        doubtCount += 1
        counts.doubts &+= 1
        return doubtCount - 1
    }

    // MARK: Everything

    /// Whether everything is to be asked for now.
    func isWholeDue(_ now: Nanoseconds) -> Bool { now >= nextWhole }

    /// Asks for everything; `held` is what we believe to hold now.
    mutating func askEverything(held: VenuePosition, _ now: Nanoseconds) {
        heldAtQuestion = held
        nextWhole = now + max(times.interval, times.giveUp)
        isLooking = ask(.everything)
    }

    /// Asks what the instrument is now, for something speaks for it that it has changed; not again
    /// before everything would be.
    ///
    /// - Returns: whether it was asked.
    mutating func askInstrument(_ now: Nanoseconds) -> Bool {
        guard now >= nextInstrument else { return false }
        nextInstrument = now + times.interval
        return ask(.instrument)
    }

    /// Asks for a child of ours, in doubt or not.
    ///
    /// - Returns: whether the question found room.
    mutating func ask(about child: ChildOrder) -> Bool {
        ask(.order(child.id, sentAt: child.sentAt))
    }

    /// Asks to look again at an order that is believed to have ended, and to cancel it if open.
    mutating func askToWithdraw(_ child: ChildOrder) {
        ask(.withdraw(child.id, sentAt: child.sentAt, isStray: true))
    }

    // MARK: Catching up

    /// Whether everything is to be asked for, for the account's stream is back.
    func isCatchUpDue(_ now: Nanoseconds) -> Bool {
        catchUp.isDue(now, giveUp: times.giveUp)
    }

    /// Asks the last of its questions; those about orders were asked before.
    mutating func askCatchUp(held: VenuePosition, _ now: Nanoseconds) {
        heldAtQuestion = held
        nextWhole = now + max(times.interval, times.giveUp)
        isLooking = ask(.catchUp(round: catchUp.round))
        if !isLooking { catchUp.begin(now + times.repeating) }
    }

    /// Puts a question; false when there is no room for it.
    @discardableResult
    mutating func ask(_ question: ReconcilerQuestion) -> Bool {
        guard mail.ask(question) else {
            // It is asked again when its time comes round.
            counts.unasked &+= 1
            return false
        }
        counts.questions &+= 1
        bell.wake()
        return true
    }

    /// A question's last answer came.
    ///
    /// - Returns: whether with it all is known that the account's stream has missed.
    mutating func done(
        _ question: ReconcilerQuestion,
        isAnswered: Bool,
        _ now: Nanoseconds
    ) -> Bool {
        if isAnswered { counts.answered &+= 1 } else { counts.unanswered &+= 1 }
        switch question {
        case .order(let child, _), .withdraw(let child, _, _):
            for i in 0..<doubtCount where doubts[i].child == child {
                doubts[i].nextAt = now + times.repeating
            }
            if !isAnswered { catchUp.noteUnanswered() }
            return false
        case .prints, .instrument:
            return false
        case .everything, .catchUp:
            isLooking = false
            let pause = lastDifference == nil && isAnswered ? times.interval : times.secondLook
            nextWhole = now + pause
        }
        guard case .catchUp(let round) = question else { return false }
        return catchUp.done(round, isAnswered: isAnswered, again: times.repeating, now)
    }

    /// Compares the venue's position with `held`: what we found and our fills.
    ///
    /// - Returns: whether it differs by as much as at the look before, with no fill under way in
    ///   between: then the accounts do not agree.
    mutating func differs(venue: VenuePosition, held: VenuePosition) -> Bool {
        let difference = Reconciliation.difference(venue, held)
        guard let difference else {
            lastDifference = nil
            return false
        }
        counts.positionLooks &+= 1
        let isSettled = held == heldAtQuestion
        defer { lastDifference = difference }
        return isSettled && lastDifference == difference
    }

    private static func difference(_ venue: VenuePosition, _ held: VenuePosition) -> Difference? {
        switch (venue, held) {
        case (.oneWay(let a), .oneWay(let b)):
            return a == b ? nil : Difference(long: (a - b).lots, short: 0)
        case (.hedged(let a, let b), .hedged(let c, let d)):
            return a == c && b == d ? nil : Difference(long: (a - c).lots, short: (b - d).lots)
        case (.oneWay, .hedged), (.hedged, .oneWay):
            return Difference(long: .max, short: .max)
        }
    }
}

/// What asking the venue came to.
struct ReconciliationCounts: BitwiseCopyable {
    var questions = 0
    var answered = 0
    var unanswered = 0
    /// Questions that found no room in the ring.
    var unasked = 0
    /// Children that messages seemed to have been lost of.
    var doubts = 0
    /// Looks at a position that was not what we believed.
    var positionLooks = 0
    /// Open orders of the symbol that are not this session's, at the last look.
    var foreignOrders = 0
    /// Positions and open orders of other symbols, at the last look.
    var otherPositions = 0
    var otherOrders = 0
    /// Orders that were cancelled by REST though they were believed to have ended.
    var withdrawn = 0
    /// Orders that were cancelled by REST for want of an order connection.
    var withdrawnAway = 0
    /// By `Discrepancy`.
    private var discrepancies: InlineArray<6, Int> = .init(repeating: 0)

    subscript(_ kind: Discrepancy) -> Int { discrepancies[Int(kind.rawValue)] }

    mutating func note(_ kind: Discrepancy) { discrepancies[Int(kind.rawValue)] &+= 1 }
}
