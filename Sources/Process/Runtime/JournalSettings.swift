public import Journal
public import Units

/// Where and how a session is recorded.
public struct JournalSettings: Sendable {
    /// The directory for its segments; it must exist.
    public var directory: String
    /// Whether an order waits for its record to be durable.
    public var sync: JournalSync
    /// Bytes of a segment; nil for 64 MiB, and for the session's own where one is gone on with.
    public var segmentBytes: Int?
    /// Bytes between the hot thread and the disk, a power of two: at 168 bytes a book message and a
    /// thousand of them a second, 16 MiB are a minute and a half of a disk that does not answer.
    public var ringBytes = 16 << 20
    /// How long the disk may take nothing before it counts as one that hangs.
    public var diskPatience = Nanoseconds.seconds(1)
    /// The file system's calls.
    public var disk: JournalDisk

    /// A journal in `directory`.
    public init(
        directory: String,
        sync: JournalSync = .durable,
        segmentBytes: Int? = nil,
        disk: JournalDisk = .system
    ) {
        self.directory = directory
        self.sync = sync
        self.segmentBytes = segmentBytes
        self.disk = disk
    }
}
