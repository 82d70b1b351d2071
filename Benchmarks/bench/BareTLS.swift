import COpenSSL
import Wire

/// A client and a server of OpenSSL that hand each other records in memory, with nothing of ours
/// around them but the BIO: what is left is OpenSSL's own cost.
final class BareTLS {
    private let client: OpaquePointer
    private let server: OpaquePointer
    private let clientPipe = UnsafeMutablePointer<sluice_tls_pipe>.allocate(capacity: 1)
    private let serverPipe = UnsafeMutablePointer<sluice_tls_pipe>.allocate(capacity: 1)
    private let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 64)

    init(_ certificates: BenchCertificates) throws {
        let failed = MemoryLink.Failed(what: "OpenSSL refused its own certificates")
        guard let clients = sluice_tls_client_context(certificates.authority),
            let servers = sluice_tls_server_context(certificates.chain, certificates.key)
        else { throw failed }
        defer {
            SSL_CTX_free(clients)
            SSL_CTX_free(servers)
        }
        for pipe in [clientPipe, serverPipe] {
            pipe.initialize(to: sluice_tls_pipe())
            pipe.pointee.output = .allocate(capacity: 1 << 16)
            pipe.pointee.output_capacity = 1 << 16
        }
        client = sluice_tls_client(clients, "localhost", nil, clientPipe)
        server = sluice_tls_server(servers, serverPipe)
        var isDone = false
        for _ in 0..<8 where !isDone {
            let ours = SSL_do_handshake(client)
            carry(clientPipe, serverPipe)
            let theirs = SSL_do_handshake(server)
            carry(serverPipe, clientPipe)
            isDone = ours == 1 && theirs == 1
        }
        guard isDone else { throw failed }
        // Takes in the session tickets, and finds nothing.
        _ = open()
    }

    deinit {
        SSL_free(client)
        SSL_free(server)
        for pipe in [clientPipe, serverPipe] {
            pipe.pointee.output.deallocate()
            pipe.deallocate()
        }
        room.deallocate()
    }

    private func carry(
        _ from: UnsafeMutablePointer<sluice_tls_pipe>,
        _ to: UnsafeMutablePointer<sluice_tls_pipe>
    ) {
        to.pointee.input = UnsafePointer(from.pointee.output)
        to.pointee.input_count = from.pointee.output_count
        from.pointee.output_count = 0
    }

    /// Lets the server encrypt `count` bytes, for the client's next `open`.
    func supply(_ count: Int) {
        var written = 0
        _ = SSL_write_ex(server, room.baseAddress, count, &written)
        carry(serverPipe, clientPipe)
    }

    /// Decrypts the record that was supplied; returns its bytes.
    @inline(__always)
    func open() -> Int {
        var count = 0
        _ = SSL_read_ex(client, room.baseAddress, room.count, &count)
        return count
    }

    /// Encrypts `count` bytes; returns the record's.
    @inline(__always)
    func seal(_ count: Int) -> Int {
        clientPipe.pointee.output_count = 0
        var written = 0
        _ = SSL_write_ex(client, room.baseAddress, count, &written)
        return clientPipe.pointee.output_count
    }
}
