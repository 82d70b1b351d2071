import ArgumentParser
import Glibc
import TestSupport
import Transport
import Units

/// Takes numbered, checksummed messages as fast as they come and misses none.
struct StreamCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stream",
        abstract: "Receives numbered messages and checks every one.",
        discussion: """
            Message n, from 0, is the CRC-32 of what follows in 8 hexadecimal digits, its number in \
            16 more, and any bytes. Tools/interop --messages starts such a server.

            Example:
              wsecho stream --url wss://localhost:9443/push?count=1000 --ca ca.pem --count 1000
            """
    )

    @OptionGroup var server: ServerOptions

    @Option(help: "Messages to wait for.")
    var count: UInt64

    func run() throws {
        var configuration = LoopConfiguration()
        configuration.maxMessageBytes = server.limit
        var loop = try EventLoop(configuration)
        let endpoint = try server.endpoint()
        let id = try loop.openWebSocket(endpoint)
        var check = StreamCheck()
        let begin = seconds()
        while check.count < count {
            loop.poll(timeout: .milliseconds(100))
            while let event = loop.next() {
                switch event {
                case .message(id, let message):
                    if let fault = check.take(message.payload) { throw WsechoError.wrong(fault) }
                case .closed(id, let reason):
                    if check.count >= count { break }
                    throw WsechoError.ended("after \(check.count) messages", reason)
                default: break
                }
            }
            guard seconds() - begin < Double(server.timeout) else {
                throw WsechoError.timedOut("\(check.count) messages", seconds: server.timeout)
            }
        }
        let spent = seconds() - begin
        guard check.count == count else {
            throw WsechoError.wrong("\(check.count) messages came, \(count) were expected")
        }
        let counters = loop.counters
        let rate = Int(Double(count) / spent)
        print(
            """
            \(count) messages, \(check.bytes) bytes of payload, none lost or changed: \
            \(Int(spent * 1_000)) ms, \(rate) a second, \(counters.records) records, \
            \(counters.buffersExhausted) times out of receive buffers
            """
        )
    }

    private func seconds() -> Double {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        return Double(now.tv_sec) + Double(now.tv_nsec) / 1e9
    }
}
