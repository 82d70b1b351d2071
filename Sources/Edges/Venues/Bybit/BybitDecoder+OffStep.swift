import Wire

/// Prices and quantities off the instrument's steps, as after a coarser tick, whose old orders stay
/// on the book for hours. In a living market they cost themselves alone.
///
/// A level off the price step is passed over: what is shown is less than what is there, never more.
/// Rounded to the next price it would meet the level of that price, and levels are totals that come
/// one at a time: no total of the two is ever told. A quantity is rounded down, but what is there
/// stays there: its price counts, and its deletion will come.
extension BybitDecoder {
    /// A level's price; nil off the step.
    @inline(__always)
    mutating func levelTicks(
        _ entry: InstrumentTable.Entry,
        _ json: inout JSONScanner
    ) throws(DecodeError) -> Int64? {
        do throws(DecodeError) {
            return try json.price(entry.tick, below: BybitDecoder.levelLimit)
        } catch {
            guard isLenient, error.reason == .offStep else { throw error }
            offStepLevelCount &+= 1
            return nil
        }
    }

    /// A level's quantity, at least a lot where there is any.
    @inline(__always)
    mutating func levelLots(
        _ entry: InstrumentTable.Entry,
        _ json: inout JSONScanner
    ) throws(DecodeError) -> Int64 {
        let text = try json.string()
        let limit = BybitDecoder.levelLimit
        do throws(DecodeError) {
            return try json.within(try json.steps(of: text, entry.lot), 0, limit)
        } catch {
            guard isLenient, error.reason == .offStep else { throw error }
            offStepLevelCount &+= 1
            let lots = try json.within(try json.steps(of: text, entry.lot, .down), 0, limit)
            return max(1, lots)
        }
    }

    /// A print's price or quantity. Rounded down, its volume is told too low by less than a lot.
    mutating func printSteps(
        _ scale: DecimalSteps,
        least: Int64,
        _ isOffStep: inout Bool,
        _ json: inout JSONScanner
    ) throws(DecodeError) -> Int64 {
        let text = try json.string()
        let limit = BybitDecoder.stepLimit
        do throws(DecodeError) {
            return try json.within(try json.steps(of: text, scale), least, limit)
        } catch {
            guard isLenient, error.reason == .offStep else { throw error }
            isOffStep = true
            return max(least, try json.within(try json.steps(of: text, scale, .down), 0, limit))
        }
    }
}

extension JSONScanner {
    /// `steps`, which must be `least` or more and below `limit`.
    @inline(__always)
    fileprivate func within(
        _ steps: Int64,
        _ least: Int64,
        _ limit: Int64
    ) throws(DecodeError) -> Int64 {
        guard steps >= least && steps < limit else { throw error(.outOfRange) }
        return steps
    }
}
