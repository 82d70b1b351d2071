internal import Units

/// The venue's identifiers: UUID-shaped, the same for one run only.
///
///     7f3a91c2-5e0b-4d21-80DD-NNNNNNNNNNNN      an order, D the market, N its number
///     7f3a91c2-5e0b-4d21-90DD-NNNNNNNNNNNN      a fill: its execution id and its trade id
struct VenueNames {
    private let prefix: String

    /// Names that start with what `generator` gives.
    init(_ generator: inout some RandomNumberGenerator) {
        let bits = generator.next()
        prefix = [
            VenueNames.hex(bits >> 32, 8), VenueNames.hex(bits >> 16 & 0xffff, 4),
            "4" + VenueNames.hex(bits & 0xfff, 3),
        ].joined(separator: "-")
    }

    /// The name of order `number` of market `desk`.
    func order(_ number: Int64, desk: Int) -> String { name("80", desk, number) }

    /// The name of fill `number` of market `desk`.
    func fill(_ number: Int64, desk: Int) -> String { name("90", desk, number) }

    /// What replies call connection `number`.
    func connection(_ number: Int) -> String { name("a0", 0, Int64(number)) }

    /// The number of the order with that name; nil when no order of market `desk` has it.
    func orderNumber(_ text: String, desk: Int) -> Int64? {
        guard let number = Int64(text.suffix(12), radix: 16), number >= 0 else { return nil }
        return text == order(number, desk: desk) ? number : nil
    }

    private func name(_ kind: String, _ desk: Int, _ number: Int64) -> String {
        let market = VenueNames.hex(UInt64(desk), 2)
        return "\(prefix)-\(kind)\(market)-\(VenueNames.hex(UInt64(number), 12))"
    }

    private static func hex(_ value: UInt64, _ digits: Int) -> String {
        let text = String(value, radix: 16)
        return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
    }
}
