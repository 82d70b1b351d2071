import Foundation
import Units

/// `sluice venue` of one run.
final class VenueProcess {
    let port: UInt16
    let ca: String
    private let program: Program
    private var isGone = false

    init(
        _ sluice: String,
        _ arguments: [String],
        _ environment: [String: String],
        _ folder: String
    ) throws {
        let (reader, writer) = try Sink.pipe("\(folder)/venue")
        defer { close(reader) }
        let log = open("\(folder)/venue.log", O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        let null = open("/dev/null", O_RDONLY | O_CLOEXEC)
        defer {
            close(log)
            close(null)
        }
        program = try Program(
            [sluice, "venue"] + arguments,
            environment,
            input: null,
            output: writer,
            errors: log
        )
        close(writer)
        var line: [UInt8] = []
        var byte: UInt8 = 0
        _ = fcntl(reader, F_SETFL, 0)
        while read(reader, &byte, 1) == 1, byte != UInt8(ascii: "\n") { line.append(byte) }
        let said = try? JSONSerialization.jsonObject(with: Data(line)) as? [String: Any]
        guard let port = said?["port"] as? Int, let ca = said?["ca"] as? String else {
            throw SinkError(what: "a venue: it said \(String(decoding: line, as: UTF8.self))")
        }
        self.port = UInt16(port)
        self.ca = ca
    }

    func freeze() { program.send(SIGSTOP) }

    func thaw() { program.send(SIGCONT) }

    /// Ends as if its machine had lost its power.
    func vanish() {
        isGone = true
        program.send(SIGKILL)
        try? FileManager.default.removeItem(atPath: (ca as NSString).deletingLastPathComponent)
    }

    /// Whether it could be reached.
    var isThere: Bool { !isGone }

    /// Ends it and waits, so that its keys go with it.
    func stop() {
        thaw()
        program.send(SIGTERM)
        let latest = ContinuousClock.now + .seconds(5)
        while !program.hasEnded, ContinuousClock.now < latest { usleep(5_000) }
    }
}
