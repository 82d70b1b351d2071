internal import Foundation

extension JSONTree {
    /// What `value` says of itself, by the rules of every document:
    ///
    ///     a decimal (price, quantity, amount)    a string, exact
    ///     a floating-point number                rounded to six decimals; null when it is none
    ///     what is not known                      null, never left out
    public init(_ value: some Encodable) throws {
        let place = Place()
        try place.encode(value)
        self = place.tree
    }
}

/// Where one value is put together.
private final class Place: Encoder, SingleValueEncodingContainer {
    private var value: JSONTree?
    private var members: [String: Place]?
    private var elements: [Place]?

    let codingPath: [any CodingKey] = []
    let userInfo: [CodingUserInfoKey: Any] = [:]

    var tree: JSONTree {
        if let members { return .object(members.mapValues(\.tree)) }
        if let elements { return .array(elements.map(\.tree)) }
        return value ?? .object([:])
    }

    func member(_ name: String) -> Place {
        let place = Place()
        members?[name] = place
        return place
    }

    func element() -> Place {
        let place = Place()
        elements?.append(place)
        return place
    }

    var elementCount: Int { elements?.count ?? 0 }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        members = members ?? [:]
        return KeyedEncodingContainer(Members(place: self))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        elements = elements ?? []
        return Elements(place: self)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer { self }

    func encodeNil() { value = .null }

    func encode<Value: Encodable>(_ told: Value) throws {
        switch told {
        case let told as Bool: value = .bool(told)
        case let told as String: value = .text(told)
        case let told as Decimal: value = .text(told.description)
        case let told as Double: value = Place.number(told)
        case let told as Float: value = Place.number(Double(told))
        case let told as any BinaryInteger: value = .number(String(told))
        default: try told.encode(to: self)
        }
    }

    /// Six decimals, by integers where they are exact, so that 0.1 is written as 0.1.
    private static func number(_ told: Double) -> JSONTree {
        guard told.isFinite else { return .null }
        guard abs(told) < 1e9 else { return .number("\(told)") }
        let rounded = (told * 1e6).rounded() / 1e6
        return .number("\(Decimal(string: "\(rounded)") ?? 0)")
    }
}

private struct Members<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let place: Place
    let codingPath: [any CodingKey] = []

    func encodeNil(forKey key: Key) { place.member(key.stringValue).encodeNil() }

    func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws {
        try place.member(key.stringValue).encode(value)
    }

    func encodeIfPresent<Value: Encodable>(_ value: Value?, forKey key: Key) throws {
        let member = place.member(key.stringValue)
        if let value { try member.encode(value) } else { member.encodeNil() }
    }

    // One for each kind: those that the library gives leave out what is nil.
    func encodeIfPresent(_ value: Bool?, forKey key: Key) throws { try put(value, key) }
    func encodeIfPresent(_ value: String?, forKey key: Key) throws { try put(value, key) }
    func encodeIfPresent(_ value: Double?, forKey key: Key) throws { try put(value, key) }
    func encodeIfPresent(_ value: Float?, forKey key: Key) throws { try put(value, key) }
    func encodeIfPresent(_ value: Int?, forKey key: Key) throws { try put(value, key) }
    func encodeIfPresent(_ value: Int8?, forKey key: Key) throws { try put(value, key) }
    func encodeIfPresent(_ value: Int16?, forKey key: Key) throws { try put(value, key) }
    func encodeIfPresent(_ value: Int32?, forKey key: Key) throws { try put(value, key) }
    func encodeIfPresent(_ value: Int64?, forKey key: Key) throws { try put(value, key) }
    func encodeIfPresent(_ value: UInt?, forKey key: Key) throws { try put(value, key) }
    func encodeIfPresent(_ value: UInt8?, forKey key: Key) throws { try put(value, key) }
    func encodeIfPresent(_ value: UInt16?, forKey key: Key) throws { try put(value, key) }
    func encodeIfPresent(_ value: UInt32?, forKey key: Key) throws { try put(value, key) }
    func encodeIfPresent(_ value: UInt64?, forKey key: Key) throws { try put(value, key) }

    private func put<Value: Encodable>(_ value: Value?, _ key: Key) throws {
        let member = place.member(key.stringValue)
        if let value { try member.encode(value) } else { member.encodeNil() }
    }

    func nestedContainer<Inner: CodingKey>(
        keyedBy type: Inner.Type,
        forKey key: Key
    ) -> KeyedEncodingContainer<Inner> {
        place.member(key.stringValue).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        place.member(key.stringValue).unkeyedContainer()
    }

    func superEncoder() -> any Encoder { place }
    func superEncoder(forKey key: Key) -> any Encoder { place.member(key.stringValue) }
}

private struct Elements: UnkeyedEncodingContainer {
    let place: Place
    let codingPath: [any CodingKey] = []
    var count: Int { place.elementCount }

    func encodeNil() { place.element().encodeNil() }
    func encode<Value: Encodable>(_ value: Value) throws { try place.element().encode(value) }

    func nestedContainer<Inner: CodingKey>(
        keyedBy type: Inner.Type
    ) -> KeyedEncodingContainer<Inner> {
        place.element().container(keyedBy: type)
    }

    func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
        place.element().unkeyedContainer()
    }

    func superEncoder() -> any Encoder { place }
}
