/// The name of a segment file: "sluice-SESSION-00000.journal".
struct SegmentName: Hashable {
    /// The session it belongs to.
    var session: String
    /// Its place among the session's segments.
    var index: Int

    init(session: String, index: Int) {
        self.session = session
        self.index = index
    }

    /// Reads a file name; nil when it names no segment.
    init?(_ name: Substring) {
        guard name.hasPrefix("sluice-"), name.hasSuffix(".journal") else { return nil }
        let middle = name.dropFirst(7).dropLast(8)
        guard let dash = middle.lastIndex(of: "-") else { return nil }
        let digits = middle[middle.index(after: dash)...]
        guard digits.utf8.count >= 5, digits.utf8.allSatisfy({ (48...57).contains($0) }),
            let index = Int(digits)
        else { return nil }
        session = String(middle[..<dash])
        self.index = index
        // One segment has one name: "00000", never "000000".
        guard text == name else { return nil }
    }

    var text: String {
        let digits = String(index)
        let zeros = String(repeating: "0", count: max(0, 5 - digits.count))
        return "sluice-\(session)-\(zeros)\(digits).journal"
    }
}
