import Orders

/// The batches that were sent lately, so that answers that name no order can be told apart: an
/// entry of a reply that failed may lack its names, and is known by its place alone.
///
/// The last 64 by the number of their request; an older one's answer is understood as far as it
/// names its orders.
struct BatchesUnderWay: ~Copyable {
    private static let capacity = 64

    private struct Batch: BitwiseCopyable {
        var number: UInt32 = 0
        var count = 0
    }

    private let batches: UnsafeMutablePointer<Batch>
    private let children: UnsafeMutablePointer<ChildID>
    private var next = 0

    init() {
        batches = .allocate(capacity: BatchesUnderWay.capacity)
        batches.initialize(repeating: Batch(), count: BatchesUnderWay.capacity)
        let count = BatchesUnderWay.capacity * BybitEncoder.batchCount
        children = .allocate(capacity: count)
        children.initialize(
            repeating: ChildID(parent: ParentID(0), number: 0),
            count: count
        )
    }

    deinit {
        batches.deallocate()
        children.deallocate()
    }

    mutating func add(_ number: UInt32, _ commands: UnsafeBufferPointer<OrderCommand>) {
        batches[next] = Batch(number: number, count: commands.count)
        for i in 0..<commands.count {
            children[next * BybitEncoder.batchCount + i] = commands[i].child
        }
        next = next + 1 == BatchesUnderWay.capacity ? 0 : next + 1
    }

    /// The children of that batch, in order; empty when it is not known.
    func children(of number: UInt32) -> UnsafeBufferPointer<ChildID> {
        for i in 0..<BatchesUnderWay.capacity
        where batches[i].number == number && batches[i].count > 0 {
            return UnsafeBufferPointer(
                start: children + i * BybitEncoder.batchCount,
                count: batches[i].count
            )
        }
        return UnsafeBufferPointer(start: children, count: 0)
    }
}
