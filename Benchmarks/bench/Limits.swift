import Foundation

/// What must hold on any machine: Swift/C ratios and allocation counts, never nanoseconds.
struct Limits: Codable {
    /// Allocations an operation, for every row.
    var allocations: Double
    /// By ratio row, the most its median may be.
    var ratios: [String: Double]

    static func read(_ path: String) throws -> Limits {
        try JSONDecoder().decode(Limits.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
    }

    /// The rows past a limit, in words.
    func excesses(_ rows: [Measurement]) -> [String] {
        rows.compactMap { row in
            if let count = row.allocations, count > allocations {
                return "\(row.name) allocates \(count) an operation"
            }
            guard let limit = ratios[row.name], row.p50 > limit else { return nil }
            return String(format: "\(row.name) is %.2f, at most %.2f", row.p50, limit)
        }
    }
}
