import Engine
import Lines
import Orders
import Testing
import Transport
import Units
import Venues

@testable import Runtime

/// A reconciler at work before a stub, and the hot thread's end of its mail.
final class ReconcilerDesk {
    static let instrument = Instrument(
        id: InstrumentID(0),
        category: .linear,
        symbol: "BTCUSDT",
        baseCoin: "BTC",
        quoteCoin: "USDT",
        tick: DecimalScale(step: "0.10")!,
        lot: DecimalScale(step: "0.001")!,
        priceRange: Price(ticks: 1)...Price(ticks: 1 << 40),
        quantityRange: Quantity(lots: 1)...Quantity(lots: 1 << 40),
        minimumNotional: .zero
    )
    static let child = ChildID(parent: ParentID(0), number: 7)
    static let link = "testtest-00000000-00000007"
    /// An empty list.
    static let empty =
        #"{"retCode":0,"retMsg":"OK","result":{"category":"linear","list":[],"nextPageCursor":""}}"#

    /// A list of the one order.
    static func order(_ status: String, filled: String) -> String {
        #"{"retCode":0,"retMsg":"OK","result":{"category":"linear","nextPageCursor":"","list":["#
            + #"{"symbol":"BTCUSDT","orderId":"9aac","orderLinkId":"\#(link)","side":"Buy","#
            + #""price":"61800.10","qty":"0.250","orderStatus":"\#(status)","#
            + #""cumExecQty":"\#(filled)","cancelType":"UNKNOWN","rejectReason":"EC_NoError","#
            + #""updatedTime":"1700000001004"}]}}"#
    }

    let stub: StubREST
    let pulse = HotPulse()
    let reconciler: Reconciler
    var mail: ReconcilerMail.HotEnd
    private var hot: EventLoop
    /// What else was told, in order.
    var accounts: [AccountEvent] = []
    var statements: [AccountStatement] = []
    var others: (positions: Int, orders: Int)?
    var fees: FeeSchedule?
    /// What refused time stamps told of the venue's clock.
    var times: [TimeSample?] = []
    /// Cancels that the venue took.
    var withdrawn = 0

    init(_ answer: @escaping @Sendable (String, String) -> StubREST.Answer) throws {
        stub = try StubREST(answer)
        // Nobody is to be watched.
        pulse.end()
        let box = ReconcilerMail()
        mail = ReconcilerMail.HotEnd(box)
        var sizes = LoopConfiguration()
        sizes.connections = 2
        hot = try EventLoop(sizes)
        let start = ContinuousClock.now
        reconciler = try Reconciler(
            stub.endpoint,
            BybitREST(
                host: "localhost",
                credentials: BybitCredentials(key: "k", secret: "s")
            ),
            box,
            session: SessionPrefix("testtest")!,
            instrument: ReconcilerDesk.instrument,
            fees: .bybitBasePerpetual,
            times: ReconcilerTimes(),
            fillsSince: .zero,
            venueOffset: VenueOffset(.zero),
            hot: hot.waker,
            pulse: pulse,
            clock: {
                let (s, a) = (ContinuousClock.now - start).components
                return .seconds(1_000_000) + .seconds(s) + Nanoseconds(a / 1_000_000_000)
            }
        )
        try reconciler.start()
    }

    /// Asks, and waits for the question's last answer.
    func ask(_ question: ReconcilerQuestion) -> (told: [OrderEvent], isAnswered: Bool)? {
        guard mail.ask(question) else { return nil }
        reconciler.bell.wake()
        var told: [OrderEvent] = []
        let end = ContinuousClock.now + .seconds(20)
        while ContinuousClock.now < end {
            switch mail.answer() {
            case .order(let event)?: told.append(event)
            case .account(let event)?: accounts.append(event)
            case .statement(let statement)?: statements.append(statement)
            case .others(let positions, let orders)?: others = (positions, orders)
            case .fees(let schedule)?: fees = schedule
            case .withdrawn?: withdrawn += 1
            case .venueTime(let sample)?: times.append(sample)
            case .done(_, let isAnswered)?: return (told, isAnswered)
            case nil:
                hot.poll(timeout: .milliseconds(100))
                while hot.next() != nil {}
            default: break
            }
        }
        return nil
    }

    func stop() {
        reconciler.stop()
        stub.stop()
    }
}
