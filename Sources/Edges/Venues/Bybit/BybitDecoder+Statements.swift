import Orders
import Units
import Wire

/// One row of the `position` topic, or of the REST list: its texts in place.
///
/// Kept as text until it is known to be of an instrument of ours: positions in other products need
/// not be readable at all.
struct PositionFields {
    var category: JSONText?
    var symbol: JSONText?
    var side: JSONText?
    var size: JSONText?
    var averagePrice: JSONText?
    var liquidation: JSONText?
    /// Unsaid it is nowhere, but a row without the field says nothing of it.
    var tellsLiquidation = false
    var index: Int64 = 0
    var sequence: Int64 = 0
    var updatedAt = Nanoseconds.zero

    init(_ json: inout JSONScanner) throws(DecodeError) {
        try json.openObject()
        while let key = try json.nextKey() {
            if key.equals("category") {
                category = try json.optionalText()
            } else if key.equals("symbol") {
                symbol = try json.optionalText()
            } else if key.equals("side") {
                side = try json.optionalText()
            } else if key.equals("size") {
                size = try json.optionalText()
            } else if key.equals("positionIdx") {
                index = try json.optionalInteger() ?? 0
            } else if key.equals("entryPrice") || key.equals("avgPrice") {
                averagePrice = try json.optionalText()
            } else if key.equals("liqPrice") {
                liquidation = try json.optionalText()
                tellsLiquidation = true
            } else if key.equals("seq") {
                sequence = try json.optionalInteger() ?? 0
            } else if key.equals("updatedTime") {
                updatedAt = try json.optionalMilliseconds() ?? .zero
            } else {
                try json.skipValue()
            }
        }
    }

    /// The position as the engine knows it; nil when it is of another instrument.
    func statement(
        _ instruments: borrowing InstrumentTable,
        _ json: JSONScanner
    ) throws(DecodeError) -> PositionStatement? {
        guard let symbol else { throw json.error(.missingField) }
        // A row that names no product is of the one that has positions.
        guard category?.equals("linear") ?? true,
            let i = instruments.index(symbol.bytes, .linear)
        else { return nil }
        guard let leg = UInt8(exactly: index).flatMap({ PositionLeg(rawValue: $0) }) else {
            throw json.error(.outOfRange, at: symbol)
        }
        // The venue lists what was never traded with neither size nor side.
        guard size != nil || side == nil else { throw json.error(.missingField) }
        let entry = instruments[i]
        var lots = try json.stepsOrZero(size, entry.lot)
        if lots > 0 {
            guard let side else { throw json.error(.missingField) }
            guard side.equals("Buy") || side.equals("Sell") else {
                throw json.error(.badWord, at: side)
            }
            if side.equals("Sell") { lots = -lots }
        }
        // A long position that is negative is no account that could be traded on.
        guard leg == .only || lots == 0 || (lots > 0) == (leg == .long) else {
            throw json.error(.outOfRange, at: size ?? symbol)
        }
        return PositionStatement(
            instrument: entry.id,
            leg: leg,
            held: Quantity(lots: lots),
            tellsLiquidation: tellsLiquidation || lots == 0,
            liquidation: lots == 0 ? nil : try price(liquidation, entry.tick, json),
            updatedAt: updatedAt,
            sequence: sequence
        )
    }

    /// The liquidation price, which is no multiple of the tick. None is nowhere, and so is one that
    /// lies too high to be counted: that of a short position of a large account.
    private func price(
        _ text: JSONText?,
        _ tick: DecimalSteps,
        _ json: JSONScanner
    ) throws(DecodeError) -> Price? {
        guard let amount = try json.amountOrNone(of: text) else { return nil }
        let scale = DecimalScale(multiplier: tick.multiplier, decimals: tick.decimals)
        let ticks = scale.nearest(amount)
        return ticks > 0 && ticks < BybitDecoder.stepLimit ? Price(ticks: ticks) : nil
    }
}

extension BybitDecoder {
    /// The `position` topic's list.
    mutating func decodePositions(_ json: inout JSONScanner) throws(DecodeError) -> Data {
        var count = 0
        var foreign = 0
        guard try json.openList() else { return .statements(count: 0, foreign: 0) }
        while try json.nextEntry() {
            let fields = try PositionFields(&json)
            guard let statement = try fields.statement(instruments, json) else {
                foreign &+= 1
                continue
            }
            guard count < BybitDecoder.statementCapacity else { throw json.error(.tooMany) }
            statements[count] = .position(statement)
            count &+= 1
        }
        return .statements(count: count, foreign: foreign)
    }

