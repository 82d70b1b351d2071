import Orders
import Transport
import Units
import Venues

extension Rows {
    /// A sweep of eight resting orders: eight messages, or one.
    static func sweeps() -> [Row] {
        [
            Row(
                name: "sweep.single.8",
                operation: "eight order.cancel messages: encode, frame, mask and encrypt",
                count: 200
            ) {
                let state = try SweepState()
                return .batch { state.single($0) }
            },
            Row(
                name: "sweep.batch.8",
                operation: "one order.cancel-batch of eight: the same",
                count: 200
            ) {
                let state = try SweepState()
                return .batch { state.batch($0) }
            },
        ]
    }
}

private final class SweepState {
    private static let now = Nanoseconds.milliseconds(1_700_000_000_950)
    private let link: MemoryLink
    private var encoder = BybitEncoder(
        instruments: [FeedInput.bitcoin],
        session: SessionPrefix("benchrun")!
    )
    private let commands: UnsafeMutableBufferPointer<OrderCommand>

    init() throws {
        link = try MemoryLink(BenchCertificates.shared())
        commands = .allocate(capacity: 8)
        for i in 0..<8 {
            let child = ChildID(parent: ParentID(0), number: UInt32(i))
            commands.initializeElement(
                at: i,
                to: .cancel(CancelOrder(child: child, instrument: InstrumentID(0)))
            )
        }
    }

    deinit { commands.deallocate() }

    func single(_ count: Int) -> UInt64 {
        var hash: UInt64 = 1
        for _ in 0..<count {
            for command in commands {
                let length = encoder.encode(command, at: SweepState.now, into: link.outgoing)
                hash = fold(hash, UInt64(link.send(length)))
            }
        }
        return hash
    }

    func batch(_ count: Int) -> UInt64 {
        var hash: UInt64 = 1
        for _ in 0..<count {
            let (length, _) = encoder.encode(
                batch: UnsafeBufferPointer(commands),
                at: SweepState.now,
                into: link.outgoing
            )
            hash = fold(hash, UInt64(link.send(length)))
        }
        return hash
    }
}
