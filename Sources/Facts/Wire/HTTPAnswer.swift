/// Writes the head of a plain HTTP answer.
public enum HTTPAnswer {
    /// Writes the head of a JSON answer of `bodyBytes`, on a connection that stays open.
    public static func writeHead(
        _ writer: inout ByteWriter,
        status: Int,
        headers: String = "",
        bodyBytes: Int
    ) {
        writer.append("HTTP/1.1 ")
        writer.append(Int64(status))
        writer.append(status < 400 ? " OK" : " Error")
        writer.append("\r\nContent-Type: application/json\r\nContent-Length: ")
        writer.append(Int64(bodyBytes))
        writer.append("\r\n")
        if !headers.isEmpty { writer.append(headers) }
        writer.append("\r\n")
    }
}
