internal import Foundation
internal import Units

/// The account or order connection: how often it was away, and for how long.
public struct LinkSection: Codable, Sendable {
    /// Which: "account" or "order".
    public var name: String
    /// Times it was lost or given up.
    public var losses: Int
    /// Times it came back.
    public var recoveries: Int
    /// Logins and subscriptions that the venue refused.
    public var refusals: Int
    /// For how long it could not be used, in nanoseconds.
    public var awayNs: Int64
    /// From a loss to its next use, in nanoseconds; for the account's stream that is when all is
    /// known that it missed.
    public var recovery: LatencySection
    /// Whether it could be used at the end.
    public var isUp: Bool
    /// Why it was lost the last time; nil when it never was.
    public var lastLoss: String?

    /// A connection with every value stated.
    public init(
        name: String,
        losses: Int,
        recoveries: Int,
        refusals: Int,
        awayNs: Int64,
        recovery: LatencySection,
        isUp: Bool,
        lastLoss: String?
    ) {
        self.name = name
        self.losses = losses
        self.recoveries = recoveries
        self.refusals = refusals
        self.awayNs = awayNs
        self.recovery = recovery
        self.isUp = isUp
        self.lastLoss = lastLoss
    }

    /// The section for a person: label and text. Nothing to tell when it was never lost.
    func row() -> (label: String, text: String)? {
        guard losses > 0 else { return nil }
        func milliseconds(_ nanoseconds: UInt64) -> String {
            String(format: "%.1f", Double(nanoseconds) / 1e6)
        }
        var text = "lost \(losses.counted("time")), back \(recoveries)"
        if recoveries > 0 {
            text += " after \(milliseconds(recovery.p50)) ms"
            text += " (longest \(milliseconds(recovery.max)))"
        }
        text += ", away for \(String(format: "%.1f", Double(awayNs) / 1e6)) ms in all"
        if refusals > 0 { text += ", refused \(refusals.counted("time"))" }
        if !isUp { text += ", AWAY at the end" }
        return ("\(name) link", text)
    }
}
