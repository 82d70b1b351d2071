import Foundation
import Synchronization
import Transport

/// Many lives: one thread for the venue, one for each backend.
struct SocketLives {
    private let runs: Int
    private let seed: UInt64
    private let atOnce: Int
    private let isCareless: Bool

    init(_ runs: Int, _ seed: UInt64, _ atOnce: Int, isCareless: Bool) {
        self.runs = runs
        self.seed = seed
        self.atOnce = atOnce
        self.isCareless = isCareless
    }

    func live() throws -> SocketLivesResult {
        let began = ContinuousClock.now
        let certificates = try LifeCertificates()
        defer { certificates.remove() }
        let register = LifeRegister()
        let venue = try FaultyVenue(certificates, register, seed: seed)
        let addresses = VenueAddresses(
            port: venue.port,
            impostors: venue.impostors,
            authority: certificates.authority
        )
        var result = SocketLivesResult()
        let choices = try backends()
        let runners = try choices.enumerated().map { i, choice in
            try LifeRunner(
                stride(from: i, to: runs, by: choices.count),
                seed: seed,
                atOnce: max(1, atOnce / choices.count),
                backend: choice,
                venue: addresses,
                register: register,
                isCareless: isCareless
            )
        }
        result.backends = runners.map { "\($0.backend)" }
        result.atStart = Holdings.now()
        venue.start()
        for runner in runners { runner.start() }
        watch(runners, &result)
        for runner in runners { result.add(runner.wait()) }
        venue.stop()
        result.atEnd = Holdings.now()
        result.accepted = venue.accepted
        result.faults = venue.faults
        let spent = (ContinuousClock.now - began).components
        result.seconds = Double(spent.seconds) + Double(spent.attoseconds) * 1e-18
        if !isCareless { result.judgeHoldings() }
        return result
    }

    /// Both backends, or the one this host allows.
    private func backends() throws -> [Backend.Choice] {
        var sizes = LoopConfiguration()
        sizes.backend = .uring
        do {
            _ = try EventLoop(sizes)
            return [.uring, .sockets]
        } catch TransportError.ringUnavailable {
            return [.sockets]
        }
    }

    /// Notes what the process holds after a thousand lives, and when the last have begun.
    private func watch(_ runners: [LifeRunner], _ result: inout SocketLivesResult) {
        let late = runs - atOnce
        while true {
            let ended = runners.reduce(0) { $0 + $1.ended.load(ordering: .acquiring) }
            if ended >= min(1_000, late), result.early == nil { result.early = Holdings.now() }
            if ended >= late {
                result.whenFull = Holdings.now()
                return
            }
            usleep(20_000)
        }
    }
}
