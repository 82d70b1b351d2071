import Orders
import TestSupport
import Units

/// One stream of fills told as two: the second without fees, and which is first is anybody's guess.
struct FillStreams {
    private var random: SplitMix64
    private var late: [(fill: Execution, looks: Int)] = []

    init(seed: UInt64) { random = SplitMix64(seed: seed ^ 0xfa57) }

    /// What is told at once of `fill`, in order.
    mutating func told(_ fill: Execution) -> [Execution] {
        var quick = fill
        quick.fee = .zero
        quick.feeCoin = .untold
        switch Int.random(in: 0..<5, using: &random) {
        case 0: return [quick, fill]
        case 1: return [fill, quick]
        case 2: return [quick, quick, fill, fill, quick]
        case 3:
            late.append((quick, Int.random(in: 1...40, using: &random)))
            return [fill]
        default:
            // The quick stream may be wrong about who rested.
            if Bool.random(using: &random) { quick.isMaker.toggle() }
            late.append((fill, Int.random(in: 1...40, using: &random)))
            return [quick]
        }
    }

    /// What has become due since the last look.
    mutating func due() -> [Execution] {
        for i in late.indices { late[i].looks -= 1 }
        defer { late.removeAll { $0.looks <= 0 } }
        return late.filter { $0.looks <= 0 }.map(\.fill)
    }
}
