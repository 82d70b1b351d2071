import Transport
import Wire

extension Rows {
    /// TLS and framing, one record an operation.
    static func transport() -> [Row] {
        [
            Row(
                name: "tls.decrypt.300",
                operation: "decrypt one TLS 1.3 record of a 300 B message and deframe it",
                count: 2_000
            ) {
                let state = try TLSState()
                return .each { state.decrypt($0, $1) }
            },
            Row(
                name: "tls.encrypt.300",
                operation: "frame, mask and encrypt one message of 300 B",
                count: 2_000
            ) {
                let state = try TLSState()
                return .batch { state.encrypt($0) }
            },
            Row(
                name: "openssl.decrypt.300",
                operation: "OpenSSL's part of tls.decrypt.300: one SSL_read_ex",
                count: 2_000
            ) {
                let state = try BareRecordState()
                return .each { state.open($0, $1) }
            },
            Row(
                name: "openssl.encrypt.300",
                operation: "OpenSSL's part of tls.encrypt.300: one SSL_write_ex",
                count: 2_000
            ) {
                let state = try BareRecordState()
                return .batch { state.seal($0) }
            },
        ]
    }
}

private final class TLSState {
    private let link: MemoryLink
    private let payload: PaddedBytes
    private var isFirst = true

    init() throws {
        link = try MemoryLink(BenchCertificates.shared())
        payload = [UInt8](repeating: 0x61, count: 300).withUnsafeBytes { PaddedBytes($0) }
    }

    func decrypt(_ count: Int, _ watch: Stopwatch) -> UInt64 {
        var hash: UInt64 = 1
        let records = (0..<count).map { i in
            let other = [UInt8](repeating: 0x61 + UInt8(i % 26), count: 300)
            return other.withUnsafeBytes { link.seal($0) }
        }
        defer { withExtendedLifetime(records) {} }
        for record in records {
            let start = watch.start()
            guard let message = link.receive(record.bytes, ticks: start) else { return 0 }
            watch.stop()
            hash = fold(hash, UInt64(message.payload.count) &+ UInt64(message.payload[299]))
        }
        return hash
    }

    func encrypt(_ count: Int) -> UInt64 {
        var hash: UInt64 = 1
        for i in 0..<count {
            link.outgoing.copyMemory(from: payload.bytes)
            link.outgoing[0] = 0x61 &+ UInt8(truncatingIfNeeded: i & 15)
            let sent = link.send(300)
            if sent == 0 { return 0 }
            // What was sent is random to all but the server: it reads what the hash is of.
            guard let value = isFirst ? link.delivered() : UInt64(sent) else { return 0 }
            hash = fold(hash, value)
        }
        isFirst = false
        return hash
    }
}
