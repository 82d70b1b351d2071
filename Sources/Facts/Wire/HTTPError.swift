/// How a peer broke HTTP/1.1 as Sluice speaks it.
public enum HTTPError: UInt8, Error, Sendable, BitwiseCopyable {
    /// The head is longer than the limit.
    case headTooLarge
    /// The first line is no request line or status line.
    case badStartLine
    /// A header line without a name, with a blank before the colon, folded, or with control bytes.
    case badHeader
    /// Content-Length is no number, or there are two.
    case badContentLength
    /// A transfer coding other than `chunked`, or one together with Content-Length.
    case badTransferEncoding
    /// A chunk without a size, or without its CR LF.
    case badChunk
    /// The body is longer than the limit.
    case bodyTooLarge
    /// A response whose body ends only with the connection.
    case unboundedBody
}

extension HTTPError: CustomStringConvertible {
    /// How, in words.
    public var description: String {
        switch self {
        case .headTooLarge: "the head is too long"
        case .badStartLine: "the first line is none of a request or an answer"
        case .badHeader: "a header line cannot be read"
        case .badContentLength: "Content-Length is no number, or is there twice"
        case .badTransferEncoding: "the transfer coding is not chunked alone"
        case .badChunk: "a chunk has no size, or no end"
        case .bodyTooLarge: "the body is too long"
        case .unboundedBody: "the body ends only with the connection"
        }
    }
}
