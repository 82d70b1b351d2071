/// How a journal ends, once it has been read to its last whole record.
public enum JournalEnd: Hashable, Sendable {
    /// Closed in good order.
    case closed
    /// No closing record, and nothing behind the last: its process runs, was killed, or lost the
    /// disk.
    case open
    /// The last record was not written whole. What is before it is sound.
    case torn(Damage)
    /// Bytes that are no record lie where one should be: the file was changed or lost a write.
    /// What is before them is sound.
    case corrupt(Damage)

    /// Where reading stopped, and why.
    public struct Damage: Hashable, Sendable {
        /// The segment's file.
        public var path: String
        /// The byte at which the first record that cannot be read begins.
        public var offset: Int
        /// What is wrong with it.
        public var reason: String
    }

    /// In words.
    public var text: String {
        switch self {
        case .closed: "closed in good order"
        case .open: "not closed: its process was killed, lost the disk, or still runs"
        case .torn(let damage):
            "torn at byte \(damage.offset) of \(damage.path): \(damage.reason)"
        case .corrupt(let damage):
            "damaged at byte \(damage.offset) of \(damage.path): \(damage.reason)"
        }
    }
}
