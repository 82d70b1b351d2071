public import Units

/// What goes wrong at the venue, and when: on the nth request of a kind, or at a time after the
/// first message of any client.
///
/// The same script, seed and calls give the same faults. `FaultScript+Text.swift` has its words.
public struct FaultScript: Hashable, Sendable {
    /// What befalls requests; of several that match one request the first counts.
    public var requests: [RequestRule] = []
    /// What befalls the venue, at its time.
    public var events: [TimedFault] = []
    /// Seed of whatever a rule leaves to chance.
    public var seed: UInt64 = 1
    /// The seed that drew its rules; nil where they were written.
    public private(set) var drawnBy: UInt64?

    /// A venue without faults.
    public init() {}

    /// A few faults that `seed` draws: requests lost, refused and answered oddly, streams late and
    /// doubled, book messages lost. Nothing among them ends a connection.
    public init(seed: UInt64) {
        self.seed = seed
        drawnBy = seed
        var dice = SplitMix64(seed: seed)
        let ambiguous = [10_000, 10_006, 10_016, 10_429, 20_003]
        for _ in 0..<4 {
            let nth = Int(dice.next() % 6) + 1
            let pause = Nanoseconds.milliseconds(Int64(dice.next() % 200) + 1)
            let fault: RequestFault =
                switch dice.next() % 5 {
                case 0: .lose
                case 1: .loseAnswer
                case 2: .delayAnswer(pause)
                case 3: .refuse(110_007)
                default: .misanswer(ambiguous[Int(dice.next() % UInt64(ambiguous.count))])
                }
            let kind = RequestKind.allCases[Int(dice.next() % 3)]
            requests.append(RequestRule(kind, nth...nth, fault))
        }
        for _ in 0..<3 {
            let at = Nanoseconds.milliseconds(Int64(dice.next() % 2_000))
            let pause = Nanoseconds.milliseconds(Int64(dice.next() % 50) + 1)
            let fault: VenueFault =
                switch dice.next() % 4 {
                case 0: .late(StreamKind.allCases[Int(dice.next() % 3)], by: pause)
                case 1: .repeatExecutions
                case 2: .book(BookFault.allCases[Int(dice.next() % 4)])
                default: .silence(pause)
                }
            events.append(TimedFault(at: at, fault))
        }
        events.sort { $0.at < $1.at }
    }
}

/// A kind of order request, on the trade socket or in REST.
public enum RequestKind: String, CaseIterable, Sendable {
    /// A new order.
    case create
    /// A change of one.
    case amend
    /// The end of one.
    case cancel
}

/// What befalls one request.
public enum RequestFault: Hashable, Sendable {
    /// It never arrives: nothing is done, nothing is answered.
    case lose
    /// It is done; the answer never leaves.
    case loseAnswer
    /// It is done; the answer never leaves, nor does what the account's stream has to say of its
    /// order from then on.
    case hush
    /// It is done; the answer leaves so much later.
    case delayAnswer(Nanoseconds)
    /// It is not done, and answered with that code.
    case refuse(Int)
    /// It is done, and answered with that code all the same.
    case misanswer(Int)
}

/// Which requests a fault befalls.
public struct RequestRule: Hashable, Sendable {
    /// Of what kind.
    public var kind: RequestKind
    /// Which of that kind, counted from 1.
    public var numbers: ClosedRange<Int>
    /// In how many of a thousand cases.
    public var perMille: Int
    /// What befalls them.
    public var fault: RequestFault

    /// A rule for the requests of `kind` with those numbers.
    public init(
        _ kind: RequestKind,
        _ numbers: ClosedRange<Int>,
        _ fault: RequestFault,
        perMille: Int = 1_000
    ) {
        self.kind = kind
        self.numbers = numbers
        self.fault = fault
        self.perMille = perMille
    }
}

/// A kind of message that can be late.
public enum StreamKind: String, CaseIterable, Sendable {
    /// Answers to order requests.
    case answers
    /// The `order` topic.
    case orders
    /// The `execution` topics.
    case executions
    /// The one of them that tells fees: all but `execution.fast`.
    case fees
    /// The `position` and `wallet` topics.
    case statements
    /// The public trades.
    case prints
}

/// A topic that a venue may refuse, and a session does without.
public enum StatementTopic: String, CaseIterable, Sendable {
    /// Positions.
    case position
    /// Coins.
    case wallet
    /// The prices that the venue takes.
    case priceLimit
}

/// What can befall one message of a book.
public enum BookFault: String, CaseIterable, Sendable {
    /// It is lost: the next one shows a gap.
    case lose
    /// It comes twice.
    case `repeat`
    /// A byte of it is wrong.
    case corrupt
    /// A new whole book comes in its place, with `u` = 1.
    case reset
}

/// A kind of WebSocket.
public enum SocketKind: String, CaseIterable, Sendable {
    /// Market data.
    case market
    /// The account's stream.
    case account
    /// Order entry.
    case trade
}

/// What befalls the venue.
public enum VenueFault: Hashable, Sendable {
    /// What the account's stream says is lost for so long.
    case gap(Nanoseconds)
    /// Every socket of that kind is closed.
    case cut(SocketKind)
    /// Upgrades to WebSockets are answered with HTTP 403 for so long.
    case turnAway(Nanoseconds)
    /// The API key is revoked: logins are refused from now on.
    case revoke
    /// Nothing is read and nothing written for so long.
    case freeze(Nanoseconds)
    /// Connections are taken and hear nothing for so long; those that are open go on.
    case mute(Nanoseconds)
    /// Signed REST requests and logins are answered 10006, too many requests, for so long.
    case limit(Nanoseconds)
    /// Signed REST requests and logins are refused with that code from now on.
    case deny(Int)
    /// Order requests are answered 10016 and REST 503 for so long.
    case maintenance(Nanoseconds)
    /// REST answers HTTP 403 for so long, as for too many requests from one address.
    case ban(Nanoseconds)
    /// One message of every book goes wrong.
    case book(BookFault)
    /// Books and trades say nothing for so long.
    case silence(Nanoseconds)
    /// Messages of that kind come so much later from now on.
    case late(StreamKind, by: Nanoseconds)
    /// Every message with executions comes twice from now on.
    case repeatExecutions
    /// Holders of a position pay that rate, in 10⁻⁸, of its value.
    case funding(rateE8: Int64)
    /// The venue cancels the account's orders and closes its position.
    case liquidate
    /// Other hands close so many per cent of each position, rounded up to a lot, at whatever the
    /// book pays.
    case others(percent: Int)
    /// The account's owner takes so much of the quote coin away.
    case withdraw(Amount)
    /// Subscriptions to that topic are refused from now on.
    case refuseTopic(StatementTopic)
    /// The market takes no new orders for so long.
    case close(Nanoseconds)
    /// Fills cost so much from now on.
    case charge(FeeSchedule)
    /// `market/time` says so much more than the venue's clock shows from now on.
    case misstateTime(Nanoseconds)
    /// The list of instruments states another price step from now on; the book keeps its own.
    case announceTick(DecimalScale)
}

/// A fault of the venue with its time.
public struct TimedFault: Hashable, Sendable {
    /// How long after the first message of any client.
    public var at: Nanoseconds
    /// What.
    public var fault: VenueFault

    /// A fault at a time.
    public init(at: Nanoseconds, _ fault: VenueFault) {
        self.at = at
        self.fault = fault
    }
}
