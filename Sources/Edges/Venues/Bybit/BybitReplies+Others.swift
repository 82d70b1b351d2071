internal import Wire

extension BybitReplies {
    /// The symbols other than `symbol` in a list of orders or positions, one for each entry;
    /// positions of size zero are none. `nextPage` tells where the list goes on.
    public static func otherSymbols(
        _ body: [UInt8],
        than symbol: String
    ) throws(BybitReplyError) -> [String] {
        try read(body) { (json) throws(DecodeError) in
            var found: [String] = []
            try json.forEachInList { (json) throws(DecodeError) in
                var name: JSONText?
                var size: JSONText?
                var isOrder = false
                try json.openObject()
                while let key = try json.nextKey() {
                    if key.equals("symbol") {
                        name = try json.optionalText()
                    } else if key.equals("orderId") {
                        isOrder = try json.optionalText() != nil
                    } else if key.equals("size") {
                        size = try json.optionalText()
                    } else {
                        try json.skipValue()
                    }
                }
                guard let name else { throw json.error(.missingField) }
                let isFlat = size?.string.allSatisfy { $0 == "0" || $0 == "." } ?? true
                if isOrder || !isFlat, name.string != symbol { found.append(name.string) }
            }
            return found
        }
    }
}
