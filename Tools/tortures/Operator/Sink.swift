import Foundation

/// The harness's end of one of a session's outputs.
///
/// Every descriptor here is closed in other children; `child` is what the session gets.
final class Sink {
    let kind: SinkKind
    /// What the session writes to; nil where it is closed.
    private(set) var child: Int32?
    /// The terminal that the session opens by itself, so that it becomes its own.
    private(set) var terminalPath: String?
    /// What has arrived.
    private(set) var text: [UInt8] = []

    // Linux's own requests, which Glibc's module does not show: F_SETPIPE_SZ, TIOCSPTLCK, TIOCGPTN.
    private static let pipeSize: Int32 = 1_031
    private static let lockTerminal: UInt = 0x4004_5431
    private static let terminalNumber: UInt = 0x8004_5430

    private var reader: Int32?
    private let path: String?

    /// - Parameter place: the path of its file or pipe; on a small disk for `smallDisk`.
    init(_ kind: SinkKind, _ place: String) throws {
        self.kind = kind
        switch kind {
        case .terminal, .heldTerminal:
            path = nil
            try openTerminal()
        case .pipe, .unreadPipe, .brokenPipe:
            path = nil
            try openPipe(place)
        case .fullDevice:
            path = nil
            child = open("/dev/full", O_WRONLY | O_CLOEXEC)
        case .closed:
            path = nil
        case .file, .smallDisk:
            path = place
            child = open(place, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
            guard child != -1 else { throw SinkError(what: "\(place)") }
        }
    }

    deinit {
        closeChild()
        closeReader()
    }

    private func openTerminal() throws {
        let master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
        var (isLocked, number) = (Int32(0), Int32(0))
        guard master >= 0, ioctl(master, Sink.lockTerminal, &isLocked) == 0,
            ioctl(master, Sink.terminalNumber, &number) == 0
        else { throw SinkError(what: "a terminal") }
        terminalPath = "/dev/pts/\(number)"
        reader = master
        _ = fcntl(master, F_SETFL, O_NONBLOCK)
        var size = winsize(ws_row: 24, ws_col: 80, ws_xpixel: 0, ws_ypixel: 0)
        _ = ioctl(master, UInt(TIOCSWINSZ), &size)
    }

    private func openPipe(_ path: String) throws {
        let (reader, writer) = try Sink.pipe(path)
        (self.reader, child) = (reader, writer)
        if kind == .brokenPipe { closeReader() }
        if kind == .unreadPipe {
            _ = fcntl(writer, Sink.pipeSize, 4_096)
            _ = fcntl(writer, F_SETFL, O_NONBLOCK)
            let page = [UInt8](repeating: UInt8(ascii: "."), count: 4_096)
            while write(writer, page, page.count) > 0 {}
            while write(writer, page, 1) > 0 {}
            // The session's own end waits, as one of a shell's pipe does.
            _ = fcntl(writer, F_SETFL, 0)
        }
    }

    /// A pipe whose ends no other child gets, not even one that is started meanwhile; the end that
    /// reads does not wait.
    static func pipe(_ path: String) throws -> (reader: Int32, writer: Int32) {
        guard mkfifo(path, 0o600) == 0 else { throw SinkError(what: "a pipe") }
        defer { unlink(path) }
        let reader = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        let writer = open(path, O_WRONLY | O_CLOEXEC)
        guard reader >= 0, writer >= 0 else { throw SinkError(what: "a pipe") }
        return (reader, writer)
    }

    /// Gives up the session's own end, once it has it.
    func closeChild() {
        if let child { close(child) }
        child = nil
    }

    /// The reader goes; of a terminal: it is closed.
    func closeReader() {
        drain()
        if let reader { close(reader) }
        reader = nil
    }

    /// Whether a reader is still there.
    var hasReader: Bool { reader != nil }

    /// Presses keys, where it is a terminal.
    func type(_ keys: [UInt8]) {
        if terminalPath != nil, let reader { _ = write(reader, keys, keys.count) }
    }

    /// Takes what has arrived, where there is a reader.
    func drain() {
        guard let reader, !kind.holds else { return }
        take(reader)
    }

    /// Reads what waited, so that a writer goes on.
    func release() {
        if let reader { take(reader) }
    }

    private func take(_ reader: Int32) {
        var block = [UInt8](repeating: 0, count: 16_384)
        while true {
            let count = read(reader, &block, block.count)
            guard count > 0 else { return }
            text += block[..<count]
        }
    }

    /// All that has arrived, a file's content included.
    var content: String {
        guard let path else { return String(decoding: text, as: UTF8.self) }
        return String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
    }
}

/// What the harness itself could not have.
struct SinkError: Error, CustomStringConvertible {
    let what: String
    private let code = errno

    var description: String { "cannot have \(what): \(String(cString: strerror(code)))" }
}
