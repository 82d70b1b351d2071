import Foundation
import Transport
import Wire

/// A WebSocket from server to client without a socket between them: real handshake, real upgrade,
/// real records, in memory; or the same without TLS.
final class MemoryLink {
    struct Failed: Error {
        var what: String
    }

    private(set) var server: Connection
    private(set) var client: Connection
    private let room: UnsafeMutableRawBufferPointer
    /// The client's last record, where it lay when it was sent.
    private var lastRecord = UnsafeRawBufferPointer(start: nil, count: 0)

    /// Connects the two ends: under `certificates`, or without TLS when there are none.
    init(_ certificates: BenchCertificates?) throws {
        var configuration = LoopConfiguration()
        configuration.sendBufferBytes = 1 << 22
        server = Connection(configuration, maskSeed: 1)
        client = Connection(configuration, maskSeed: 2)
        room = .allocate(byteCount: 1 << 16, alignment: 64)
        var theirs: TLSSession?
        var ours: TLSSession?
        if let certificates {
            let identity = ServerIdentity(certificate: certificates.chain, key: certificates.key)
            theirs = TLSSession(server: try TLSContext(identity: identity))
            let context = try TLSContext(trust: .file(certificates.authority))
            ours = TLSSession(client: context, host: "localhost")
        }
        server.start(.server, tls: theirs)
        client.start(
            .webSocketClient,
            tls: ours,
            upgrade: Endpoint(host: "localhost", port: 443, path: "/v5/public/linear")
        )
        try open()
    }

    deinit { room.deallocate() }

    private func open() throws {
        var isOpen = false
        for _ in 0..<32 where !isOpen {
            isOpen = try pump()
        }
        guard isOpen else { throw Failed(what: "the memory link did not open") }
        // Session tickets arrive after the handshake: take them in before anything is timed.
        _ = try pump()
    }

    /// Carries everything that waits across, both ways; says whether the client opened.
    private func pump() throws -> Bool {
        var isOpen = false
        client.feed(UnsafeRawBufferPointer(start: nil, count: 0), ticks: 0)
        while let event = client.next() {
            if case .opened = event { isOpen = true }
        }
        let up = Data(client.outbound.pending)
        client.outbound.consume(up.count)
        try up.withUnsafeBytes { bytes in
            server.feed(bytes, ticks: 0)
            while let event = server.next() {
                if case .request = event { _ = server.acceptUpgrade() }
                if case .closed(let reason) = event { throw Failed(what: "\(reason)") }
            }
        }
        let down = Data(server.outbound.pending)
        server.outbound.consume(down.count)
        try down.withUnsafeBytes { bytes in
            client.feed(bytes, ticks: 0)
            while let event = client.next() {
                if case .opened = event { isOpen = true }
                if case .closed(let reason) = event { throw Failed(what: "\(reason)") }
            }
        }
        return isOpen
    }

    /// The record in which the server sends `payload`. The caller keeps it alive while it is read.
    func seal(_ payload: UnsafeRawBufferPointer) -> PaddedBytes {
        let body = UnsafeMutableRawBufferPointer(
            rebasing: room[FrameHeader.maxLength..<(FrameHeader.maxLength + payload.count)]
        )
        body.copyMemory(from: payload)
        let refusal = server.send(.text, body)
        precondition(refusal == nil)
        let record = PaddedBytes(server.outbound.pending)
        server.outbound.consume(server.outbound.pending.count)
        return record
    }

    /// The client's next message out of `record`.
    @inline(__always)
    func receive(_ record: UnsafeRawBufferPointer, ticks: UInt64) -> Message? {
        client.feed(record, ticks: ticks)
        while let event = client.next() {
            if case .message(let message) = event { return message }
        }
        return nil
    }

    /// Room for a message of the client's, with the header's place before it.
    @inline(__always)
    var outgoing: UnsafeMutableRawBufferPointer {
        UnsafeMutableRawBufferPointer(rebasing: room[FrameHeader.maxLength...])
    }

    /// Frames, masks and encrypts the client's message; returns the bytes that would be sent.
    @inline(__always)
    func send(_ length: Int) -> Int {
        let body = UnsafeMutableRawBufferPointer(rebasing: outgoing[..<length])
        guard client.send(.text, body) == nil else { return 0 }
        lastRecord = client.outbound.pending
        client.outbound.consume(lastRecord.count)
        return lastRecord.count
    }

    /// A hash of what the server reads in the record just sent; nil when it reads no message.
    /// Records must be delivered from the first on and without a gap, or not at all.
    func delivered() -> UInt64? {
        var hash: UInt64?
        server.feed(lastRecord, ticks: 0)
        while let event = server.next() {
            guard case .message(let message) = event else { continue }
            hash = message.payload.reduce(1) { fold($0, UInt64($1)) }
        }
        return hash
    }
}
