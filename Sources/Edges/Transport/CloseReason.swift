internal import Glibc
public import Wire

/// Why a connection ended.
public enum CloseReason: Equatable, Sendable, BitwiseCopyable {
    /// The peer sent a WebSocket Close; 1005 when it named no code.
    case peerClosed(code: UInt16)
    /// The peer's bytes ended without close_notify: data may be missing.
    case truncated
    /// The peer ended the stream in good order, without a WebSocket Close.
    case ended
    /// TLS failed; its `text` says at which check.
    case tls(TLSFailure)
    /// The connection could not be made; an errno.
    case refused(Int32)
    /// The connection broke; an errno.
    case broken(Int32)
    /// Opening took longer than the configuration allows.
    case timedOut
    /// The peer broke RFC 6455.
    case frames(FrameError)
    /// The peer broke HTTP/1.1.
    case http(HTTPError)
    /// The server's Sec-WebSocket-Accept is not the answer to our key.
    case wrongAccept
    /// A message or body is larger than the configuration allows.
    case tooLarge
    /// The server answered the upgrade with this status instead of 101.
    case upgradeRefused(status: Int)
    /// The server answered the upgrade with a redirection, which is never followed: an endpoint is
    /// what the configuration says.
    case redirected(status: Int)
    /// The server answered the upgrade with 403 or 429: too many requests from this address, or it
    /// is not allowed here. Trying again at once makes it worse.
    case turnedAway(status: Int)
    /// A 101 without its headers, or one that agrees to what was not asked for.
    case badUpgrade
    /// The peer reads too slowly for what must be sent.
    case sendBufferFull
    /// We closed it.
    case local
}

extension CloseReason: CustomStringConvertible {
    /// What happened, in words. Allocates: not for the hot path.
    public var description: String {
        switch self {
        case .peerClosed(let code): "closed by the peer (code \(code))"
        case .truncated: "cut off by the peer"
        case .ended: "ended by the peer"
        case .tls(let failure): "TLS failed: \(failure.text)"
        case .refused(let errno): "cannot connect: \(String(cString: strerror(errno)))"
        case .broken(let errno): "broken: \(String(cString: strerror(errno)))"
        case .timedOut: "timed out"
        case .frames(let error): "the peer broke RFC 6455: \(error)"
        case .http(let error): "the peer broke HTTP/1.1: \(error)"
        case .wrongAccept: "the peer's Sec-WebSocket-Accept is wrong"
        case .tooLarge: "the peer's message is too large"
        case .upgradeRefused(let status): "the peer refused the upgrade (HTTP status \(status))"
        case .redirected(let status):
            "the peer redirects elsewhere (HTTP status \(status)), which is not followed: "
                + "configure the address it stands for"
        case .turnedAway(let status):
            "the peer turned us away (HTTP status \(status)): too many requests from this "
                + "address, or it is not allowed here; wait before trying again"
        case .badUpgrade:
            "the peer's answer 101 lacks a header of RFC 6455, or agrees to what was not asked"
        case .sendBufferFull: "the peer reads too slowly"
        case .local: "closed by us"
        }
    }
}
