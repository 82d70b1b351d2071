internal import Book
internal import Containers
internal import Engine
internal import Lines
internal import Orders
internal import Units
internal import Venues

/// What the hot thread wants to know of the venue.
enum ReconcilerQuestion: BitwiseCopyable, Sendable {
    /// What became of one order, which left at `sentAt` of our clock.
    case order(ChildID, sentAt: Nanoseconds)
    /// Cancel an order, if it is open, and tell what became of it: one that is believed to have
    /// ended (a stray), or any while the order connection is gone.
    case withdraw(ChildID, sentAt: Nanoseconds, isStray: Bool = false)
    /// Open orders, fills since the last time, position, account.
    case everything
    /// The same, as the last question of a look that the account's stream waits for.
    case catchUp(round: UInt32)
    /// What the instrument is now.
    case instrument
    /// The prints that the venue has listed since then, by its clock. Not asked again before it is
    /// answered: there is one place for them.
    case prints(since: Nanoseconds)
}

/// What the venue said, for the hot thread.
enum ReconcilerAnswer: BitwiseCopyable, Sendable {
    /// It spoke of one of our orders.
    case order(OrderEvent)
    /// It spoke of the account.
    case account(AccountEvent)
    /// It stated how the account stands.
    case statement(AccountStatement)
    /// The prices that it takes.
    case bounds(PriceBounds)
    /// Its position.
    case position(VenuePosition)
    /// Open orders of the symbol that are not this session's.
    case foreignOrders(Int)
    /// Positions and open orders of other symbols in the account's class.
    case others(positions: Int, orders: Int)
    /// What the account pays for a fill.
    case fees(FeeSchedule)
    /// So many prints, which lie in the mail, and where its list began, if that is past what was
    /// asked for.
    case prints(Int, oldest: Nanoseconds?)
    /// It refuses the key or the account itself, with its code.
    case denied(Int32)
    /// What its clock showed when it refused a request for its time stamp, nil where it did not
    /// say, and when it took the next.
    case venueTime(TimeSample?)
    /// An order was open, and its cancel is accepted.
    case withdrawn(ChildID, isStray: Bool)
    /// The last of a question's answers: whether all of it could be answered.
    case done(ReconcilerQuestion, isAnswered: Bool)
}

/// Questions one way and answers the other, between the hot thread and the reconciler.
///
/// Answers are larger than a ring's messages, so they lie in slots whose numbers go round: a full
/// one comes to the hot thread, and goes back empty. Nothing here waits or allocates after `init`.
///
/// Safe to share: a slot belongs to the side that holds its number.
final class ReconcilerMail: @unchecked Sendable {
    /// Questions that may wait.
    static let questionCapacity = 64
    /// Answers that may wait: the fills of some seconds of the busiest trading.
    static let answerCapacity = 1_024

    let questions = SPSCRing<ReconcilerQuestion>(capacity: questionCapacity)
    let full = SPSCRing<UInt16>(capacity: answerCapacity)
    let empty = SPSCRing<UInt16>(capacity: answerCapacity)
    let slots: UnsafeMutablePointer<ReconcilerAnswer>
    /// Prints that may come at once, and their place: the reconciler's from the question on, the
    /// hot thread's from the answer on.
    static let printCapacity = 1_024
    let prints: UnsafeMutablePointer<Trade>

    init() {
        prints = .allocate(capacity: ReconcilerMail.printCapacity)
        slots = .allocate(capacity: ReconcilerMail.answerCapacity)
        slots.initialize(
            repeating: .foreignOrders(0),
            count: ReconcilerMail.answerCapacity
        )
    }

    deinit {
        slots.deallocate()
        prints.deallocate()
    }

    /// The hot thread's end.
    struct HotEnd: ~Copyable {
        private let mail: ReconcilerMail
        private var questions: SPSCRing<ReconcilerQuestion>.Producer
        private var full: SPSCRing<UInt16>.Consumer
        private var empty: SPSCRing<UInt16>.Producer

        /// Taken once.
        init(_ mail: ReconcilerMail) {
            self.mail = mail
            questions = mail.questions.producer()
            full = mail.full.consumer()
            empty = mail.empty.producer()
        }

        /// Asks; false when too many questions wait.
        mutating func ask(_ question: ReconcilerQuestion) -> Bool { questions.push(question) }

        /// The prints that an answer told of.
        func prints(_ count: Int) -> UnsafeBufferPointer<Trade> {
            UnsafeBufferPointer(start: mail.prints, count: count)
        }

        /// The oldest answer; nil when there is none.
        mutating func answer() -> ReconcilerAnswer? {
            guard let slot = full.pop() else { return nil }
            let answer = mail.slots[Int(slot)]
            let isTaken = empty.push(slot)
            precondition(isTaken, "ReconcilerMail: as many places as slots")
            return answer
        }
    }

    /// The reconciler's end.
    struct ColdEnd: ~Copyable {
        private let mail: ReconcilerMail
        private var questions: SPSCRing<ReconcilerQuestion>.Consumer
        private var full: SPSCRing<UInt16>.Producer
        private var empty: SPSCRing<UInt16>.Consumer
        /// Slots never used so far.
        private var fresh: UInt16 = 0

        /// Taken once.
        init(_ mail: ReconcilerMail) {
            self.mail = mail
            questions = mail.questions.consumer()
            full = mail.full.producer()
            empty = mail.empty.consumer()
        }

        /// The oldest question; nil when there is none.
        mutating func question() -> ReconcilerQuestion? { questions.pop() }

        /// Puts prints in their place, before the answer that tells of them.
        func put(_ prints: some Collection<Trade>) {
            for (i, print) in prints.prefix(ReconcilerMail.printCapacity).enumerated() {
                (mail.prints + i).initialize(to: print)
            }
        }

        /// Answers; false when the hot thread has not taken so many yet.
        mutating func answer(_ answer: ReconcilerAnswer) -> Bool {
            var slot = empty.pop()
            if slot == nil && fresh < ReconcilerMail.answerCapacity {
                slot = fresh
                fresh += 1
            }
            guard let slot else { return false }
            mail.slots[Int(slot)] = answer
            let isTaken = full.push(slot)
            precondition(isTaken, "ReconcilerMail: as many places as slots")
            return true
        }
    }
}
