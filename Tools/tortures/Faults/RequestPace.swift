import Journal
import Orders
import Units

/// Holds the commands of a journal, those of all its processes together, against what the venue
/// takes of an account of no tier in any second.
struct RequestPace {
    private static let second = Nanoseconds.seconds(1)
    private let limits: [OrderOperation: Int]
    private var times: [OrderOperation: [Nanoseconds]] = [:]
    private var worst: [OrderOperation: (count: Int, from: Nanoseconds)] = [:]

    init(_ category: ProductCategory, byREST: Bool) {
        let usual = category == .spot ? 20 : 10
        // Cancels may leave as batches, which are counted apart.
        limits = [.place: usual, .amend: 10, .cancel: byREST ? usual : 2 * usual]
    }

    /// Takes in a record.
    mutating func apply(_ entry: JournalEntry) {
        guard case .command(let command) = entry.record else { return }
        let operation = command.operation
        var recent = times[operation, default: []]
        recent.removeAll { entry.now - $0 >= RequestPace.second }
        recent.append(entry.now)
        times[operation] = recent
        if recent.count > worst[operation]?.count ?? 0 {
            worst[operation] = (recent.count, recent[0])
        }
    }

    /// Where there were more.
    var violations: [String] {
        worst.compactMap { operation, most in
            guard let limit = limits[operation], most.count > limit else { return nil }
            return "\(most.count) of \(operation) in a second, from \(most.from)"
        }
    }
}
