import ArgumentParser
import Glibc
import Transport

/// Our server's side, for a fuzzing client to work on.
struct ServeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Listens on 127.0.0.1, prints the port, and echoes until it is killed.",
        discussion: """
            Example:
              wsecho serve --certificate cert.pem --key key.pem
            """
    )

    @Option(help: "The port; 0 takes a free one.")
    var port: UInt16 = 0

    @Option(help: "PEM file of the certificate chain; plain without it.")
    var certificate: String?

    @Option(help: "PEM file of the private key.")
    var key: String?

    @Option(help: "Largest message, in bytes.")
    var limit = 16 << 20

    func validate() throws {
        guard (certificate == nil) == (key == nil) else {
            throw ValidationError("--certificate and --key belong together")
        }
        guard (1...(1 << 30)).contains(limit) else {
            throw ValidationError("--limit is from 1 byte to 1 GiB")
        }
    }

    func run() throws {
        var loop = try EventLoop.echoing(limit)
        var identity: ServerIdentity?
        if let certificate, let key {
            identity = ServerIdentity(certificate: certificate, key: key)
        }
        print(try loop.listen(port: port, identity: identity))
        fflush(nil)
        let parent = getppid()
        // Its starter may be gone without a word.
        while getppid() == parent {
            loop.poll(timeout: .seconds(1))
            while let event = loop.next() {
                switch event {
                case .request(let id, let request) where request.isWebSocketUpgrade:
                    loop.acceptUpgrade(id)
                case .request(let id, _):
                    let nothing = UnsafeRawBufferPointer(start: nil, count: 0)
                    loop.respond(id, status: 404, body: nothing)
                case .message(let id, let message):
                    if loop.echo(message, on: id) != nil { loop.close(id, code: 1011) }
                default: break
                }
            }
        }
    }
}
