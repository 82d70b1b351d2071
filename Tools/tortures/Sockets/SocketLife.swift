import CLinux
import Synchronization
import TestSupport
import Units

/// What the venue's thread and a client's thread both know of one life.
final class SocketLife: Sendable {
    let number: Int
    let seed: UInt64
    let terms: LifeTerms
    let began: Nanoseconds
    /// The truth.
    let story: Mutex<VenueStory>
    /// The client has seen enough.
    let isOver = Atomic(false)

    init(_ number: Int, seed: UInt64, lines: Int) {
        self.number = number
        self.seed = seed
        var random = SplitMix64(seed: seed)
        let terms = LifeTerms(&random, lines: lines)
        let now = SocketLife.now()
        self.terms = terms
        began = now
        story = Mutex(
            VenueStory(
                seed: random.next(),
                at: SocketLife.milliseconds(now + terms.venueOffset),
                u: terms.firstUpdate
            )
        )
    }

    /// Our clock: as if the machine had started at a time the venue's messages may name.
    static func now() -> Nanoseconds {
        .seconds(1_700_000_000) + Nanoseconds(Int64(sluice_monotonic()))
    }

    /// The venue tells whole milliseconds.
    static func milliseconds(_ time: Nanoseconds) -> Nanoseconds {
        .milliseconds(time.millisecondCount)
    }

    /// The venue's clock.
    func venueNow(_ now: Nanoseconds) -> Nanoseconds {
        SocketLife.milliseconds(now + terms.venueOffset)
    }

    var path: String { "/life/\(number)/" }

    /// Whether things go wrong yet, and whether the market moves.
    func isTroubled(_ now: Nanoseconds) -> Bool { now < began + LifeTerms.troubled }
    func isMoving(_ now: Nanoseconds) -> Bool { now < began + LifeTerms.quiet }
}

/// The lives that are being lived, by number.
final class LifeRegister: Sendable {
    private let lives = Mutex<[Int: SocketLife]>([:])

    func add(_ life: SocketLife) { lives.withLock { $0[life.number] = life } }

    func remove(_ life: SocketLife) {
        life.isOver.store(true, ordering: .releasing)
        _ = lives.withLock { $0.removeValue(forKey: life.number) }
    }

    func find(_ number: Int) -> SocketLife? { lives.withLock { $0[number] } }

    var all: [SocketLife] { lives.withLock { Array($0.values) } }
}
