public import Orders

/// The `reqId` of a request on the trade socket: "PS7k2Qx9a-00000001-0000002a0000001f".
///
///     operation (P, A, C)  order link id (26)  request counter (8 hex digits)
///
/// 35 of the 36 characters allowed. The counter makes it unique (Bybit refuses a repeated one with
/// 20006); the rest lets a reply name its operation and child without a table of requests. A batch
/// has a small letter, and its first order's link id.
public enum RequestID {
    /// Bytes of an id.
    public static let length = 1 + OrderLinkID.length + 8

    /// Writes the id at `to`, which has room for `length` bytes.
    @inline(__always)
    static func write(
        _ operation: OrderOperation,
        _ child: ChildID,
        _ counter: UInt32,
        _ session: SessionPrefix,
        isBatch: Bool = false,
        to: UnsafeMutablePointer<UInt8>
    ) {
        to[0] = isBatch ? letter(operation) | 0x20 : letter(operation)
        OrderLinkID.write(child, session, to: to + 1)
        UnsafeMutableRawPointer(to).storeBytes(
            of: Hex.digits(counter),
            toByteOffset: 1 + OrderLinkID.length,
            as: UInt64.self
        )
    }

    /// The operation and child that `bytes` name; nil when they are not an id of `session`.
    public static func read(
        _ bytes: UnsafeRawBufferPointer,
        _ session: SessionPrefix
    ) -> (operation: OrderOperation, child: ChildID)? {
        guard bytes.count == length,
            let operation = operation(bytes[0]),
            let child = OrderLinkID.read(
                UnsafeRawBufferPointer(rebasing: bytes[1..<1 + OrderLinkID.length]),
                session
            )
        else { return nil }
        return (operation, child)
    }

    /// The operation and the number of the batch that `bytes` name; nil when they name none of
    /// `session`.
    public static func readBatch(
        _ bytes: UnsafeRawBufferPointer,
        _ session: SessionPrefix
    ) -> (operation: OrderOperation, number: UInt32)? {
        let end = 1 + OrderLinkID.length
        guard bytes.count == length, bytes[0] & 0x20 != 0,
            let operation = operation(bytes[0] & ~0x20),
            OrderLinkID.read(UnsafeRawBufferPointer(rebasing: bytes[1..<end]), session) != nil,
            let number = Hex.value(bytes.loadUnaligned(fromByteOffset: end, as: UInt64.self))
        else { return nil }
        return (operation, number)
    }

    private static func letter(_ operation: OrderOperation) -> UInt8 {
        switch operation {
        case .place: UInt8(ascii: "P")
        case .amend: UInt8(ascii: "A")
        case .cancel: UInt8(ascii: "C")
        }
    }

    private static func operation(_ letter: UInt8) -> OrderOperation? {
        switch letter {
        case UInt8(ascii: "P"): .place
        case UInt8(ascii: "A"): .amend
        case UInt8(ascii: "C"): .cancel
        default: nil
        }
    }
}
