public import Units
public import Wire

/// Why a REST reply is of no use.
public enum BybitReplyError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The venue refused.
    case refused(code: Int64, message: String)
    /// The body is not what the venue promises; gateways answer HTTP errors in HTML.
    case malformed(DecodeError)
    /// The reply names no such instrument.
    case unknownSymbol(String)

    /// The error as a sentence.
    public var description: String {
        switch self {
        case .refused(let code, let message): "Bybit refused: \(message) (retCode \(code))"
        case .malformed(let error): "Bybit's reply makes no sense: \(error)"
        case .unknownSymbol(let symbol): "Bybit does not know \(symbol)"
        }
    }
}

/// Reads the bodies of REST replies. Cold: it allocates.
///
/// Every reply has one envelope: `{"retCode":0,"retMsg":"OK","result":{…},"time":…}`; only
/// `retCode` decides whether it succeeded.
public enum BybitReplies {
    /// The largest body that is read: a page of the longest list takes less.
    public static let maxBytes = 4 << 20
    /// The most entries a page may have, as the venue promises.
    public static let maxEntries = 1_000

    /// The reply's return code; nil for a body that is no reply.
    public static func code(_ body: [UInt8]) -> Int64? {
        do throws(BybitReplyError) {
            try read(body) { (_) throws(DecodeError) in }
            return 0
        } catch {
            if case .refused(let code, _) = error { return code }
            return nil
        }
    }

    /// When the venue wrote the reply, by its clock; zero where it does not say.
    public static func time(_ body: [UInt8]) -> Nanoseconds {
        let padded = body + [UInt8](repeating: 0, count: JSONScanner.padding)
        return padded.withUnsafeBytes { buffer in
            var json = JSONScanner(UnsafeRawBufferPointer(rebasing: buffer[..<body.count]))
            return (try? Envelope(&json))?.time ?? .zero
        }
    }

    /// Runs `body` on the `result` object of a successful reply, entered.
    static func read<Value>(
        _ bytes: [UInt8],
        _ body: (inout JSONScanner) throws(DecodeError) -> Value
    ) throws(BybitReplyError) -> Value {
        guard bytes.count <= maxBytes else {
            throw .malformed(DecodeError(.tooMany, at: maxBytes))
        }
        let padded = bytes + [UInt8](repeating: 0, count: JSONScanner.padding)
        let result: Result<Value, BybitReplyError> = padded.withUnsafeBytes { buffer in
            readEnvelope(UnsafeRawBufferPointer(rebasing: buffer[..<bytes.count]), body)
        }
        return try result.get()
    }

    private static func readEnvelope<Value>(
        _ payload: UnsafeRawBufferPointer,
        _ body: (inout JSONScanner) throws(DecodeError) -> Value
    ) -> Result<Value, BybitReplyError> {
        var json = JSONScanner(payload)
        do throws(DecodeError) {
            let envelope = try Envelope(&json)
            guard envelope.code == 0 else {
                return .failure(.refused(code: envelope.code, message: envelope.message))
            }
            guard let offset = envelope.resultOffset else { throw json.error(.missingField) }
            json.rewind(to: offset)
            try json.openObject()
            return .success(try body(&json))
        } catch {
            return .failure(.malformed(error))
        }
    }

    private struct Envelope {
        var code: Int64
        var message = ""
        var resultOffset: Int?
        var time = Nanoseconds.zero

        init(_ json: inout JSONScanner) throws(DecodeError) {
            var code: Int64?
            try json.openObject()
            while let key = try json.nextKey() {
                if key.equals("retCode") {
                    code = try json.integer()
                } else if key.equals("retMsg") {
                    message = try json.string().string
                } else if key.equals("result") {
                    resultOffset = json.offset
                    try json.skipValue()
                } else if key.equals("time") {
                    time = try json.millisecondsOrZero()
                } else {
                    try json.skipValue()
                }
            }
            try json.finish()
            guard let code else { throw json.error(.missingField) }
            self.code = code
        }
    }
}
