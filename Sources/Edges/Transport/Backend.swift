internal import Glibc

/// What moves a loop's bytes, and why it is that.
public struct Backend: Equatable, Sendable {
    /// The ways to move bytes.
    public enum Kind: String, Sendable {
        /// io_uring: one system call for whatever has arrived on all sockets.
        case uring
        /// Plain non-blocking sockets: one call to ask, and one for each socket with something.
        case sockets
    }

    /// Why it is this one.
    public enum Reason: Equatable, Sendable {
        /// It is the default, and works here.
        case preferred
        /// The configuration, or SLUICE_IO in the environment, names it.
        case asked
        /// io_uring cannot be set up here: the errno.
        case uringRefused(Int32)
    }

    /// What a configuration may wish for.
    public enum Choice: String, Sendable {
        /// What SLUICE_IO in the environment names, otherwise io_uring, otherwise sockets.
        case automatic
        /// io_uring or an error.
        case uring
        /// Plain sockets, even where io_uring works.
        case sockets

        /// The choice with SLUICE_IO taken into account.
        func resolved() throws(TransportError) -> Choice {
            guard self == .automatic, let value = getenv("SLUICE_IO") else { return self }
            let wish = String(cString: value)
            guard let named = Choice(rawValue: wish) else {
                throw .configuration("SLUICE_IO must be automatic, uring or sockets, not \(wish)")
            }
            return named
        }
    }

    /// What moves the bytes.
    public let kind: Kind
    /// Why.
    public let reason: Reason
}

extension Backend: CustomStringConvertible {
    /// One line for the operator.
    public var description: String {
        let name = kind == .uring ? "io_uring" : "plain sockets"
        switch reason {
        case .preferred: return name
        case .asked: return "\(name), as asked"
        case .uringRefused(let errno):
            let why = String(cString: strerror(errno))
            return "\(name): io_uring is refused (\(why)); allow it by "
                + "sysctl kernel.io_uring_disabled=0 and the container's seccomp profile"
        }
    }
}
