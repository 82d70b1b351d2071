internal import Wire

/// What a client's text message says, before anybody judges it.
struct ClientRequest {
    /// One entry of `args`.
    enum Argument {
        case text(String)
        case object(RequestFields)
    }

    /// The operation; empty when none is named.
    var op = ""
    /// `req_id` or `reqId`, as sent; nil when there is none.
    var id: String?
    /// `args`.
    var args: [Argument] = []
    /// Members of `header`.
    var header: [String: String] = [:]

    /// Reads `payload`.
    ///
    /// - Precondition: 64 bytes past its end are readable.
    init(_ payload: UnsafeRawBufferPointer) throws(DecodeError) {
        var json = JSONScanner(payload)
        try json.openObject()
        while let key = try json.nextKey() {
            if key.equals("op") {
                op = try json.string().string
            } else if key.equals("req_id") || key.equals("reqId") {
                id = try json.string().string
            } else if key.equals("header") {
                header = try json.flatObject()
            } else if key.equals("args") {
                args = try json.arguments()
            } else {
                try json.skipValue()
            }
        }
        try json.finish()
    }

    /// The arguments that are plain texts.
    var texts: [String] {
        args.compactMap { if case .text(let text) = $0 { text } else { nil } }
    }

    /// The one order that `args` holds, if it holds one.
    var order: RequestFields? {
        guard args.count == 1, case .object(let fields) = args[0] else { return nil }
        return fields
    }

    /// The fields of a REST body.
    static func fields(_ body: UnsafeRawBufferPointer) throws(DecodeError) -> RequestFields {
        var json = JSONScanner(body)
        let fields = try json.fields()
        try json.finish()
        return fields
    }
}

/// What one object of a request says.
struct RequestFields {
    /// Its plain members, as texts.
    var members: [String: String] = [:]
    /// The members of each order of a batch; nil when there is no list of orders.
    var batch: [[String: String]]?
}

extension JSONScanner {
    /// The members of an object as texts; nested values are passed over.
    fileprivate mutating func flatObject() throws(DecodeError) -> [String: String] {
        var members: [String: String] = [:]
        try openObject()
        while let key = try nextKey() {
            if let value = try scalar() { members[key.string] = value }
        }
        return members
    }

    fileprivate mutating func fields() throws(DecodeError) -> RequestFields {
        var fields = RequestFields()
        try openObject()
        while let key = try nextKey() {
            let isBatch = key.equals("request")
            let name = key.string
            if isBatch, try kind() == .array {
                var orders: [[String: String]] = []
                try openArray()
                while try nextElement() { orders.append(try flatObject()) }
                fields.batch = orders
            } else if let value = try scalar() {
                fields.members[name] = value
            }
        }
        return fields
    }

    fileprivate mutating func arguments() throws(DecodeError) -> [ClientRequest.Argument] {
        var arguments: [ClientRequest.Argument] = []
        try openArray()
        while try nextElement() {
            if try kind() == .object {
                arguments.append(.object(try fields()))
            } else {
                arguments.append(.text(try scalar() ?? ""))
            }
        }
        return arguments
    }

    /// A string, whole number or truth value as text; nil for anything else, which is passed over.
    private mutating func scalar() throws(DecodeError) -> String? {
        switch try kind() {
        case .string: return try string().string
        case .number: return String(try integer())
        case .bool: return try bool() ? "true" : "false"
        default:
            try skipValue()
            return nil
        }
    }
}
