import Dispatch
import Engine
import Foundation
import LoopbackVenue
import Replay
import Reports
import Runtime
import Telemetry

/// One seeded parent at a venue of its own, from its first question to the comparison of all books.
struct FaultLife {
    let seed: UInt64
    let identity: VenueIdentity
    let scratch: Scratch
    let clock: TickClock
    /// Whether connections that are given up are left open on purpose.
    let leaks: Bool
    /// What the engine neglects on purpose.
    let neglects: Neglect

    /// Lives it and tells what it came to.
    func live() -> FaultOutcome {
        let drawn = FaultCase(seed: seed, identity)
        var result = FaultOutcome(seed: seed)
        result.kind = drawn.kind
        do {
            let folder = try scratch.folder("faults", seed)
            defer { Scratch.remove(folder) }
            let host = try VenueHost(drawn.venue)
            host.start()
            let session = work(drawn, host, folder)
            host.stop()
            let books = host.books()
            result.faults = books.faults
            result.counts.tooMany = books.tooMany
            switch session {
            case .success(let outcome):
                result.note(outcome)
                let truth = Truth(drawn.terms, byREST: drawn.ordersByREST, books)
                result.violations = truth.violations(
                    of: outcome,
                    journal: folder,
                    isNeglectful: !neglects.isEmpty,
                    &result
                )
                if outcome.strayConnections != 0 {
                    result.violations.append(
                        "\(outcome.strayConnections) connections were left open"
                    )
                }
                if !result.violations.isEmpty {
                    result.evidence =
                        "\(drawn)\n\(outcome.fault ?? "no fault")\n"
                        + outcome.report.text()
                }
            case .failure(let error):
                result.refusal = error.text
                // A position that was there before, or a liquidation, is nobody's breach.
                if !Truth(drawn.terms, byREST: drawn.ordersByREST, books).orders.isEmpty {
                    result.violations = ["did not begin (\(error.text)), yet orders were placed"]
                }
            }
        } catch {
            result.violations = ["\(error)"]
        }
        return result
    }

    private func work(
        _ drawn: FaultCase,
        _ host: VenueHost,
        _ folder: String
    ) -> Result<SessionOutcome, SessionError> {
        let control = SessionControl()
        for wish in drawn.wishes {
            // The start takes some twenty milliseconds; a wish may come in the middle of it.
            DispatchQueue.global().asyncAfter(
                deadline: .now() + .nanoseconds(Int(wish.after.count))
            ) { control.request(wish.command) }
        }
        do throws(SessionError) {
            var configuration = drawn.configuration(host, journal: folder, clock)
            configuration.leaksConnections = leaks
            configuration.neglects = neglects
            return .success(try Session.run(configuration, control))
        } catch {
            return .failure(error)
        }
    }
}
