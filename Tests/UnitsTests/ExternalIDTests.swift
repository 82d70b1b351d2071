import Testing
import Units

@Suite("External identifiers", .timeLimit(.minutes(3)))
struct ExternalIDTests {
    @Test("every length up to the capacity is kept whole, one more is refused")
    func lengths() throws {
        for length in 0...ExternalID.capacity {
            let text = String(String(repeating: "0123456789", count: 4).prefix(length))
            let id = try #require(ExternalID(text))
            #expect(id.text == text && Int(id.length) == length)
            #expect(id.isEmpty == (length == 0))
        }
        #expect(ExternalID(String(repeating: "x", count: ExternalID.capacity + 1)) == nil)
    }

    @Test("identifiers that differ in one byte or in length differ")
    func distinct() throws {
        var seen: Set<ExternalID> = [.none]
        for text in ["a", "b", "a\0", "aa", "a-0", "a-1"] {
            #expect(seen.insert(try #require(ExternalID(text))).inserted)
        }
        #expect(ExternalID("a") == ExternalID("a"))
    }

    @Test("the fingerprint depends on every byte")
    func fingerprint() throws {
        let zeros = [UInt8](repeating: 0, count: ExternalID.capacity)
        var seen: Set<UInt64> = []
        for i in 0..<ExternalID.capacity {
            var bytes = zeros
            bytes[i] = 1
            let id = bytes.withUnsafeBytes { ExternalID($0) }
            #expect(seen.insert(try #require(id).fingerprint).inserted)
        }
    }
}
