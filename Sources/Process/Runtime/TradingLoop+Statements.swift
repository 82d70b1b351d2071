internal import Engine
internal import Orders
internal import Reports
internal import Units

extension TradingLoop {
    /// What the venue states of the account, on its stream or asked: the engine hears what is new.
    mutating func take(_ statement: AccountStatement, isStreamed: Bool, _ now: Nanoseconds) {
        let venueNow = now + venueClock.offset
        switch statement {
        case .position(let position):
            guard position.instrument == instrument.id else { return }
            let news = statements.take(position, isStreamed: isStreamed, venueNow: venueNow)
            guard let news else { return }
            let (id, leg) = (instrument.id, position.leg)
            step(.account(.stated(id, leg, position.held, at: position.updatedAt)), now)
            if news == .heldAndLiquidation {
                step(.account(.liquidation(id, leg, position.liquidation)), now)
            }
        case .wallet(let wallet):
            guard wallet.instrument == instrument.id else { return }
            let equity = statements.take(wallet, isStreamed: isStreamed, venueNow: venueNow)
            if let equity { step(.account(.equity(equity)), now) }
        }
    }

    /// Whether the account's stream has for a moment stated what our fills do not come to, or told
    /// of what moves a position without an order.
    mutating func isLookHurried(_ now: Nanoseconds) -> Bool {
        guard account.isUp, !reconciliation.isLooking else { return false }
        statements.noteMoves(decoder.strangeMoveCount)
        let base = engine.baseMovement(instrument)
        return statements.isLookDue(
            held: engine.held(instrument.id),
            baseMoved: base.moved,
            slack: Int64(2 &+ 2 &* base.fees),
            reconciliation.times,
            now
        )
    }

    /// What came of the statements, for the report.
    var statementSection: StatementSection {
        StatementSection(
            positions: statements.counts.positions,
            wallets: statements.counts.wallets,
            stale: statements.counts.stale,
            foreign: Int(decoder.foreignStatementCount),
            unreadable: Int(decoder.unreadableStatementCount),
            differences: statements.counts.differences,
            moves: statements.counts.moves,
            refusedTopics: account.refusedTopics
        )
    }
}