    /// The `wallet` topic's list: for each account one statement an instrument, of its coins.
    mutating func decodeWallets(_ json: inout JSONScanner) throws(DecodeError) -> Data {
        var count = 0
        var foreign = 0
        guard try json.openList() else { return .statements(count: 0, foreign: 0) }
        while try json.nextEntry() {
            guard count &+ instruments.count <= BybitDecoder.statementCapacity else {
                throw json.error(.tooMany)
            }
            if try decodeWallet(&json, at: count) {
                count &+= instruments.count
            } else {
                foreign &+= 1
            }
        }
        return .statements(count: count, foreign: foreign)
    }

    /// A wallet has no time of its own: its message's counts.
    mutating func date(_ count: Int, at time: Nanoseconds) {
        for i in 0..<count {
            guard case .wallet(var wallet) = statements[i] else { continue }
            wallet.statedAt = time
            statements[i] = .wallet(wallet)
        }
    }

    /// Reads one account into the statements from `first` on; false when it is not the unified one.
    private mutating func decodeWallet(
        _ json: inout JSONScanner,
        at first: Int
    ) throws(DecodeError) -> Bool {
        for i in 0..<instruments.count {
            statements[first &+ i] = .wallet(WalletStatement(instrument: instruments[i].id))
        }
        var isUnified = true
        var total: Amount?
        try json.openObject()
        while let key = try json.nextKey() {
            if key.equals("accountType") {
                isUnified = try json.optionalText()?.equals("UNIFIED") ?? true
            } else if key.equals("totalEquity") {
                total = try json.amountOrNone(of: try json.optionalText())
            } else if key.equals("coin") {
                guard try json.openList() else { continue }
                while try json.nextEntry() { try decodeCoin(&json, at: first) }
            } else {
                try json.skipValue()
            }
        }
        for i in 0..<instruments.count {
            // The whole account is stated in dollars, which these coins follow.
            guard let total, instruments.isPaidInDollars(i),
                case .wallet(var wallet) = statements[first &+ i]
            else { continue }
            wallet.equity = total
            statements[first &+ i] = .wallet(wallet)
        }
        return isUnified
    }

    private mutating func decodeCoin(
        _ json: inout JSONScanner,
        at first: Int
    ) throws(DecodeError) {
        var name: JSONText?
        var equity: JSONText?
        var balance: JSONText?
        try json.openObject()
        while let key = try json.nextKey() {
            if key.equals("coin") {
                name = try json.optionalText()
            } else if key.equals("equity") {
                equity = try json.optionalText()
            } else if key.equals("walletBalance") {
                balance = try json.optionalText()
            } else {
                try json.skipValue()
            }
        }
        guard let name else { throw json.error(.missingField) }
        for i in 0..<instruments.count {
            guard let coin = instruments.coin(i, name),
                case .wallet(var wallet) = statements[first &+ i]
            else { continue }
            if coin == .base {
                wallet.base = try json.coinAmountOrNone(of: balance)
            } else {
                wallet.equity = try json.amountOrNone(of: equity)
            }
            statements[first &+ i] = .wallet(wallet)
        }
    }
}

extension JSONScanner {
    /// An amount of a string read before, to 10⁻⁹; nil for none and for more than 4.6 × 10⁹ coins:
    /// of some there are trillions, and they must not hide the others.
    func amountOrNone(of text: JSONText?) throws(DecodeError) -> Amount? {
        guard let text else { return nil }
        do throws(DecodeError) {
            return try amount(of: text)
        } catch {
            if error.reason == .overflow { return nil }
            throw error
        }
    }

    /// An amount of any coin; nil for none and for more than there is of any.
    func coinAmountOrNone(of text: JSONText?) throws(DecodeError) -> CoinAmount? {
        guard let text else { return nil }
        do throws(DecodeError) {
            return try coinAmount(of: text)
        } catch {
            if error.reason == .overflow { return nil }
            throw error
        }
    }
}
