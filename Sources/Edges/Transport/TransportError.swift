internal import Glibc

/// What failed on a set-up path.
public enum TransportError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The kernel refuses io_uring; an errno.
    case ringUnavailable(Int32)
    /// A system call failed.
    case system(call: String, errno: Int32)
    /// All slots of the connection table are taken.
    case tableFull
    /// A name has no address; the resolver's words.
    case unresolved(host: String, why: String)
    /// A certificate, key or authority file cannot be used.
    case identity(path: String, why: String)
    /// A connection without TLS to an address that is not this machine's loopback.
    case plainText(host: String)
    /// An address that is no WebSocket's; the text, and what is wrong with it.
    case badAddress(String, why: String)
    /// A capacity of the configuration cannot be.
    case configuration(String)

    /// The system's error in words, with what to do where that is known.
    static func words(_ number: Int32) -> String {
        switch number {
        case EMFILE: "no file descriptor is left: raise `ulimit -n`"
        case ENFILE: "the system has no file descriptor left: raise sysctl fs.file-max"
        case ENOMEM: "no memory is left: see `ulimit -v`, `ulimit -l` and the container's limit"
        default: String(cString: strerror(number))
        }
    }

    /// What was tried, what failed, and what to do.
    public var description: String {
        switch self {
        case .ringUnavailable(let errno):
            "io_uring is not available (errno \(errno)): set sysctl kernel.io_uring_disabled=0, "
                + "and allow it in the container's seccomp profile"
        case .system(let call, let errno):
            "\(call): \(TransportError.words(errno))"
        case .tableFull:
            "no free connection: raise LoopConfiguration.connections"
        case .unresolved(let host, let why):
            "cannot resolve \(host): \(why)"
        case .identity(let path, let why):
            "cannot use \(path): \(why)"
        case .plainText(let host):
            "\(host) is not on this machine: a connection without TLS is for loopback only; "
                + "use wss:// or https://"
        case .badAddress(let text, let why):
            "\(text) is no address of a WebSocket: \(why)"
        case .configuration(let why):
            why
        }
    }
}
