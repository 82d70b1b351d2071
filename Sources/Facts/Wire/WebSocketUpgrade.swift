/// Writes the HTTP messages that open a WebSocket (RFC 6455 §4).
public enum WebSocketUpgrade {
    /// What the server appends to the client's key before it hashes.
    public static let guid: StaticString = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

    /// Writes a client's request.
    ///
    /// - Parameters:
    ///   - host: the Host header: name or bracketed literal, and the port when not the scheme's
    ///   own.
    ///   - key: 16 random bytes as 24 characters of base64.
    public static func writeRequest(
        _ writer: inout ByteWriter,
        host: String,
        path: String,
        key: UnsafeRawBufferPointer
    ) {
        writer.append("GET ")
        writer.append(path)
        writer.append(" HTTP/1.1\r\nHost: ")
        writer.append(host)
        writer.append("\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n")
        writer.append("Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ")
        writer.append(key)
        writer.append("\r\n\r\n")
    }

    /// Writes a server's consent.
    ///
    /// - Parameter accept: base64 of the SHA-1 of the client's key and ``guid``.
    public static func writeResponse(
        _ writer: inout ByteWriter,
        accept: UnsafeRawBufferPointer
    ) {
        writer.append("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n")
        writer.append("Connection: Upgrade\r\nSec-WebSocket-Accept: ")
        writer.append(accept)
        writer.append("\r\n\r\n")
    }
}
