/// How many levels a side the venue publishes of a book.
public enum BookDepth {
    /// Those that a session can follow, of perpetuals and of spot alike.
    public static let offered: [UInt64] = [1, 50, 200, 1_000]

    /// Why `levels` cannot be followed; nil when they can.
    public static func fault(_ levels: UInt64) -> String? {
        offered.contains(levels) ? nil : "the venue publishes 1, 50, 200 or 1000 levels a side"
    }
}
