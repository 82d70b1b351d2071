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
            try succeeds(body)
            return 0
        } catch {
            if case .refused(let code, _) = error { return code }
            return nil
        }
    }

    /// When the venue wrote the reply, by its clock; zero where it does not say.
    public static func time(_ body: [UInt8]) -> Nanoseconds {
        (try? scan(body) { (_, envelope) throws(DecodeError) in envelope.time }) ?? .zero
    }

    /// The refusal of a request for its time stamp; nil for every other reply.
    public static func stampRefusal(_ body: [UInt8]) -> StampRefusal? {
        guard
            let (code, message, time) = try? scan(
                body,
                {
                    (_, envelope) throws(DecodeError) in
                    (envelope.code, envelope.message, envelope.time)
                }
            ), StampRefusal.isOne(code)
        else { return nil }
        let told = Array(message.utf8).withUnsafeBytes { StampRefusal.time(in: $0) }
        return StampRefusal(time: told ?? (time > .zero ? time : nil))
    }

    /// Checks that the reply is one of success, whatever its result.
    static func succeeds(_ bytes: [UInt8]) throws(BybitReplyError) {
        let envelope = try scan(bytes) { (_, envelope) throws(DecodeError) in envelope }
        if let refusal = envelope.refusal { throw refusal }
    }

    /// Runs `body` on the `result` object of a successful reply, entered.
    static func read<Value>(
        _ bytes: [UInt8],
        _ body: (inout JSONScanner) throws(DecodeError) -> Value
    ) throws(BybitReplyError) -> Value {
        let refusalOrValue = try scan(bytes) {
            (json, envelope) throws(DecodeError) -> Result<Value, BybitReplyError> in
            if let refusal = envelope.refusal { return .failure(refusal) }
            guard let offset = envelope.resultOffset else { throw json.error(.missingField) }
            json.rewind(to: offset)
            try json.openObject()
            return .success(try body(&json))
        }
        return try refusalOrValue.get()
    }

    /// Runs `body` behind the envelope of a reply.
    private static func scan<Value>(
        _ bytes: [UInt8],
        _ body: (inout JSONScanner, Envelope) throws(DecodeError) -> Value
    ) throws(BybitReplyError) -> Value {
        guard bytes.count <= maxBytes else {
            throw .malformed(DecodeError(.tooMany, at: maxBytes))
        }
        let padded = bytes + [UInt8](repeating: 0, count: JSONScanner.padding)
        let result: Result<Value, BybitReplyError> = padded.withUnsafeBytes { buffer in
            var json = JSONScanner(UnsafeRawBufferPointer(rebasing: buffer[..<bytes.count]))
            do throws(DecodeError) {
                let envelope = try Envelope(&json)
                return .success(try body(&json, envelope))
            } catch {
                return .failure(.malformed(error))
            }
        }
        return try result.get()
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
                    code = try json.optionalInteger()
                } else if key.equals("retMsg") {
                    message = try json.optionalText()?.string ?? ""
                } else if key.equals("result") {
                    resultOffset = json.offset
                    try json.skipValue()
                } else if key.equals("time") {
                    time = try json.optionalMilliseconds() ?? .zero
                } else {
                    try json.skipValue()
                }
            }
            try json.finish()
            guard let code else { throw json.error(.missingField) }
            self.code = code
        }

        /// What the venue refused with; nil for a success.
        var refusal: BybitReplyError? {
            code == 0 ? nil : .refused(code: code, message: message)
        }
    }
}
