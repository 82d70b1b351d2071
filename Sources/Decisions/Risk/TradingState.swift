/// What may leave: the kill switch's three positions.
public enum TradingState: UInt8, Sendable, CaseIterable, BitwiseCopyable {
    /// Everything that passes the checks.
    case active
    /// Only what brings a position nearer to flat, and cancels.
    case reducing
    /// Only cancels, until a person resumes.
    case halted
}
