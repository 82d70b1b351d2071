internal import Glibc
internal import Synchronization
internal import Transport

/// A name looked up on a thread of its own: a name server may take half a minute to give up, and
/// a person who wants to stop does not wait for it.
final class Lookup: Sendable {
    private enum Answer {
        case found([NetworkAddress])
        case failed(TransportError)
    }

    private let answer = Mutex<Answer?>(nil)

    /// `endpoint` with its addresses.
    ///
    /// - Parameters:
    ///   - what: whose address it is, for a person.
    ///   - control: whose wish to stop ends the waiting; nil waits for the name server.
    static func resolved(
        _ endpoint: Endpoint,
        by resolve: @escaping NameResolver,
        _ what: String,
        until control: SessionControl?
    ) throws(SessionError) -> Endpoint {
        let lookup = Lookup()
        let name = endpoint.address ?? endpoint.host
        guard let thread = ColdThread({ lookup.look(name, resolve) }) else {
            throw .venue("\(what): no thread to be had for looking up \(name)")
        }
        thread.detach()
        var known = endpoint
        known.addresses = try lookup.wait(what, control)
        return known
    }

    private func look(_ name: String, _ resolve: NameResolver) {
        do throws(TransportError) {
            let addresses = try resolve(name)
            answer.withLock { $0 = .found(addresses) }
        } catch {
            answer.withLock { $0 = .failed(error) }
        }
    }

    private func wait(
        _ what: String,
        _ control: SessionControl?
    ) throws(SessionError) -> [NetworkAddress] {
        var pause: UInt32 = 100
        while true {
            switch answer.withLock({ $0 }) {
            case .found(let addresses): return addresses
            case .failed(let error): throw SessionError(opening: what, error)
            case nil: break
            }
            if control?.isStopWanted == true { throw SessionError.stoppedAtStart }
            usleep(pause)
            pause = min(pause * 2, 10_000)
        }
    }
}
