internal import Costs
internal import Transport
internal import Units

/// By how much the wallet's base coin moved in a spot session, and by how much it should have: what
/// was bought or sold, less the fees that were paid in it.
struct WalletMovement {
    let moved: Amount
    let expected: Amount
    /// Each fee is rounded to a billionth by the venue, and again by us.
    let tolerance: Int64

    var agrees: Bool { (moved - expected).billionths.magnitude <= UInt64(tolerance) }

    var movedText: String { WalletMovement.text(moved) }
    var expectedText: String { WalletMovement.text(expected) }

    private static func text(_ amount: Amount) -> String {
        DecimalScale(multiplier: 1, decimals: 9).text(amount.billionths)
    }
}

extension TradingLoop {
    /// Looks at the wallet up to three times: it may follow the last fill after a moment.
    mutating func walletMovement(
        _ inquiry: VenueInquiry,
        _ instrument: Instrument,
        _ before: Amount,
        _ facts: ParentFacts
    ) throws(SessionError) -> WalletMovement? {
        let traded = instrument.baseAmount(facts.ledger.filled)
        let signed = Amount(billionths: facts.order.side.sign * traded.billionths)
        var found: WalletMovement?
        for _ in 0..<3 {
            guard let now = try inquiry.funds(&loop, instrument).base else { return found }
            let movement = WalletMovement(
                moved: now - before,
                expected: signed - facts.baseFees,
                tolerance: Int64(2 + 2 * facts.fills)
            )
            found = movement
            if movement.agrees { break }
            let pause = Deadline(.milliseconds(500))
            while !pause.isOver {
                loop.poll(timeout: pause.rest)
                while loop.next() != nil {}
            }
        }
        return found
    }
}
