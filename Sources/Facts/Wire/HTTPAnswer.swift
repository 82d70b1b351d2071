/// Writes the head and body of a plain HTTP answer.
public enum HTTPAnswer {
    /// Writes a JSON answer on a connection that stays open.
    public static func write(
        _ writer: inout ByteWriter,
        status: Int,
        body: UnsafeRawBufferPointer
    ) {
        writer.append("HTTP/1.1 ")
        writer.append(Int64(status))
        writer.append(status < 400 ? " OK" : " Error")
        writer.append("\r\nContent-Type: application/json\r\nContent-Length: ")
        writer.append(Int64(body.count))
        writer.append("\r\n\r\n")
        writer.append(body)
    }
}
