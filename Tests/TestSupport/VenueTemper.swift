/// How badly a venue behaves: chances in thousandths that something goes wrong with a message.
public struct VenueTemper: Sendable {
    /// A request is refused.
    public var refuses = 0
    /// A request never arrives, and nobody says so.
    public var forgets = 0
    /// A request is carried out (or not), and its answer says that nobody knows.
    public var isUnsure = 0
    /// An answer is lost.
    public var losesAnswers = 0
    /// An order update is lost. Executions never are: only late, early or repeated.
    public var losesUpdates = 0
    /// A message is told again later.
    public var repeats = 0
    /// A message comes seconds late.
    public var dawdles = 0
    /// A book message has a gap before it.
    public var gaps = 0

    /// A venue that does what it says, at once and once.
    public static let benign = VenueTemper()

    /// A venue that does everything wrong now and then.
    public static let hostile = VenueTemper(
        refuses: 30,
        forgets: 10,
        isUnsure: 20,
        losesAnswers: 20,
        losesUpdates: 5,
        repeats: 100,
        dawdles: 30,
        gaps: 10
    )
}
