public import Units
import Wire

/// The smallest steps that all prices and sizes of one symbol in recordings are multiples of: what
/// `inspect` reckons in when it is not told.
public struct StepSearch {
    /// The symbols that are in the recordings, in the order they are met.
    public private(set) var symbols: [String] = []
    private let symbol: String?
    private var priceDecimals = 0
    private var sizeDecimals = 0

    /// Looks through `files`; what cannot be read ends the look into its file.
    ///
    /// - Parameter symbol: whose steps; nil for those of the first that is met.
    public init(_ files: [String], symbol: String? = nil) throws {
        self.symbol = symbol
        for name in files {
            let file = try MessageFile(name)
            while let line = try? file.next() {
                try? look(line)
            }
        }
    }

    /// The price step: a power of ten.
    public var tick: DecimalScale { DecimalScale(multiplier: 1, decimals: priceDecimals) }
    /// The quantity step: a power of ten.
    public var lot: DecimalScale { DecimalScale(multiplier: 1, decimals: sizeDecimals) }

    private mutating func look(_ line: UnsafeRawBufferPointer) throws(DecodeError) {
        guard let name = try MarketTopic(line)?.symbol else { return }
        if symbols.last != name, !symbols.contains(name) { symbols.append(name) }
        guard name == symbol ?? symbols[0] else { return }
        var json = JSONScanner(line)
        try json.openObject()
        while let key = try json.nextKey() {
            if key.equals("data") { try lookAtData(&json) } else { try json.skipValue() }
        }
    }

    private mutating func lookAtData(_ json: inout JSONScanner) throws(DecodeError) {
        switch try json.kind() {
        case .object:
            try json.openObject()
            while let key = try json.nextKey() {
                let isSide = key.equals("b") || key.equals("a")
                if isSide, try json.kind() == .array {
                    try lookAtLevels(&json)
                } else {
                    try json.skipValue()
                }
            }
        case .array:
            try json.openArray()
            while try json.nextElement() { try lookAtTrade(&json) }
        default: try json.skipValue()
        }
    }

    private mutating func lookAtLevels(_ json: inout JSONScanner) throws(DecodeError) {
        try json.openArray()
        while try json.nextElement() {
            try json.openArray()
            var index = 0
            while try json.nextElement() {
                let text = try json.string()
                if index == 0 { note(text, &priceDecimals) } else { note(text, &sizeDecimals) }
                index += 1
            }
        }
    }

    private mutating func lookAtTrade(_ json: inout JSONScanner) throws(DecodeError) {
        guard try json.kind() == .object else { return try json.skipValue() }
        try json.openObject()
        while let key = try json.nextKey() {
            guard try json.kind() == .string else {
                try json.skipValue()
                continue
            }
            let text = try json.string()
            if key.equals("p") {
                note(text, &priceDecimals)
            } else if key.equals("v") {
                note(text, &sizeDecimals)
            }
        }
    }

    /// Counts the decimals that a number has without its last zeros.
    private func note(_ text: JSONText, _ most: inout Int) {
        let bytes = text.bytes
        guard let point = bytes.firstIndex(of: UInt8(ascii: ".")) else { return }
        var last = bytes.count - 1
        while last > point && bytes[last] == UInt8(ascii: "0") { last -= 1 }
        // A step has eighteen at most; what is finer cannot be read.
        most = max(most, min(18, last - point))
    }
}
