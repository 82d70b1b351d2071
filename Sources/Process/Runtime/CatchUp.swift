internal import Units

/// The whole look at the venue that must be answered before the account's stream counts as back:
/// every open order, then everything, asked after the venue has confirmed the subscription.
///
/// Questions are answered in their order, so the last one's answer is the last of all. When one of
/// them found no room, was not answered, or the last answer does not come, all is asked again.
struct CatchUp: BitwiseCopyable {
    private enum Stage: BitwiseCopyable {
        case idle
        case due(at: Nanoseconds)
        case asked(at: Nanoseconds)
    }

    private var stage = Stage.idle
    private var isWhole = true
    /// Names the latest look, so that the answers to an earlier one are not taken for its own.
    private(set) var round: UInt32 = 0

    /// A look is wanted; an earlier one does not count any more.
    mutating func begin(_ now: Nanoseconds) { stage = .due(at: now) }

    /// Whether all is to be asked now: it is due, or its last answer does not come.
    func isDue(_ now: Nanoseconds, giveUp: Nanoseconds) -> Bool {
        switch stage {
        case .idle: false
        case .due(let at): now >= at
        case .asked(let at): now - at > giveUp
        }
    }

    /// All is asked now.
    mutating func ask(_ now: Nanoseconds) {
        stage = .asked(at: now)
        isWhole = true
        round &+= 1
    }

    /// A question found no room, or was not answered.
    mutating func noteUnanswered() { isWhole = false }

    /// The last question of a look was answered, or was not.
    ///
    /// - Returns: whether with that all is known.
    mutating func done(
        _ round: UInt32,
        isAnswered: Bool,
        again: Nanoseconds,
        _ now: Nanoseconds
    ) -> Bool {
        guard case .asked = stage, round == self.round else { return false }
        if isAnswered && isWhole {
            stage = .idle
            return true
        }
        stage = .due(at: now + again)
        return false
    }
}
