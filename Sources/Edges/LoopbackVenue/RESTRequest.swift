internal import Units
internal import Wire

/// One REST request, copied out of the receive buffer.
struct RESTRequest {
    var method: String
    var path: String
    /// The query string exactly as sent: the signature covers these bytes.
    var query: String
    var body: [UInt8]
    /// X-BAPI-API-KEY
    var key: String?
    /// X-BAPI-TIMESTAMP
    var timestamp: String?
    /// X-BAPI-RECV-WINDOW
    var window: String?
    /// X-BAPI-SIGN
    var signature: String?

    /// The request with that method and target, unsigned.
    init(method: String = "GET", path: String, query: String = "", body: [UInt8] = []) {
        self.method = method
        self.path = path
        self.query = query
        self.body = body
    }

    /// A copy of what `view` shows.
    init(_ view: HTTPRequestView) {
        func text(_ bytes: UnsafeRawBufferPointer) -> String {
            String(decoding: bytes, as: UTF8.self)
        }
        method = text(view.method)
        path = text(view.path)
        query = text(view.query)
        body = Array(view.body)
        key = view.headers["X-BAPI-API-KEY"].map(text)
        timestamp = view.headers["X-BAPI-TIMESTAMP"].map(text)
        window = view.headers["X-BAPI-RECV-WINDOW"].map(text)
        signature = view.headers["X-BAPI-SIGN"].map(text)
    }

    /// The query's members, unescaped; the last of a name counts.
    var parameters: [String: String] {
        var result: [String: String] = [:]
        for pair in query.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let value = parts.count > 1 ? RESTRequest.unescaped(parts[1]) : ""
            result[RESTRequest.unescaped(parts[0])] = value
        }
        return result
    }

    private static func unescaped(_ text: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), rest.count >= 2,
                let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// The answer to one REST request.
struct RESTAnswer {
    /// How it comes to the client.
    enum Delivery: Hashable {
        /// So much later.
        case after(Nanoseconds)
        /// Never, and the connection stays as it is.
        case never
        /// Never: the connection is closed instead.
        case closing
    }

    /// The HTTP status.
    let status: Int
    /// JSON.
    let body: [UInt8]
    /// Lines of the head beyond the usual ones, each with its end.
    var headers = ""
    /// How it comes to the client.
    var delivery = Delivery.after(.zero)
}
