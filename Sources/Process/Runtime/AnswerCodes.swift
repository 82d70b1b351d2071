internal import Engine
internal import Orders
internal import Reports
internal import Units
internal import Venues

/// The venue's return codes other than success, counted by operation: why something was not done.
///
/// Fixed room; what finds none is counted together.
struct AnswerCodes: BitwiseCopyable {
    private struct Entry: BitwiseCopyable {
        var operation = OrderOperation.place
        var remedy = OrderRemedy.none
        var code: Int32 = 0
        var count = 0
        /// How often nothing new left for a while because of it, and the longest of these times.
        var pauses = 0
        var longestPause = Nanoseconds.zero
    }

    private static let capacity = 16

    private var entries: InlineArray<16, Entry> = .init(repeating: Entry())
    private var used = 0
    private var others = Entry()
    /// The code of the last refusal that was not for the rate; 0 for none.
    private(set) var lastRefusal: Int32 = 0
    /// What the last answer that called for a pause was.
    private(set) var pause = ParentPause()

    /// Counts a reply of the venue; what never left is none.
    ///
    /// - Parameters:
    ///   - until: until when nothing leaves because of it; now, or before, for no pause.
    ///   - now: when it was taken in.
    mutating func note(_ reply: OrderReply, pausedUntil until: Nanoseconds, _ now: Nanoseconds) {
        if reply.code == 0 { return }
        let pauses = until > now ? 1 : 0
        let length = until > now ? until - now : .zero
        if until > now { pause = ParentPause(reply, from: now, until: until) }
        if reply.outcome == .refused && !reply.remedy.isForRate { lastRefusal = reply.code }
        for i in 0..<used
        where entries[i].code == reply.code && entries[i].operation == reply.operation {
            entries[i].count &+= 1
            entries[i].pauses &+= pauses
            entries[i].longestPause = max(entries[i].longestPause, length)
            return
        }
        guard used < AnswerCodes.capacity else {
            others.count &+= 1
            others.pauses &+= pauses
            others.longestPause = max(others.longestPause, length)
            return
        }
        entries[used] = Entry(
            operation: reply.operation,
            remedy: reply.remedy,
            code: reply.code,
            count: 1,
            pauses: pauses,
            longestPause: length
        )
        used &+= 1
    }

    /// For the report, in the order in which they first came.
    var section: [RequestSection.Answer] {
        var answers: [RequestSection.Answer] = []
        for i in 0..<used {
            answers.append(
                RequestSection.Answer(
                    code: Int(entries[i].code),
                    operation: "\(entries[i].operation)",
                    remedy: "\(entries[i].remedy)",
                    count: entries[i].count,
                    meaning: BybitReturnCode.meaning(Int64(entries[i].code)),
                    pauses: entries[i].pauses,
                    longestPauseNs: entries[i].longestPause.count
                )
            )
        }
        if others.count > 0 {
            answers.append(
                RequestSection.Answer(
                    code: 0,
                    operation: "other",
                    remedy: "none",
                    count: others.count,
                    pauses: others.pauses,
                    longestPauseNs: others.longestPause.count
                )
            )
        }
        return answers
    }
}
