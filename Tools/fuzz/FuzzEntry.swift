import Units

/// One thing to fuzz: where its inputs come from, and what must hold of each.
struct FuzzEntry: Sendable {
    /// Its name on the command line.
    let name: String
    /// Valid inputs, which mutation starts from.
    let corpus: @Sendable () -> [[UInt8]]
    /// Makes the check, with whatever it keeps between executions. The check returns what is
    /// wrong with the answer to an input, nil for nothing.
    let prepare: @Sendable () -> (GuardedBytes, inout SplitMix64) -> String?

    /// Every entry.
    static let all = [json, sbe, replies, frame, http, book, decimal, journal, canary]

    /// An entry that must fail: it tests the fuzzer.
    static let canary = FuzzEntry(
        name: "canary",
        corpus: { [Array("a quiet message".utf8)] },
        prepare: {
            { input, _ in input.payload.contains(UInt8(ascii: "{")) ? "the planted fault" : nil }
        }
    )
}
