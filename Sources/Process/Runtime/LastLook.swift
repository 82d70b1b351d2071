internal import Costs
internal import Orders
internal import Transport
internal import Units

/// What the venue says once a parent has ended: whether anything of it is left, and by how much the
/// account moved.
struct LastLook {
    /// Looks at an account that may follow the last fill after a moment.
    static let looks = 3
    /// Between two of them, and before the venue is tried again.
    static let pause = Nanoseconds.milliseconds(500)

    /// What was held before the session, and what that and its fills come to.
    let before: VenuePosition
    let expected: VenuePosition
    /// What is held; nil when the venue did not say.
    var position: VenuePosition?
    /// Orders of the session that are open; nil when the venue did not say.
    var open: Int?
    /// Orders of others in the symbol that are open; nil when the venue did not say.
    var others: Int?
    /// Orders that were still open, and were cancelled.
    var withdrawn = 0
    /// What became of the wallet, in spot.
    var wallet: WalletMovement?
    /// Why the venue did not say it; nil when it did.
    var silence: String?

    /// A look at what `fills` have made of what was held before.
    init(before: VenuePosition, fills: ParentFacts) {
        self.before = before
        expected = before.adding(
            fills.order.side,
            fills.ledger.filled,
            reduceOnly: fills.order.reduceOnly
        )
    }

    /// Whether the account moved by our fills, as far as the venue has said.
    var agrees: Bool { (position ?? expected) == expected && wallet?.agrees ?? true }

    /// What a person must know of it.
    func texts(_ instrument: Instrument) -> [String] {
        var texts: [String] = []
        if let silence { texts.append(silence) }
        if withdrawn > 0 {
            texts.append(
                withdrawn.counted("order was", "orders were")
                    + " still open at the end and cancelled by REST; open now: "
                    + (open.map(String.init) ?? "an unknown number")
            )
        }
        if let position, position != expected {
            let lot = instrument.lot
            texts.append(
                "the venue's position moved by \(position.moved(from: before, lot)), "
                    + "our fills by \(expected.moved(from: before, lot))"
            )
        }
        if let wallet, !wallet.agrees {
            let coin = instrument.baseCoin
            // A coin has eight decimals; what differs less than those can tell is told exactly.
            let differ = wallet.moved.text(coin) != wallet.expected.text(coin)
            func text(_ amount: CoinAmount) -> String {
                differ ? amount.text(coin) : "\(amount.exactText) \(coin)"
            }
            texts.append(
                "the wallet moved by \(text(wallet.moved)), our fills less their fees by "
                    + text(wallet.expected)
            )
        }
        return texts
    }
}

extension TradingLoop {
    /// Asks the venue until it answers, for as long as last words are waited for, or until the
    /// operator wants an end; cancels what is open still, and looks again at an account that does
    /// not agree.
    mutating func lastLook(
        _ configuration: SessionConfiguration,
        _ facts: VenueFacts,
        startedAt: Nanoseconds,
        _ inquiry: VenueInquiry,
        _ parent: ParentFacts
    ) -> LastLook {
        let settled = Deadline(configuration.reconcilerTimes.settling)
        let waited = Deadline(max(lastWordRest, configuration.reconcilerTimes.settling))
        var isTold = false
        // What was asked of the parent is not asked of the look.
        _ = takeWish()
        var look = LastLook(before: engine.opening(facts.instrument.id), fills: parent)
        var looks = 0
        while true {
            var pause = LastLook.pause
            do throws(SessionError) {
                let link = try RESTLink(
                    &loop,
                    configuration.venue.rest,
                    patience: configuration.patience.answer
                )
                defer { link.close(&loop) }
                let last = inquiry.over(link, ahead: venueClock.offset)
                try ask(last, facts, startedAt: startedAt, parent, &look)
                looks += 1
                if looks == LastLook.looks || look.agrees { return look }
            } catch {
                look.silence = "the venue could not be asked for the final position: \(error.text)"
                // What does not pass by itself is not waited for.
                var isLasting = false
                switch error {
                case .denied: isLasting = true
                case .turnedAway: pause = configuration.patience.turnedAway
                default: break
                }
                if waited.isOver || isLasting && settled.isOver || takeWish() { return look }
                if !isTold {
                    isTold = true
                    let rest = (isLasting ? settled : waited).rest.inSeconds.rounded(.up)
                    configuration.notice?(
                        "\(error.text): the venue is asked for the final position for "
                            + "\(Int(rest)) s at most"
                    )
                }
            }
            let rest = Deadline(min(pause, max(waited.rest, LastLook.pause)))
            while !rest.isOver {
                loop.poll(timeout: rest.rest)
                while loop.next() != nil {}
                if takeWish() { return look }
            }
        }
    }

    private mutating func ask(
        _ inquiry: VenueInquiry,
        _ facts: VenueFacts,
        startedAt: Nanoseconds,
        _ parent: ParentFacts,
        _ look: inout LastLook
    ) throws(SessionError) {
        let orders = try inquiry.openOrders(&loop, facts.instrument)
        look.open = orders.own.count
        look.others = orders.foreign
        if look.open != 0 {
            look.withdrawn += try inquiry.withdraw(&loop, facts.instrument) { _ in true }.orders
            look.open = 0
        }
        look.position = try inquiry.position(&loop, facts.instrument, since: startedAt)
        if let before = facts.baseBalance {
            look.wallet = try walletMovement(inquiry, facts.instrument, before, parent)
        }
        look.silence = nil
    }

    /// By how much the wallet moved; nil when the venue does not say.
    private mutating func walletMovement(
        _ inquiry: VenueInquiry,
        _ instrument: Instrument,
        _ before: CoinAmount,
        _ facts: ParentFacts
    ) throws(SessionError) -> WalletMovement? {
        guard let now = try inquiry.funds(&loop, instrument).base else { return nil }
        let traded = instrument.baseAmount(facts.ledger.filled)
        let signed = CoinAmount(
            billionths: Int128(facts.order.side.sign) * traded.billionths
        )
        return WalletMovement(
            moved: now - before,
            expected: signed - facts.baseFees,
            tolerance: Int64(2 + 2 * facts.fills)
        )
    }
}

extension VenuePosition {
    /// By how much it has moved, in the base coin: in hedge mode the long and the short one.
    fileprivate func moved(from before: VenuePosition, _ lot: DecimalScale) -> String {
        switch (before, self) {
        case (.hedged(let long, let short), .hedged(let longer, let shorter)):
            lot.text((longer - long).lots) + " long and " + lot.text((shorter - short).lots)
                + " short"
        default: lot.text((net - before.net).lots)
        }
    }
}
