internal import CLinux
internal import Containers
internal import Lines
internal import Orders
internal import Synchronization
internal import Transport
internal import Units

/// An order on its way to the courier.
struct CourierTask: BitwiseCopyable, Sendable {
    var command: OrderCommand
    /// When it was handed over, by our clock.
    var handedAt: Nanoseconds
}

/// What became of a command at the venue. The venue's own id of the order is left to the account
/// stream: a ring's message has no room for it.
struct CourierAnswer: BitwiseCopyable, Sendable {
    var operation: OrderOperation
    var child: ChildID
    var outcome: OrderReply.Outcome
    var remedy: OrderRemedy
    var code: Int32
    var budget: BudgetReading

    /// The answer as the engine takes it.
    var reply: OrderReply {
        OrderReply(
            operation: operation,
            child: child,
            outcome: outcome,
            remedy: remedy,
            code: code,
            orderID: .none,
            budget: budget
        )
    }
}

/// Commands one way and answers the other, between the hot thread and the courier.
final class CourierMail: Sendable {
    /// Commands that may wait; and answers.
    static let capacity = 256

    let tasks = SPSCRing<CourierTask>(capacity: capacity)
    let answers = SPSCRing<CourierAnswer>(capacity: capacity)
    /// What the venue's clock showed when it refused a time stamp, and when it took the next.
    let times = SPSCRing<TimeSample>(capacity: 16)
    /// Whether nothing but cancels may leave, whatever waits already.
    let takesCancelsAlone = Atomic(false)
}

/// The hot thread's end of the courier's mail.
struct CourierEnd: ~Copyable {
    private var tasks: SPSCRing<CourierTask>.Producer
    private var answers: SPSCRing<CourierAnswer>.Consumer
    private var times: SPSCRing<TimeSample>.Consumer
    private let mail: CourierMail
    private let bell: Waker?

    /// Taken once; without a bell there is no courier.
    init(_ mail: CourierMail, bell: Waker?) {
        tasks = mail.tasks.producer()
        answers = mail.answers.consumer()
        times = mail.times.consumer()
        self.mail = mail
        self.bell = bell
    }

    /// Hands a command over; false when too many wait.
    mutating func hand(_ task: CourierTask) -> Bool {
        guard let bell, tasks.push(task) else { return false }
        bell.wake()
        return true
    }

    /// Lets nothing but cancels leave from here on, whatever waits already.
    func takeCancelsAlone() { mail.takesCancelsAlone.store(true, ordering: .releasing) }

    /// The oldest answer; nil when there is none.
    @inline(__always)
    mutating func answer() -> CourierAnswer? { answers.pop() }

    /// What a refused time stamp told of the venue's clock; nil when there is none.
    mutating func venueTime() -> TimeSample? { times.pop() }
}
