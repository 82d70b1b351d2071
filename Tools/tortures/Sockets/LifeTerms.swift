import Units

/// What is wrong with one life, drawn from its seed.
struct LifeTerms: Sendable {
    /// How long things go wrong.
    static let troubled = Nanoseconds.milliseconds(2_500)
    /// When the market stops moving: what is told until then must be in the book at the end.
    static let quiet = Nanoseconds.milliseconds(2_800)
    /// How long after that a book may take to be right.
    static let patience = Nanoseconds.seconds(20)
    /// How often the venue takes a turn.
    static let turn = Nanoseconds.milliseconds(5)

    /// Connections.
    let lines: Int
    /// The venue's clock minus ours.
    let venueOffset: Nanoseconds
    /// Whether snapshots carry the time of their sending as the engine's, as a gateway may.
    let restampsSnapshots: Bool
    /// Chances in 10⁶ a turn that the market moves, and that something goes wrong.
    let moves: UInt64
    let faults: UInt64
    /// Chances in 100 that a connection is sent to a venue with a bad certificate.
    let impostors: UInt64
    /// Whether no connection ever reaches the venue: its book must never be sound.
    let isHopeless: Bool
    /// The first update id.
    let firstUpdate: Int64
    /// What each line's gateway adds to the update ids, and how much later it tells.
    let gateways: [Gateway]

    /// One line's way to the venue.
    struct Gateway: Sendable {
        let offset: Int64
        let delay: Nanoseconds
        let jitter: Nanoseconds
    }

    init(_ random: inout SplitMix64, lines count: Int) {
        lines = count
        venueOffset = .milliseconds(Int64(random.next() % 120) - 60)
        restampsSnapshots = random.next() % 2 == 0
        moves = [500_000, 250_000, 250_000, 20_000][Int(random.next() % 4)]
        faults = [5_000, 15_000, 60_000][Int(random.next() % 3)]
        impostors = [0, 5, 30][Int(random.next() % 3)]
        isHopeless = random.next() % 32 == 0
        // Small numbers make the numberings of two epochs meet.
        firstUpdate = random.next() % 2 == 0 ? 2 + Int64(random.next() % 40) : 177_400_506
        let numbersApart = count > 1 && random.next() % 16 == 0
        var gateways: [Gateway] = []
        for _ in 0..<count {
            let isSlow = random.next() % 8 == 0
            gateways.append(
                Gateway(
                    offset: numbersApart ? Int64(random.next() % 5) : 0,
                    delay: .milliseconds(Int64(random.next() % (isSlow ? 120 : 4))),
                    jitter: .milliseconds(Int64(random.next() % 4))
                )
            )
        }
        self.gateways = gateways
    }
}
