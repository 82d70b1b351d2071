import CLinux
import Wire

/// OpenSSL with the message sizes of `wire.order.hot`, and nothing else.
final class BareWireState {
    private let tls: BareTLS
    private var script = TouchScript()
    private let commandFrame: Int

    init() throws {
        tls = try BareTLS(BenchCertificates.shared())
        let model = try WireState(isSecure: false)
        _ = model.run(1, Stopwatch(), coldBytes: 0)
        // A client's header of up to 64 KiB, with its mask.
        commandFrame = model.commandBytes + 8
    }

    func run(_ count: Int, _ watch: Stopwatch) -> UInt64 {
        var hash: UInt64 = 1
        for _ in 0..<count {
            let frame = script.next().bytes.count + 4
            tls.supply(frame)
            watch.start()
            let opened = tls.open()
            let sealed = tls.seal(commandFrame)
            watch.stop()
            guard opened == frame, sealed > commandFrame else { return 0 }
            hash = fold(hash, UInt64(opened) << 32 | UInt64(sealed))
        }
        return hash
    }
}

/// OpenSSL alone with messages of 300 B and their headers.
final class BareRecordState {
    private let tls: BareTLS

    init() throws { tls = try BareTLS(BenchCertificates.shared()) }

    func open(_ count: Int, _ watch: Stopwatch) -> UInt64 {
        var hash: UInt64 = 1
        for _ in 0..<count {
            tls.supply(304)
            watch.start()
            let opened = tls.open()
            watch.stop()
            hash = fold(hash, UInt64(opened))
        }
        return hash
    }

    func seal(_ count: Int) -> UInt64 {
        var hash: UInt64 = 1
        for _ in 0..<count { hash = fold(hash, UInt64(tls.seal(308))) }
        return hash
    }
}

/// So many times as long as `wire.order.hot` takes, of nothing but looking at the clock. An
/// operation that is interrupted takes longer by the interruption, whatever it does: beside this
/// row's tail, that of a row with work in it can be read.
func spin(_ count: Int, _ watch: Stopwatch) -> UInt64 {
    var hash: UInt64 = 1
    // 1.6 µs at 2.6 GHz; other counters tick at 1 to 4.
    let span: UInt64 = 4_160
    for i in 0..<count {
        let start = watch.start()
        while sluice_ticks() &- start < span {}
        watch.stop()
        hash = fold(hash, UInt64(i))
    }
    return hash
}
