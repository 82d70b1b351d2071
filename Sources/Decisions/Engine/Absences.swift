/// What a parent is without at a moment.
public struct Absences: OptionSet, Hashable, Sendable, BitwiseCopyable {
    /// One bit for each.
    public let rawValue: UInt8

    /// The absences of `rawValue`'s bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// A book that can be traded on.
    public static let marketData = Absences(rawValue: 1)
    /// The connection that tells of its orders and fills.
    public static let account = Absences(rawValue: 2)
    /// The connection that takes its orders.
    public static let orderEntry = Absences(rawValue: 4)
    /// The disk that keeps its orders on record.
    public static let journal = Absences(rawValue: 8)
}
