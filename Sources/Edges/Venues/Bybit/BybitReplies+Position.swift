public import Orders
public import Units
import Wire

extension BybitReplies {
    /// What the venue holds for the account in one instrument.
    public struct PositionList: Hashable, Sendable {
        /// What is held.
        public var held: VenuePosition
        /// Each position of it, in the list's order; with none stated, one that is flat.
        public var positions: [PositionStatement]
        /// The average entry price in the quote coin, for reports; nil when flat, and in hedge mode
        /// when both positions are open.
        public var averagePrice: Double?

        /// Long and short together, signed.
        public var lots: Int64 { held.net.lots }
    }

    /// The position in `instrument`, from `position/list`: the mode is read from the rows' indices,
    /// which the venue gives even when nothing is held. Flat and one-way when none is stated.
    public static func position(
        _ body: [UInt8],
        _ instrument: Instrument
    ) throws(BybitReplyError) -> PositionList {
        let table = InstrumentTable([instrument])
        return try read(body) { (json) throws(DecodeError) in
            var positions: [PositionStatement] = []
            var prices: [Double] = []
            try json.forEachInList { (json) throws(DecodeError) in
                let fields = try PositionFields(&json)
                guard let position = try fields.statement(table, json) else { return }
                guard !positions.contains(where: { $0.leg == position.leg }) else {
                    throw json.error(.tooMany)
                }
                positions.append(position)
                let price = fields.averagePrice.flatMap { Double($0.string) }
                if position.held.lots != 0, let price { prices.append(price) }
            }
            func lots(_ leg: PositionLeg) -> Quantity {
                positions.first { $0.leg == leg }?.held ?? .zero
            }
            let isHedged = positions.contains { $0.leg != .only }
            // A one-way position among hedged ones is no account that could be traded on.
            guard !isHedged || lots(.only).lots == 0 else { throw json.error(.outOfRange) }
            if positions.isEmpty {
                positions = [
                    PositionStatement(
                        instrument: instrument.id,
                        leg: .only,
                        held: .zero,
                        tellsLiquidation: true
                    )
                ]
            }
            return PositionList(
                held: isHedged
                    ? .hedged(long: lots(.long), short: lots(.short)) : .oneWay(lots(.only)),
                positions: positions,
                averagePrice: prices.count == 1 ? prices[0] : nil
            )
        }
    }
}
