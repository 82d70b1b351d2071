import Orders
import Units
import Venues

extension FuzzEntry {
    /// Answers to REST requests: each reader on every input. What one accepts must be JSON, and
    /// none may end the process.
    static let replies = FuzzEntry(
        name: "replies",
        corpus: Corpus.replies,
        prepare: {
            let readers = replyReaders
            let known = Set(Corpus.replies())
            return { input, _ in
                let body = input.bytes
                let accepted = readers.count { $0(body) }
                if accepted == 0 {
                    return known.contains(body) ? "no reader takes a valid answer" : nil
                }
                return StrictJSON.parse(input.payload) == nil ? "accepts what is no JSON" : nil
            }
        }
    )
}

/// Every reader of an answer; each says whether it took the body.
private let replyReaders: [@Sendable ([UInt8]) -> Bool] = [
    takes { try BybitReplies.serverTime($0) },
    takes { try BybitReplies.instrument($0, .linear, symbol: "BTCUSDT", id: InstrumentID(0)) },
    takes { try BybitReplies.instrument($0, .spot, symbol: "BTCUSDT", id: InstrumentID(0)) },
    takes { try BybitReplies.klines($0) },
    takes { try BybitReplies.feeRate($0, symbol: "BTCUSDT") },
    takes { try BybitReplies.orders($0, [Corpus.bitcoin], Corpus.session) },
    takes { try BybitReplies.executions($0, [Corpus.bitcoin], Corpus.session) },
    takes { try BybitReplies.position($0, Corpus.bitcoin) },
    takes { try BybitReplies.priceLimits($0, Corpus.bitcoin) },
    takes { try BybitReplies.wallet($0) },
    takes { try BybitReplies.riskTiers($0, symbol: "BTCUSDT") },
    takes { try BybitReplies.fundingHistory($0, symbol: "BTCUSDT") },
    takes { try BybitReplies.disconnectProtection($0) },
    takes { try BybitReplies.marginMode($0) },
    takes { try BybitReplies.recentTrades($0, Corpus.bitcoin) },
    takes { try BybitReplies.orderID($0) },
]

private func takes<Answer>(
    _ reader: @escaping @Sendable ([UInt8]) throws -> Answer
) -> @Sendable ([UInt8]) -> Bool {
    { body in (try? reader(body)) != nil }
}
