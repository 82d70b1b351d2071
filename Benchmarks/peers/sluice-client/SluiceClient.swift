import CLinux
import Glibc
import Invocation
import Transport
import Units
import Wire

/// A WebSocket client on the production transport, for `Tools/peers`: takes the sender's messages
/// and prints what they cost, as one line of JSON.
///
///     sluice-client PORT CA-FILE (spin|block) CORE
@main
struct SluiceClient {
    private static let warmUp = 1_000

    static func main() {
        let arguments = Invocation.arguments
        guard arguments.count == 4, let port = UInt16(arguments[0]),
            let core = Int32(arguments[3]), ["spin", "block"].contains(arguments[2])
        else { fail("usage: sluice-client PORT CA-FILE (spin|block) CORE") }
        if core >= 0 { _ = sluice_pin_to_core(core) }
        do {
            try run(port, arguments[1], arguments[2] == "spin" ? .spin : .block)
        } catch {
            fail("\(error)")
        }
    }

    private static func run(_ port: UInt16, _ authority: String, _ waiting: Waiting) throws {
        var configuration = LoopConfiguration()
        configuration.connections = 2
        configuration.waiting = waiting
        var loop = try EventLoop(configuration)
        _ = try loop.openWebSocket(
            Endpoint(
                host: "localhost",
                port: port,
                trust: .file(authority),
                address: "127.0.0.1"
            )
        )
        // Room for every latency beforehand: nothing is allocated while messages arrive.
        var delays = [UInt64](repeating: 0, count: 1 << 22)
        var count = 0
        var hash: UInt64 = 1
        var cpuBefore: UInt64 = 0
        var cpuAfter: UInt64 = 0
        var isOpen = true
        while isOpen {
            loop.poll(timeout: .milliseconds(100))
            while let event = loop.next() {
                switch event {
                case .message(_, let message):
                    let stamp = sent(message.payload)
                    delays[count & ((1 << 22) - 1)] = sluice_monotonic() &- stamp
                    hash = (hash ^ UInt64(message.payload.count)) &* 0x100_0000_01b3
                    count += 1
                    if count == warmUp { cpuBefore = cpu() }
                    // The end of the stream is no message's cost.
                    if message.payload[20] == UInt8(ascii: "L") { cpuAfter = cpu() }
                case .closed: isOpen = false
                default: break
                }
            }
        }
        report(delays, count, hash, cpuAfter &- cpuBefore)
    }

    /// The sender's stamp: twenty digits of monotonic nanoseconds before everything else.
    @inline(__always)
    private static func sent(_ payload: UnsafeRawBufferPointer) -> UInt64 {
        var value: UInt64 = 0
        for i in 0..<20 { value = value &* 10 &+ UInt64(payload[i] &- 48) }
        return value
    }

    private static func cpu() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }

    private static func report(_ delays: [UInt64], _ count: Int, _ hash: UInt64, _ cpu: UInt64) {
        guard count > 2 * warmUp, count <= delays.count else { fail("\(count) messages came") }
        let sorted = delays[warmUp..<count].sorted()
        func rank(_ fraction: Double) -> Double {
            Double(sorted[Int(fraction * Double(sorted.count - 1))]) / 1_000
        }
        let cost = Double(cpu) / Double(count - warmUp)
        print(
            "{\"p50\":\(rank(0.5)),\"p99\":\(rank(0.99)),\"cpu\":\(cost),"
                + "\"messages\":\(count),\"hash\":\"\(String(hash, radix: 16))\"}"
        )
    }

    private static func fail(_ text: String) -> Never {
        _ = "sluice-client: \(text)\n".withCString { write(2, $0, strlen($0)) }
        exit(1)
    }
}
