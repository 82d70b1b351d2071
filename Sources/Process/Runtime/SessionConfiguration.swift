package import Engine
public import Lines
public import Telemetry
public import Transport
public import Units
public import Venues

/// Everything one execution session needs to be told.
public struct SessionConfiguration: Sendable {
    /// Where to trade.
    public var venue: VenueEndpoints
    /// As whom.
    public var credentials: BybitCredentials
    /// What.
    public var symbol: String
    /// Its product class; nil for the first in which the venue trades it.
    public var category: ProductCategory?
    /// Levels a side of the book to follow.
    public var depth: Int
    /// The parent order.
    public var request: ParentRequest
    /// The desk's limits.
    public var limits = LimitRequest()
    /// Connections that bring the same market data, the first message wins: 1…8.
    public var lines = 1
    /// Takes fills from the venue's quicker stream as well, whose fees come later.
    public var takesFastFills = false
    /// How soon silence, gaps and age of the market data are acted on.
    public var lineTimes = LineTimes()
    /// How soon silence on the account and order connections is noticed, and when they are tried
    /// again.
    public var linkTimes = LinkTimes()
    /// How long either may be away before the parent stops.
    public var linkPatience = Nanoseconds.seconds(60)
    /// How long the venue is waited for when it does not answer.
    public var patience = VenuePatience()
    /// How soon and how often the venue is asked about what is believed.
    public var reconcilerTimes = ReconcilerTimes()
    /// How long all account connections may be gone before the venue cancels everything, 3 to
    /// 300 s; nil leaves it as it is.
    public var disconnectWindow: Nanoseconds?
    /// How long after a request was sent the venue may still take it. With `reconcilerTimes`,
    /// whose `settling` must be longer.
    public var receiveWindow = Nanoseconds.seconds(5)
    /// What moves the hot thread's bytes.
    public var backend = Backend.Choice.automatic
    /// A clock that is calibrated already; nil calibrates one, which takes 20 ms.
    public var clock: TickClock?
    /// How often the venue's clock is looked at.
    public var timeInterval = Nanoseconds.seconds(10)
    /// How often the venue's names are looked up again, so that a venue that moves is found; also
    /// when connections fail.
    public var nameInterval = Nanoseconds.seconds(180)
    /// Who is asked for the addresses of the market, account and order connections.
    public var resolve: NameResolver = Resolver.resolve
    /// Asks the kernel when market data arrived, for the report.
    public var stampsArrivals = false
    /// Seed of the jitter between reconnects; another one in each process, or all come at once.
    public var retrySeed = UInt64.random(in: .min ... .max)
    /// How the hot thread waits.
    public var waiting = Waiting.block
    /// The core the hot thread is pinned to.
    public var core: Int?
    /// Where the session is recorded; nil for nowhere.
    public var journal: JournalSettings?
    /// By what this process claims what it trades, so that no two sessions of this host work one
    /// instrument for one account; nil claims nothing.
    public var presence: Presence?
    /// Told, a line each, what the operator should know of this host: before trading begins, and
    /// from another thread when the hot one stands still.
    public var notice: (@Sendable (String) -> Void)?
    /// Whose orders they are, in a journal: venue, host and a print of the key, nothing secret.
    var account: String { SessionConfiguration.account(venue, credentials) }

    /// Claims what is traded, until the claim is let go of.
    ///
    /// - Parameters:
    ///   - isRecorded: whether there is a journal, by which the session can be recovered.
    ///   - isNeedless: whether the work may be done although the process `holder` has the claim.
    func claim(
        _ instrument: Instrument,
        isRecorded: Bool,
        unless isNeedless: (_ holder: String) -> Bool = { _ in false }
    ) throws(SessionError) -> TradeClaim? {
        guard let presence else { return nil }
        let outcome: ClaimOutcome
        do {
            outcome = try presence.claim(
                account,
                "\(instrument.category.name)-\(instrument.symbol)",
                session: isRecorded ? session.text : nil
            )
        } catch {
            throw .usage(error.description)
        }
        switch outcome {
        case .had(let claim): return claim
        case .taken(let holder):
            if isNeedless(holder) { return nil }
            throw .occupied(
                "process \(holder.isEmpty ? "(unknown)" : holder) works \(instrument.symbol) "
                    + "(\(instrument.category.name)) for this account already, and two would trade "
                    + "against each other: wait until it ends, or stop it"
            )
        }
    }

    /// The mark of a stop of this session; nil where there is no state folder.
    var stopMark: StopMark? { presence?.stopMark(of: session.text, notice) }

    static func account(_ venue: VenueEndpoints, _ credentials: BybitCredentials) -> String {
        "\(venue.name) \(venue.rest.host):\(venue.rest.port) key \(credentials.fingerprint)"
    }

    /// The most orders that room is made for.
    var mostOrders = OrderRoom.most

    /// For the campaign that must find it: connections that are given up are left open.
    package var leaksConnections = false

    /// Likewise: care that the engine neglects.
    package var neglects: Neglect = []

    /// What no other run shares; part of every order's name.
    public var session: SessionPrefix

    /// What the account connection subscribes to for fills sooner.
    var fastFillTopics: [String] { takesFastFills ? [BybitSession.fastFillTopic] : [] }

    /// A session with every need stated.
    public init(
        venue: VenueEndpoints,
        credentials: BybitCredentials,
        symbol: String,
        category: ProductCategory?,
        depth: Int,
        request: ParentRequest,
        session: SessionPrefix
    ) {
        self.venue = venue
        self.credentials = credentials
        self.symbol = symbol
        self.category = category
        self.depth = depth
        self.request = request
        self.session = session
    }
}
