/// Where the values of a JSON text stand, so that tests can put something else in the place of
/// each: a field that is read tomorrow is covered by itself.
public struct JSONPlaces {
    /// One value.
    public struct Place: Sendable {
        /// Its keys and indices from the top: `data.0.price`.
        public var path: String
        /// The value's own bytes.
        public var value: Range<Int>
        /// The whole member of an object, one comma included; nil for an element of a list.
        public var member: Range<Int>?
    }

    /// Every value but the whole.
    public private(set) var places: [Place] = []
    private let bytes: [UInt8]
    private var at = 0

    /// The places of `text`, which is valid JSON.
    public init(_ text: String) {
        bytes = Array(text.utf8)
        value("")
    }

    /// The text with `other` for the value at `place`.
    public func replacing(_ place: Place, with other: String) -> String {
        text(
            bytes[..<place.value.lowerBound] + Array(other.utf8) + bytes[place.value.upperBound...]
        )
    }

    /// The text without the member at `place`; nil where it is an element.
    public func removing(_ place: Place) -> String? {
        place.member.map { text(bytes[..<$0.lowerBound] + bytes[$0.upperBound...]) }
    }

    private func text(_ bytes: some Sequence<UInt8>) -> String {
        String(decoding: Array(bytes), as: UTF8.self)
    }

    private mutating func space() {
        while at < bytes.count, [0x20, 0x09, 0x0a, 0x0d].contains(bytes[at]) { at += 1 }
    }

    private mutating func string() -> String {
        let start = at + 1
        at += 1
        while bytes[at] != UInt8(ascii: "\"") { at += bytes[at] == UInt8(ascii: "\\") ? 2 : 1 }
        at += 1
        return String(decoding: bytes[start..<at - 1], as: UTF8.self)
    }

    private mutating func value(_ path: String) {
        space()
        switch bytes[at] {
        case UInt8(ascii: "{"): entries(path, isObject: true)
        case UInt8(ascii: "["): entries(path, isObject: false)
        case UInt8(ascii: "\""): _ = string()
        default:
            while at < bytes.count, !Array(",]} \n".utf8).contains(bytes[at]) { at += 1 }
        }
    }

    private mutating func entries(_ path: String, isObject: Bool) {
        at += 1
        space()
        var index = 0
        while bytes[at] != UInt8(ascii: "}") && bytes[at] != UInt8(ascii: "]") {
            let start = at
            var name = "\(index)"
            if isObject {
                name = string()
                space()
                at += 1
                space()
            }
            let first = at
            let inner = path.isEmpty ? name : path + "." + name
            value(inner)
            let value = first..<at
            space()
            var member = start..<at
            if bytes[at] == UInt8(ascii: ",") {
                at += 1
                space()
                member = start..<at
            } else if index > 0 {
                // The last one takes the comma before it along.
                let comma = bytes[..<start].lastIndex(of: UInt8(ascii: ","))!
                member = comma..<at
            }
            places.append(Place(path: inner, value: value, member: isObject ? member : nil))
            index += 1
        }
        at += 1
    }
}
