public import Wire

/// Why a connection ended.
public enum CloseReason: Equatable, Sendable, BitwiseCopyable {
    /// The peer sent a WebSocket Close; 1005 when it named no code.
    case peerClosed(code: UInt16)
    /// The peer's bytes ended without close_notify: data may be missing.
    case truncated
    /// The peer ended the stream in good order, without a WebSocket Close.
    case ended
    /// TLS failed; `text` says which check.
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
    /// The peer reads too slowly for what must be sent.
    case sendBufferFull
    /// We closed it.
    case local
}
