import Units

/// What lives over sockets showed, as `torture sockets --json` prints it.
struct SocketLivesResult: Encodable {
    var runs = 0
    var failures: [String] = []
    /// Lives whose book was the venue's at the end.
    var endedRight = 0
    /// Lives whose book was stale at the end, and known to be.
    var endedStale = 0
    /// Of them, those that never met the venue.
    var hopeless = 0
    var backends: [String] = []
    var messagesPassed = 0
    /// Looks at the books, and those at which they could be traded on.
    var looks = 0
    var soundLooks = 0
    var bookLosses = 0
    var gaps = 0
    var filledGaps = 0
    var malformed = 0
    var late = 0
    var restarts = 0
    var reconnects = 0
    /// Connections the venue accepted, and those that became WebSockets.
    var accepted = 0
    var opened = 0
    /// Faults on open connections, and how connections ended on our side, by name.
    var faults: [String: Int] = [:]
    var ends: [String: Int] = [:]
    /// Before the first life, after a thousand, when the last have begun, and after them.
    var atStart = Holdings.now()
    var early: Holdings?
    var whenFull: Holdings?
    var atEnd = Holdings.now()
    var seconds = 0.0

    mutating func add(_ tally: LifeRunner.Tally) {
        looks += tally.looks
        soundLooks += tally.soundLooks
        runs += tally.runs
        failures += tally.failures
        endedRight += tally.right
        endedStale += tally.stale
        hopeless += tally.hopeless
        messagesPassed += tally.passed
        bookLosses += tally.bookLosses
        gaps += tally.gaps
        filledGaps += tally.filledGaps
        malformed += tally.malformed
        late += tally.late
        restarts += tally.restarts
        reconnects += tally.reconnects
        opened += tally.connections
        ends.merge(tally.ends, uniquingKeysWith: +)
    }

    /// A leak of one descriptor, or of one TLS session of some 50 KiB, in a hundred connections
    /// would show.
    mutating func judgeHoldings() {
        // Threads of the system's libraries open some of their own, once.
        if atEnd.descriptors > atStart.descriptors + 4 {
            failures.append(
                "\(atEnd.descriptors - atStart.descriptors) descriptors are left open"
            )
        }
        guard let early, let whenFull else { return }
        let bound = 4_096 + accepted / 100 * 50
        if whenFull.residentKiB > early.residentKiB + bound {
            failures.append(
                "memory grew by \(whenFull.residentKiB - early.residentKiB) KiB"
            )
        }
    }

    /// The result in a few lines.
    var text: String {
        func list(_ counts: [String: Int]) -> String {
            counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
                .map { "\($0.key) \($0.value)" }.joined(separator: ", ")
        }
        func text(_ held: Holdings?) -> String {
            held.map { "\($0.residentKiB) KiB and \($0.descriptors) descriptors" } ?? "-"
        }
        return
            [
                "\(runs.counted("life", "lives")), \(failures.count.counted("failure")), \(endedRight) ended right, "
                    + "\(endedStale) stale (\(hopeless) never met the venue); \(backends)",
                "\(messagesPassed.counted("message")) passed, books sound \(soundLooks * 100 / max(1, looks)) % of the time, "
                    + "\(accepted.counted("connection")) accepted, \(opened) opened, "
                    + "\(reconnects.counted("line")) back, \(bookLosses.counted("loss of the book", "losses of the book")), \(gaps.counted("gap")) of "
                    + "which \(filledGaps) were filled, \(restarts.counted("restart")), \(malformed) unreadable, "
                    + "\(late) late",
                "faults: \(list(faults))",
                "ends: \(list(ends))",
                "held after 1,000 lives \(text(early)), when the last began \(text(whenFull)), at "
                    + "the end \(text(atEnd)); \(Int(seconds)) s",
            ].joined(separator: "\n")
    }
}
