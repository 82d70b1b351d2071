import Orders
import Testing
import Units
import Venues

@testable import LoopbackVenue

/// What the venue states of positions and coins, as its client reads it.
@Suite("Statements of the venue", .timeLimit(.minutes(3)))
struct StatementTests {
    /// A venue with one client that hears `topics` and one that trades.
    private final class Desk {
        let venue: FloorFixture
        private let listener: Listener
        private let account: Int
        private let trade: Int
        private var count = 0

        init(
            _ script: String = "",
            topics: [String] = ["position", "wallet"],
            category: ProductCategory = .linear,
            isHedged: Bool = false
        ) throws {
            venue = FloorFixture(
                category: category,
                faults: try FaultScript(text: script),
                position: .flat(isHedged: isHedged)
            )
            listener = Listener(venue.instrument)
            account = venue.listen(.privateStream, topics)
            trade = venue.openAuthorized(.trade)
        }

        private func statements(_ texts: [Outgoing]) -> [AccountStatement] {
            texts.filter { $0.session == account }.flatMap { text -> [AccountStatement] in
                if case .account(let statements) = listener.hear(text) { statements } else { [] }
            }
        }

        /// Sends an order that takes what it wants; what is stated then.
        func order(
            _ side: String,
            _ quantity: String,
            index: Int? = nil,
            reduceOnly: Bool = false
        ) -> [AccountStatement] {
            count += 1
            var fields = [
                ("side", side), ("orderType", "Limit"), ("qty", quantity),
                ("price", side == "Buy" ? "60000.3" : "59999.8"), ("orderLinkId", "o\(count)"),
            ]
            if let index { fields.append(("positionIdx", "\(index)")) }
            if reduceOnly { fields.append(("reduceOnly", "true")) }
            let text = venue.request("order.create", fields, id: "r\(count)")
            let texts = venue.sayAll(text, on: trade)
            let isTaken = texts.contains { $0.string.contains(#""retCode":0"#) }
            #expect(isTaken, "\(texts.map(\.string))")
            return statements(texts)
        }

        func advance(by span: Nanoseconds) -> [AccountStatement] {
            statements(venue.advance(by: span))
        }
    }

    private static func positions(_ statements: [AccountStatement]) -> [PositionStatement] {
        statements.compactMap { if case .position(let position) = $0 { position } else { nil } }
    }

    private static func wallets(_ statements: [AccountStatement]) -> [WalletStatement] {
        statements.compactMap { if case .wallet(let wallet) = $0 { wallet } else { nil } }
    }

    @Test("after a fill come the position and the wallet, to those who asked for them")
    func fill() throws {
        let desk = try Desk()
        let told = desk.order("Buy", "0.010")
        let position = try #require(Self.positions(told).first)
        #expect(told.count == 2 && position.held.lots == 10 && position.leg == .only)
        #expect(position.tellsLiquidation && position.liquidation == nil)
        #expect(position.updatedAt == desk.venue.now && position.sequence > 0)
        let wallet = try #require(Self.wallets(told).first)
        // 0.01 × 60,000.1 × 0.00055 in fees; the book's middle has moved to where it was bought.
        #expect(wallet.equity == Wallet.deposit - Amount(billionths: 330_000_550))
        #expect(wallet.statedAt == desk.venue.now)
        for topics in [["position"], ["wallet"], ["order"]] {
            let told = try Desk(topics: topics).order("Buy", "0.010")
            #expect(Self.positions(told).isEmpty == (topics != ["position"]))
            #expect(Self.wallets(told).isEmpty == (topics != ["wallet"]))
        }
    }

    @Test("with less behind a position its liquidation price comes nearer, and is stated at once")
    func withdrawal() throws {
        for (side, expected) in [("Buy", Int64(542_714)), ("Sell", 656_716)] {
            let desk = try Desk("at 1s withdraw 9999940")
            #expect(Self.positions(desk.order(side, "0.010")).first?.held.lots.magnitude == 10)
            let told = desk.advance(by: .seconds(1))
            // (600.001 − 59.67) / (0.01 × 0.995), and (599.999 + 59.67) / (0.01 × 1.005).
            let price = try #require(Self.positions(told).first?.liquidation)
            #expect(abs(price.ticks - expected) < 400, "\(side) \(price)")
            #expect(Self.wallets(told).first?.equity ?? .zero < Amount(billionths: 60_000_000_000))
            // Closed there is nothing to liquidate.
            let closed = desk.order(side == "Buy" ? "Sell" : "Buy", "0.010")
            #expect(Self.positions(closed).map(\.liquidation) == [nil])
            #expect(Self.positions(closed).map(\.held.lots) == [0])
        }
    }

    @Test("in hedge mode each position is stated, and the larger one can be liquidated")
    func hedged() throws {
        let desk = try Desk("at 1s withdraw 9999900", isHedged: true)
        #expect(Self.positions(desk.order("Buy", "0.020", index: 1)).map(\.held.lots) == [20, 0])
        let both = Self.positions(desk.order("Sell", "0.005", index: 2))
        #expect(both.map(\.leg) == [.long, .short] && both.map(\.held.lots) == [20, -5])
        #expect(both.allSatisfy { $0.liquidation == nil })
        let nearer = Self.positions(desk.advance(by: .seconds(1)))
        #expect(nearer.map { $0.liquidation == nil } == [false, true])
        #expect(nearer[0].liquidation.map { (500_000..<600_000).contains($0.ticks) } == true)
    }

    @Test("funding is paid by each position, and shows in the wallet")
    func funding() throws {
        let desk = try Desk("at 1s funding 0.0001", isHedged: true)
        _ = desk.order("Buy", "0.020", index: 1)
        let before = try #require(Self.wallets(desk.order("Sell", "0.005", index: 2)).first?.equity)
        let told = desk.advance(by: .seconds(1))
        #expect(Self.positions(told).map(\.held.lots) == [20, -5])
        let after = try #require(Self.wallets(told).first?.equity)
        // 0.015 × 60,000.1 × 0.0001
        #expect(before - after == Amount(billionths: 90_000_150))
    }

    @Test("a liquidation is stated as any fill is")
    func liquidation() throws {
        let desk = try Desk("at 1s liquidate")
        _ = desk.order("Buy", "0.010")
        let told = desk.advance(by: .seconds(1))
        #expect(Self.positions(told).last?.held.lots == 0)
        #expect(Self.wallets(told).count == 1)
    }

    @Test("what a gap of the stream swallows, statements too, nobody hears")
    func gap() throws {
        let desk = try Desk("at 0s gap 1s")
        _ = desk.advance(by: .zero)
        #expect(desk.order("Buy", "0.001").isEmpty)
        _ = desk.advance(by: .seconds(1))
        #expect(Self.positions(desk.order("Buy", "0.001")).first?.held.lots == 2)
    }

    @Test("statements can be late")
    func late() throws {
        let desk = try Desk("at 0s late statements 300ms")
        _ = desk.advance(by: .zero)
        let time = desk.venue.now
        #expect(desk.order("Buy", "0.001").isEmpty)
        #expect(desk.advance(by: .milliseconds(299)).isEmpty)
        let told = desk.advance(by: .milliseconds(1))
        #expect(told.count == 2 && Self.positions(told).first?.updatedAt == time)
    }

    @Test("a topic can be refused, and the others are heard")
    func refused() throws {
        let venue = FloorFixture(faults: try FaultScript(text: "at 0s refuse-topic position"))
        let number = venue.openAuthorized(.privateStream)
        _ = venue.advance(by: .zero)
        for (topic, isTaken) in [("position", false), ("position.linear", false), ("wallet", true)]
        {
            let reply = venue.say(BybitSession.subscribe([topic], request: topic), on: number)
            #expect(reply.first?.contains(#""success":\#(isTaken)"#) == true, "\(reply)")
        }
        // One bad topic fails the whole request.
        let all = BybitSession.subscribe(["order", "position"], request: "all")
        #expect(venue.say(all, on: number).first?.contains(#""success":false"#) == true)
    }

    @Test("in spot the wallet states both coins, and there is no position")
    func spot() throws {
        let desk = try Desk(topics: ["wallet"], category: .spot)
        let wallet = try #require(Self.wallets(desk.order("Buy", "0.010")).first)
        // A purchase pays 0.055 % of what it brings.
        #expect(wallet.base == CoinAmount(billionths: 1_000_010_000_000 - 5_500))
        #expect(wallet.equity == Wallet.deposit - Amount(billionths: 600_001_000_000))
        let venue = FloorFixture(category: .spot)
        let number = venue.openAuthorized(.privateStream)
        let text = BybitSession.subscribe(["position.spot"], request: "p")
        #expect(venue.say(text, on: number).first?.contains(#""success":false"#) == true)
    }
}
