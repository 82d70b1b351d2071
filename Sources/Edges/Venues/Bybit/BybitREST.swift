public import Units

/// Makes the HTTP/1.1 requests that start-up, recovery and shutdown need. Cold: it allocates.
///
/// Sans-IO: each request is the exact bytes to send; what comes back goes to `BybitReplies`.
public struct BybitREST: Sendable {
    /// The host, as the `Host` header names it.
    public let host: String
    private let credentials: BybitCredentials?
    private let receiveWindowMilliseconds: Int64

    /// Requests to `host`, signed when there are credentials.
    public init(
        host: String,
        credentials: BybitCredentials? = nil,
        receiveWindowMilliseconds: Int64 = 5_000
    ) {
        self.host = host
        self.credentials = credentials
        self.receiveWindowMilliseconds = receiveWindowMilliseconds
    }

    // MARK: Market data

    /// The venue's clock.
    public func serverTime() -> [UInt8] { get("/v5/market/time", [], signedAt: nil) }

    /// The filters of one symbol.
    public func instrumentsInfo(_ category: ProductCategory, symbol: String) -> [UInt8] {
        get(
            "/v5/market/instruments-info",
            [("category", category.name), ("symbol", symbol)],
            signedAt: nil
        )
    }

    /// The last `limit` (at most 1,000) bars of `interval` minutes.
    public func klines(
        _ category: ProductCategory,
        symbol: String,
        intervalMinutes: Int,
        limit: Int
    ) -> [UInt8] {
        get(
            "/v5/market/kline",
            [
                ("category", category.name), ("symbol", symbol),
                ("interval", "\(intervalMinutes)"), ("limit", "\(limit)"),
            ],
            signedAt: nil
        )
    }

    // MARK: The account

    /// The account's fees for one symbol.
    public func feeRate(
        _ category: ProductCategory,
        symbol: String,
        at now: Nanoseconds
    ) -> [UInt8] {
        get(
            "/v5/account/fee-rate",
            [("category", category.name), ("symbol", symbol)],
            signedAt: now
        )
    }

    /// The open orders of one symbol; `cursor` continues a page.
    public func openOrders(
        _ category: ProductCategory,
        symbol: String,
        cursor: String = "",
        at now: Nanoseconds
    ) -> [UInt8] {
        get(
            "/v5/order/realtime",
            page(
                [("category", category.name), ("symbol", symbol), ("openOnly", "0")],
                50,
                cursor
            ),
            signedAt: now
        )
    }

    /// What became of one order, open or finished a moment ago.
    public func order(
        _ category: ProductCategory,
        symbol: String,
        linkID: String,
        at now: Nanoseconds
    ) -> [UInt8] {
        get(
            "/v5/order/realtime",
            [("category", category.name), ("symbol", symbol), ("orderLinkId", linkID)],
            signedAt: now
        )
    }

    /// The fills of one symbol, nil for all, in a span of at most seven days, newest first;
    /// `cursor` continues a page. Without an end the span is the seven days from `start` on.
    public func executions(
        _ category: ProductCategory,
        symbol: String?,
        since start: Nanoseconds,
        until end: Nanoseconds? = nil,
        cursor: String = "",
        at now: Nanoseconds
    ) -> [UInt8] {
        let query = span(category, symbol, start, end)
        return get("/v5/execution/list", page(query, 100, cursor), signedAt: now)
    }

    /// The parameters of a list of what happened in a span of time.
    func span(
        _ category: ProductCategory,
        _ symbol: String?,
        _ start: Nanoseconds,
        _ end: Nanoseconds?
    ) -> [(String, String)] {
        [("category", category.name)] + (symbol.map { [("symbol", $0)] } ?? [])
            + [("startTime", "\(start.millisecondCount)")]
            + (end.map { [("endTime", "\($0.millisecondCount)")] } ?? [])
    }

    /// The position in one symbol. Spot has none.
    public func position(symbol: String, at now: Nanoseconds) -> [UInt8] {
        get("/v5/position/list", [("category", "linear"), ("symbol", symbol)], signedAt: now)
    }

    /// Cancels every order of one symbol, by any session: for shutdown and the kill switch.
    public func cancelAll(
        _ category: ProductCategory,
        symbol: String,
        at now: Nanoseconds
    ) -> [UInt8] {
        post(
            "/v5/order/cancel-all",
            #"{"category":"\#(category.name)","symbol":"\#(symbol)"}"#,
            signedAt: now
        )
    }

    /// Cancels one order.
    public func cancel(
        _ category: ProductCategory,
        symbol: String,
        linkID: String,
        at now: Nanoseconds
    ) -> [UInt8] {
        post(
            "/v5/order/cancel",
            #"{"category":"\#(category.name)","symbol":"\#(symbol)","orderLinkId":"\#(linkID)"}"#,
            signedAt: now
        )
    }

    // MARK: Requests

    func page(
        _ query: [(String, String)],
        _ limit: Int,
        _ cursor: String
    ) -> [(String, String)] {
        query + [("limit", "\(limit)")] + (cursor.isEmpty ? [] : [("cursor", cursor)])
    }

    /// A GET of `path`; signed when `now` is given.
    public func get(
        _ path: String,
        _ query: [(String, String)],
        signedAt now: Nanoseconds?
    ) -> [UInt8] {
        let text = query.map { "\($0.0)=\(BybitREST.percentEncoded($0.1))" }
            .joined(separator: "&")
        var request = "GET \(path)\(text.isEmpty ? "" : "?" + text) HTTP/1.1\r\n"
        request += headers(payload: text, signedAt: now)
        request += "\r\n"
        return Array(request.utf8)
    }

    /// A signed POST of `body` to `path`.
    public func post(_ path: String, _ body: String, signedAt now: Nanoseconds) -> [UInt8] {
        var request = "POST \(path) HTTP/1.1\r\n"
        request += headers(payload: body, signedAt: now)
        request += "Content-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\r\n"
        request += body
        return Array(request.utf8)
    }

    private func headers(payload: String, signedAt now: Nanoseconds?) -> String {
        var text = "Host: \(host)\r\nAccept: application/json\r\nConnection: keep-alive\r\n"
        guard let now, let credentials else { return text }
        let timestamp = now.millisecondCount
        let signature = BybitAuth.signREST(
            timestampMilliseconds: timestamp,
            receiveWindowMilliseconds: receiveWindowMilliseconds,
            payload: payload,
            credentials
        )
        text += "X-BAPI-API-KEY: \(credentials.key)\r\n"
        text += "X-BAPI-TIMESTAMP: \(timestamp)\r\n"
        text += "X-BAPI-RECV-WINDOW: \(receiveWindowMilliseconds)\r\n"
        text += "X-BAPI-SIGN: \(signature)\r\n"
        return text
    }

    /// `text` with everything but unreserved characters escaped. The signature covers this form.
    private static func percentEncoded(_ text: String) -> String {
        var result = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "-"), UInt8(ascii: "_"),
                UInt8(ascii: "."), UInt8(ascii: "~"):
                result.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let hex = String(byte, radix: 16, uppercase: true)
                result += hex.count == 1 ? "%0" + hex : "%" + hex
            }
        }
        return result
    }
}
