public import Orders
public import Units

/// A command's record, for comparing.
public enum CommandBytes {
    /// Whether `command` at `now` would be recorded as `entry`, byte for byte but for the number
    /// and the checksum.
    public static func are(
        _ command: OrderCommand,
        at now: Nanoseconds,
        equalTo entry: JournalEntry
    ) -> Bool {
        let length = RecordLayout.bytes(command)
        guard entry.kind == RecordLayout.kind(command), entry.now == now,
            entry.bytes.count == length
        else { return false }
        return withUnsafeTemporaryAllocation(byteCount: length, alignment: 8) { room in
            RecordLayout.write(command, to: room.baseAddress!)
            let payload = JournalFormat.recordHeaderBytes..<length
            return room[payload].elementsEqual(entry.bytes[payload])
        }
    }
}
