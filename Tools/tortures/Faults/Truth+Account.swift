import Foundation
import Orders
import Reports
import Simulation
import Units

/// What the venue keeps of an account besides its orders: positions, wallet and fees.
extension Truth {
    /// Every position is what it was plus its own fills, and the parent worked with one of them.
    func inThePositions() -> [String] {
        var found: [String] = []
        let index = terms.positionIndex
        for i in desk.positions.indices {
            let filled = desk.fills.reduce(0) {
                $0 + ($1.order.positionIndex == i ? signed($1) : 0)
            }
            if desk.opening[i] + filled != desk.positions[i] {
                found.append(
                    "position \(i) was \(desk.opening[i]), is \(desk.positions[i]): "
                        + "its fills are \(filled)"
                )
            }
        }
        let others = orders.filter {
            $0.side != terms.side || $0.positionIndex != index
                || $0.reduceOnly != terms.reduceOnly
        }
        if let first = others.first {
            found.append("\(others.count) orders of another kind, the first of them \(first)")
        }
        guard terms.reduceOnly else { return found }
        // Others may shrink the position meanwhile: fill by fill.
        var held = desk.opening[Int(index)]
        for fill in desk.fills where fill.order.positionIndex == index {
            let before = held
            held += signed(fill)
            let isNearer = abs(held) < abs(before) && held.signum() * before.signum() >= 0
            if !isNearer && fill.order.link.hasPrefix(terms.session.text) {
                found.append("a parent that only reduces brought \(before) to \(held)")
            }
        }
        return found
    }

    /// What came and went in spot is what fills brought and cost, less their fees.
    func inTheWallet() -> [String] {
        guard desk.instrument.category == .spot else { return [] }
        let instrument = desk.instrument
        var (base, quote) = (Int128(0), Int128(0))
        for fill in desk.fills {
            let traded = instrument.baseAmount(fill.quantity).billionths
            let value = instrument.amount(Notional(fill.price, fill.quantity)).billionths
            let fee = desk.baseFees[fill.number]
            base += Int128(fill.order.side.sign) * traded
            base -= fee?.billionths ?? 0
            quote -= Int128(fill.order.side.sign) * Int128(value)
            quote -= fee == nil ? Int128(fill.fee.billionths) : 0
        }
        if base == desk.baseMoved && quote == desk.quoteMoved { return [] }
        return [
            "the wallet moved by \(desk.baseMoved) and \(desk.quoteMoved) billionths, "
                + "its fills by \(base) and \(quote)"
        ]
    }

    /// What the report says of position, wallet and fees, of a session that says all is known.
    func inTheAccounts(_ report: ParentReport) -> [String] {
        var found: [String] = []
        // A liquidation may come when the session has looked for the last time.
        let isOurs = fills.count == desk.fills.count
        if isOurs, terms.opening.isHedged || desk.instrument.category == .linear {
            let position = decimal(desk.positions.reduce(0, +))
            if report.venue.position != position {
                found.append(
                    "the position is \(position), the report says "
                        + "\(report.venue.position?.description ?? "nothing")"
                )
            }
        }
        let base = fills.reduce(Int128(0)) { $0 + (desk.baseFees[$1.number]?.billionths ?? 0) }
        if report.costs.baseFees != coins(base) {
            found.append(
                "\(report.costs.baseFees) of base coin paid, the venue took \(base) · 10⁻⁹"
            )
        }
        if desk.instrument.category == .linear {
            let fees = fills.reduce(Int64(0)) { $0 + $1.fee.billionths }
            if report.costs.fees != coins(Int128(fees)) {
                found.append("fees \(report.costs.fees), the venue took \(fees) · 10⁻⁹")
            }
        } else if report.venue.baseMoved != coins(desk.baseMoved) {
            found.append(
                "the base coin moved by \(desk.baseMoved) · 10⁻⁹, the report says "
                    + "\(report.venue.baseMoved?.description ?? "nothing")"
            )
        }
        return found
    }

    /// What a child with every fee told paid, coin by coin.
    func fees(of child: ChildOrder, _ link: String, _ name: String) -> [String] {
        var (base, quote) = (Int128(0), Int128(0))
        for fill in fills where fill.order.link == link {
            if let fee = desk.baseFees[fill.number] {
                base += fee.billionths
            } else {
                quote += Int128(fill.fee.billionths)
            }
        }
        if child.baseFees.billionths == base && child.fees.billionths == quote { return [] }
        return [
            "\(name) paid \(child.fees.billionths) and \(child.baseFees.billionths) · 10⁻⁹ of quote "
                + "and base coin, the venue took \(quote) and \(base)"
        ]
    }

    private func signed(_ fill: ExchangeFill) -> Int64 {
        fill.order.side.sign * fill.quantity.lots
    }

    private func coins(_ billionths: Int128) -> Decimal {
        Decimal(string: "\(billionths)").map { $0 / 1_000_000_000 } ?? .nan
    }
}
