/// A whole HTTP request, as views of the receive buffer.
///
/// Valid until the buffer's owner reads on.
public struct HTTPRequestView: BitwiseCopyable {
    /// "GET", "POST", …
    public let method: UnsafeRawBufferPointer
    /// The target up to the question mark.
    public let path: UnsafeRawBufferPointer
    /// The target after the question mark; empty when there is none.
    public let query: UnsafeRawBufferPointer
    /// The header lines.
    public let headers: HTTPHeaders
    /// The body, chunks already joined; empty when there is none.
    public let body: UnsafeRawBufferPointer

    /// Whether the request asks for a WebSocket (RFC 6455 §4.2.1).
    public var isWebSocketUpgrade: Bool {
        guard method.equalsIgnoringCase("GET"), let upgrade = headers["Upgrade"],
            let connection = headers["Connection"], headers["Sec-WebSocket-Key"]?.count == 24,
            headers["Sec-WebSocket-Version"]?.equalsIgnoringCase("13") == true
        else { return false }
        return upgrade.listContains("websocket") && connection.listContains("upgrade")
    }
}

/// A whole HTTP response, as views of the receive buffer.
///
/// Valid until the buffer's owner reads on.
public struct HTTPResponseView: BitwiseCopyable {
    /// 100…599.
    public let status: Int
    /// The header lines.
    public let headers: HTTPHeaders
    /// The body, chunks already joined; empty when there is none.
    public let body: UnsafeRawBufferPointer
}
