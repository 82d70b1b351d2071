import Units
import Wire

/// The fixed texts of the depth topics a connection carries, learned from their first messages.
///
///     {"topic":"orderbook.50.BTCUSDT",        … ,"data":{"s":"BTCUSDT","b":[
///
/// With them a message's topic and symbol are recognised by a few whole-word comparisons.
struct DepthShapes: ~Copyable {
    /// One topic's texts.
    struct Shape: BitwiseCopyable {
        var headCount = 0
        var bodyCount = 0
        var depth: Int32 = 0
        var instrument = 0
        /// How long its prices are.
        var price = FastText.DecimalShape()
    }

    static let capacity = 8
    private static let textCapacity = 96
    private(set) var count = 0
    private var nextVictim = 0
    /// The shape that matched last: tried first.
    var last = 0
    let shapes: UnsafeMutablePointer<Shape>
    private let texts: UnsafeMutablePointer<UInt8>

    init() {
        shapes = .allocate(capacity: DepthShapes.capacity)
        shapes.initialize(repeating: Shape(), count: DepthShapes.capacity)
        texts = .allocate(capacity: DepthShapes.capacity * 2 * DepthShapes.textCapacity)
    }

    deinit {
        shapes.deallocate()
        texts.deallocate()
    }

    @inline(__always) func head(_ index: Int) -> UnsafePointer<UInt8> {
        UnsafePointer(texts + index &* 2 &* DepthShapes.textCapacity)
    }

    @inline(__always) func body(_ index: Int) -> UnsafePointer<UInt8> {
        UnsafePointer(texts + (index &* 2 &+ 1) &* DepthShapes.textCapacity)
    }

    /// Remembers a topic that the general path has read; the oldest makes room.
    mutating func learn(_ topic: Topic, _ entry: InstrumentTable.Entry) {
        for i in 0..<count
        where shapes[i].depth == topic.depth && shapes[i].instrument == topic.instrument { return }
        let index = count < DepthShapes.capacity ? count : nextVictim
        if count < DepthShapes.capacity { count &+= 1 }
        nextVictim = (nextVictim &+ 1) % DepthShapes.capacity
        var head = ByteWriter(room(head(index)))
        head.append(#"{"topic":"orderbook."#)
        head.append(Int64(topic.depth))
        head.append(byte: UInt8(ascii: "."))
        entry.appendSymbol(&head)
        head.append(#"","#)
        var body = ByteWriter(room(body(index)))
        body.append(#","data":{"s":""#)
        entry.appendSymbol(&body)
        body.append(#"","b":["#)
        shapes[index] = Shape(
            headCount: head.count,
            bodyCount: body.count,
            depth: topic.depth,
            instrument: topic.instrument
        )
    }

    private func room(_ text: UnsafePointer<UInt8>) -> UnsafeMutableRawBufferPointer {
        UnsafeMutableRawBufferPointer(
            start: UnsafeMutablePointer(mutating: text),
            count: DepthShapes.textCapacity
        )
    }
}

extension InstrumentTable.Entry {
    /// Appends the symbol's bytes.
    func appendSymbol(_ out: inout ByteWriter) {
        withUnsafeBytes(of: symbol) { bytes in
            for byte in bytes where byte != 0 { out.append(byte: byte) }
        }
    }
}
