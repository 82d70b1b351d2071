import Glibc

/// Says where a crash or a hang happened: the running entry and execution, from a signal handler.
enum Watch {
    /// Written by the one thread there is; read by its own signal handler.
    private nonisolated(unsafe) static let place = UnsafeMutablePointer<UInt8>.allocate(
        capacity: 128
    )
    private nonisolated(unsafe) static var length = 0
    private nonisolated(unsafe) static var seed: UInt64 = 0
    private nonisolated(unsafe) static var execution: UInt64 = 0

    /// Seconds that a thousand executions may take.
    private static let patience: UInt32 = 60

    /// Takes the signals of traps, faults and time-outs.
    static func install() {
        for number in [SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGALRM] {
            signal(number) { number in
                Watch.report(number == SIGALRM ? ": hangs; seed " : ": crashes; seed ")
                _exit(70)
            }
        }
    }

    /// About to run `execution`.
    @inline(__always)
    static func note(_ entry: String, seed: UInt64, execution: UInt64) {
        if execution & 1_023 == 0 || length == 0 {
            alarm(patience)
            length = 0
            for byte in entry.utf8.prefix(64) {
                place[length] = byte
                length += 1
            }
            self.seed = seed
        }
        self.execution = execution
    }

    /// Nothing runs.
    static func rest() {
        alarm(0)
        length = 0
    }

    private static func report(_ what: StaticString) {
        _ = write(2, place, length)
        _ = write(2, what.utf8Start, what.utf8CodeUnitCount)
        write(seed)
        let word: StaticString = ", execution "
        _ = write(2, word.utf8Start, word.utf8CodeUnitCount)
        write(execution)
        _ = write(2, "\n", 1)
    }

    private static func write(_ number: UInt64) {
        var rest = number
        var end = 128
        repeat {
            end -= 1
            place[end] = UInt8(ascii: "0") + UInt8(rest % 10)
            rest /= 10
        } while rest > 0 && end > 64
        _ = write(2, place + end, 128 - end)
    }

    private static func write(_ descriptor: CInt, _ bytes: UnsafeRawPointer, _ count: Int) -> Int {
        Glibc.write(descriptor, bytes, count)
    }
}
