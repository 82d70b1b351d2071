import CLinux
import Testing
import Units

@Suite("Checksum", .timeLimit(.minutes(3)))
struct ChecksumTests {
    @Test("the published check value comes out")
    func published() {
        let digits = Array("123456789".utf8)
        #expect(sluice_crc32c(0, digits, digits.count) == 0xe306_9283)
        #expect(sluice_crc32c_by_table(0, digits, digits.count) == 0xe306_9283)
    }

    @Test("instruction, table and bit by bit agree at every length and alignment")
    func agreement() {
        var random = SplitMix64(seed: 1)
        let bytes = (0..<200).map { _ in UInt8.random(in: 0...255, using: &random) }
        for start in 0..<9 {
            for count in 0..<100 {
                let part = Array(bytes[start..<(start + count)])
                let plain = PlainRecord.crc32c(part)
                bytes.withUnsafeBytes { raw in
                    let at = raw.baseAddress! + start
                    #expect(sluice_crc32c(0, at, count) == plain)
                    #expect(sluice_crc32c_by_table(0, at, count) == plain)
                }
            }
        }
    }

    @Test("a checksum in two parts is that of the whole")
    func parts() {
        let bytes = Array("what is written in two parts".utf8)
        for cut in 0...bytes.count {
            let rest = Array(bytes[cut...])
            let first = sluice_crc32c(0, bytes, cut)
            #expect(sluice_crc32c(first, rest, rest.count) == PlainRecord.crc32c(bytes))
        }
    }
}
