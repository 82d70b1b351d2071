public import Orders
public import Units
import Wire

extension BybitEncoder {
    /// Orders that the venue takes in one batch, of whatever product class.
    public static let batchCount = 20
    /// Bytes that hold any batch.
    public static let batchCapacity = 16_384

    /// Writes `commands`, all of one operation and one product class, as one batch sent at `now`.
    ///
    ///     {"reqId":"c…","header":{…},"op":"order.cancel-batch","args":[{"category":"linear",
    ///      "request":[{"symbol":"BTCUSDT","orderLinkId":"…"},…]}]}
    ///
    /// - Precondition: 1…`batchCount` commands, and `buffer` holds `batchCapacity` bytes.
    /// - Returns: the message's length, and the number by which the decoder is told of the batch.
    public mutating func encode(
        batch commands: UnsafeBufferPointer<OrderCommand>,
        at now: Nanoseconds,
        into buffer: UnsafeMutableRawBufferPointer
    ) -> (length: Int, number: UInt32) {
        precondition((1...BybitEncoder.batchCount).contains(commands.count))
        precondition(buffer.count >= BybitEncoder.batchCapacity, "BybitEncoder: too small")
        let operation = commands[0].operation
        let number = requests
        requests &+= 1
        var out = ByteWriter(buffer)
        out.append(#"{"reqId":""#)
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: RequestID.length) { id in
            RequestID.write(
                operation,
                commands[0].child,
                number,
                session,
                isBatch: true,
                to: id.baseAddress!
            )
            out.append(UnsafeRawBufferPointer(id))
        }
        out.append(#"","header":{"X-BAPI-TIMESTAMP":""#)
        out.append(now.millisecondCount)
        out.append(#"","X-BAPI-RECV-WINDOW":""#)
        out.append(receiveWindowMilliseconds)
        switch operation {
        case .place: out.append(#""},"op":"order.create-batch","args":[{"category":""#)
        case .amend: out.append(#""},"op":"order.amend-batch","args":[{"category":""#)
        case .cancel: out.append(#""},"op":"order.cancel-batch","args":[{"category":""#)
        }
        var isFirst = true
        for command in commands {
            precondition(command.operation == operation, "BybitEncoder: one operation")
            if isFirst {
                switch category(command.instrument) {
                case .linear: out.append(#"linear","request":[{"#)
                case .spot: out.append(#"spot","request":[{"#)
                }
                isFirst = false
            } else {
                out.append(",{")
            }
            let instrument = beginEntry(command, &out, buffer)
            BybitEncoder.append(command, instrument, &out)
            out.append("}")
        }
        out.append("]}]}")
        precondition(!out.overflowed, "BybitEncoder: a batch fits")
        return (out.count, number)
    }
}
