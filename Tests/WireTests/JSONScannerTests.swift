import TestSupport
import Testing
import Wire

@Suite("JSON scanner", .timeLimit(.minutes(3)))
struct JSONScannerTests {
    private static func validate(_ bytes: some Collection<UInt8>) -> DecodeError? {
        let padded = PaddedBytes(bytes)
        defer { withExtendedLifetime(padded) {} }
        var json = JSONScanner(padded.payload)
        do {
            try json.skipValue()
            try json.finish()
            return nil
        } catch {
            return error
        }
    }

    static let valid = [
        "{}", "[]", "0", "-0", "-1.5e+10", "1E5", "\"\"", "true", "false", "null", " [ 1 , 2 ] ",
        #"{"a":{"b":[{},[],"c"]},"d":-0.1}"#, #""\u00e9\n\"\\\/\b\f\r\t""#, "\"é€😀\"",
        "{\"a\"\n:\t1\r}", "[[[[[[[[[[]]]]]]]]]]", #"["",""]"#, "123456789012345678901234567890",
    ]
    static let invalid = [
        "", " ", "{", "}", "[", "]", "{]", "[}", "[1,]", "[,1]", "{,}", "{\"a\"}", "{\"a\":}",
        "{\"a\":1,}", "{a:1}", "{'a':1}", "01", "-", "1.", ".5", "1e", "1e+", "+1", "0x1", "tru",
        "truE", "nul", "NaN", "\"", "\"a", "\"\\\"", "\"\\x\"", "\"\\u12g4\"", "\"\\u12\"",
        "\"a\nb\"", "\"a\u{0}b\"", "{} {}", "[1 2]", "{\"a\":1 \"b\":2}", "1 1", "[1]]", "--1",
        "{\"a\":1:2}", "[\"a\":1]", "{1:2}", "\"\u{1f}\"", "// 1", "[1,,2]",
    ]

    @Test("what the grammar allows is accepted", arguments: valid)
    func accepts(_ text: String) {
        #expect(Self.validate(Array(text.utf8)) == nil)
    }

    @Test("what the grammar forbids is an error", arguments: invalid)
    func refuses(_ text: String) {
        #expect(Self.validate(Array(text.utf8)) != nil)
    }

    @Test(
        "strings that are no UTF-8 are errors",
        arguments: [
            [0x80], [0xc0, 0x80], [0xc1, 0xbf], [0xc3], [0xe0, 0x9f, 0x80], [0xed, 0xa0, 0x80],
            [0xf0, 0x8f, 0x80, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xf5, 0x80, 0x80, 0x80], [0xff],
            [0xe2, 0x82], [0xe2, 0x82, 0x41],
        ] as [[UInt8]]
    )
    func refusesBadUTF8(_ bytes: [UInt8]) {
        #expect(Self.validate([0x22] + bytes + [0x22])?.reason == .badString)
        #expect(Self.validate([0x22] + Array("12345678".utf8) + bytes + [0x22]) != nil)
    }

    @Test("every cut of a valid document is an error")
    func refusesCuts() {
        let text = Array(#"{"a":[1,-2.5e3,"x\u00e9yz",{"b":true,"c":null}],"d":"é"}"#.utf8)
        #expect(Self.validate(text) == nil)
        for n in 0..<text.count { #expect(Self.validate(text[..<n]) != nil, "cut at \(n)") }
    }

    @Test("nesting is accepted to the limit and refused past it")
    func limitsDepth() {
        let deepest = JSONScanner.maximumDepth
        let open = [UInt8](repeating: UInt8(ascii: "["), count: deepest)
        let close = [UInt8](repeating: UInt8(ascii: "]"), count: deepest)
        #expect(Self.validate(open + close) == nil)
        #expect(Self.validate([0x5b] + open + close + [0x5d])?.reason == .tooDeep)
        #expect(Self.validate([UInt8](repeating: 0x5b, count: 1_000_000))?.reason == .tooDeep)
    }

    @Test("members are read in any order, unknown ones passed over")
    func readsMembers() throws {
        let padded = PaddedBytes(
            #"{"x":{"u":9},"s":"BTC","u":42,"\u0061":[],"p":"61800.20","t":true}"#
        )
        var json = JSONScanner(padded.payload)
        var seen = ""
        try json.openObject()
        while let key = try json.nextKey() {
            if key.equals("u") {
                #expect(try json.integer() == 42)
                seen += "u"
            } else if key.equals("s") {
                #expect(try json.string().equals("BTC"))
                seen += "s"
            } else if key.equals("a") {
                try json.openArray()
                #expect(try !json.nextElement())
                seen += "a"
            } else if key.equals("t") {
                #expect(try json.bool())
                seen += "t"
            } else {
                try json.skipValue()
            }
        }
        try json.finish()
        #expect(seen == "suat")
    }

    @Test("whole numbers are exact to the ends of 64 bits")
    func readsIntegers() {
        func read(_ text: String) -> Result<Int64, DecodeError> {
            let padded = PaddedBytes(text)
            return withExtendedLifetime(padded) { () -> Result<Int64, DecodeError> in
                var json = JSONScanner(padded.payload)
                return Result { () throws(DecodeError) in try json.integer() }
            }
        }
        #expect(read("9223372036854775807") == .success(.max))
        #expect(read("-9223372036854775808") == .success(.min))
        #expect(read("0") == .success(0))
        #expect(read("-0") == .success(0))
        for text in ["9223372036854775808", "-9223372036854775809", "99999999999999999999"] {
            #expect(throws: DecodeError.self) { try read(text).get() }
        }
        for text in ["1.5", "1e3", "\"1\"", "true"] {
            #expect(throws: DecodeError.self) { try read(text).get() }
        }
    }

    @Test("a value of another type is named so")
    func namesWrongTypes() {
        let padded = PaddedBytes("\"text\"")
        var json = JSONScanner(padded.payload)
        #expect(throws: DecodeError(.wrongType, at: 0)) { try json.openObject() }
        #expect(throws: DecodeError(.wrongType, at: 0)) { try json.integer() }
        #expect(DecodeError(.offStep, at: 7).description.hasSuffix("at byte 7"))
    }
}
