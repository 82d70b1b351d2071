import Book
import Venues

extension FuzzEntry {
    /// Text messages: the specialised path against the general one, and what either accepts against
    /// a strict parser that knows neither.
    static let json = FuzzEntry(
        name: "json",
        corpus: Corpus.json,
        prepare: {
            let check = JSONCheck(Corpus.json())
            return { input, _ in check.fault(input) }
        }
    )
}

private final class JSONCheck {
    /// Has seen every topic's shape, so it goes the specialised way where it can.
    private var warm = BybitDecoder(instruments: [Corpus.bitcoin], session: Corpus.session)
    private let valid: Set<[UInt8]>

    init(_ corpus: [[UInt8]]) {
        valid = Set(corpus)
        let input = GuardedBytes(capacity: 1 << 16)
        for bytes in corpus {
            input.set(bytes)
            input.withPadding { _ = warm.decode($0) }
        }
    }

    func fault(_ input: GuardedBytes) -> String? {
        input.withPadding { payload in
            // Knows no shape yet: only the general path.
            var cold = BybitDecoder(instruments: [Corpus.bitcoin], session: Corpus.session)
            let general = cold.decode(payload)
            let fast = warm.decode(payload)
            if Digest(fast) != Digest(general) { return "the two paths disagree" }
            switch general {
            case .malformed, .unreadable:
                return valid.contains(Array(payload)) ? "refuses a valid message" : nil
            default: break
            }
            guard let value = StrictJSON.parse(payload) else { return "accepts what is no JSON" }
            guard case .market(.depth(let update)) = fast else { return nil }
            return depthFault(update, value)
        }
    }

    /// What differs between the levels and the text's own.
    private func depthFault(_ update: DepthUpdate, _ value: StrictJSON) -> String? {
        guard let data = value["data"], let bids = levels(data["b"]), let asks = levels(data["a"])
        else { return "takes levels from another shape" }
        if bids != Array(update.bids) || asks != Array(update.asks) { return "reads other levels" }
        return nil
    }

    private func levels(_ value: StrictJSON?) -> [LevelChange]? {
        let entries: [StrictJSON]
        switch value {
        case .array(let found)?: entries = found
        // An unsaid side has no changes.
        case nil, .null?, .string([])?: entries = []
        default: return nil
        }
        var levels: [LevelChange] = []
        for entry in entries {
            guard case .array(let pair) = entry, pair.count == 2,
                let ticks = pair[0].text.flatMap({ PlainDecimal.steps($0, 1, decimals: 1) }),
                let lots = pair[1].text.flatMap({ PlainDecimal.steps($0, 1, decimals: 3) })
            else { return nil }
            levels.append(LevelChange(ticks: ticks, lots: lots))
        }
        return levels
    }
}
