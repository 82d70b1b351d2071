/// In which coin a fill's fee is, where that is known.
public enum FeeCoin: UInt8, Sendable, CaseIterable, BitwiseCopyable {
    /// The coin prices are in.
    case quote
    /// The coin that is bought and sold: a purchase in spot pays of what it brought.
    case base
    /// A third coin, which no price of the instrument converts.
    case other
    /// The message told no fee: the venue's quick stream of fills knows none.
    case untold
}
