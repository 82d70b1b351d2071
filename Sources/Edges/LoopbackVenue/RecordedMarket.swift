internal import Book
internal import Recordings
internal import Simulation
internal import Units
internal import Venues
internal import Wire

/// Recordings of one market, played one after the other as if they were one.
///
/// Time is the recorded `ts`: zero at the first whole book, before which nothing is played. The
/// first book is read when the market is made, so that a bad file is known at once. A gap or a line
/// that makes no sense later on ends the feed there.
final class RecordedMarket: MarketFeed {
    let depth: Int
    private(set) var ending = ""
    private let files: [String]
    private let speaker: BybitDecoderBox
    private var fileIndex = 0
    private var file: MessageFile
    private var first: FeedAction?
    /// Recorded time that counts as zero.
    private var origin = Nanoseconds.zero
    private var last = Nanoseconds.zero
    private var sequence: Int64?
    private var isOver = false
    /// Updates told before, and messages of prints that cannot be read: both are passed over.
    private var repeats = 0
    private var unreadablePrints = 0

    /// No recording is longer: thirty years.
    private static let longest = Nanoseconds.seconds(1_000_000_000)
    /// The pause between one file's end and the next one's start.
    private static let seam = Nanoseconds.milliseconds(20)

    init(_ files: [String], _ instrument: Instrument) throws {
        self.files = files
        speaker = BybitDecoderBox(instrument)
        file = try RecordedMarket.open(files[0])
        let opening = try RecordedMarket.opening(file, speaker, files[0])
        depth = opening.depth
        first = FeedAction(at: .zero, kind: opening.kind)
        origin = opening.at
        sequence = opening.sequence
        // The others are looked at as well: better to refuse now than to stop half-way.
        for name in files.dropFirst() {
            _ = try RecordedMarket.opening(try RecordedMarket.open(name), speaker, name)
        }
    }

    func next() -> FeedAction? {
        if let first {
            self.first = nil
            return first
        }
        while !isOver {
            do {
                if let line = try file.next() {
                    if let action = try action(speaker.decode(line)) { return action }
                } else if let opening = try openNext() {
                    return opening
                }
            } catch {
                finish("\(error)")
            }
        }
        return nil
    }

    private func finish(_ why: String) {
        isOver = true
        ending = why
    }

    /// The next file's first book; nil after the last file.
    private func openNext() throws -> FeedAction? {
        fileIndex += 1
        guard fileIndex < files.count else {
            finish(over)
            return nil
        }
        file = try RecordedMarket.open(files[fileIndex])
        let opening = try RecordedMarket.opening(file, speaker, files[fileIndex])
        last = last + RecordedMarket.seam
        origin = opening.at - last
        sequence = opening.sequence
        return FeedAction(at: last, kind: opening.kind)
    }

    /// How it ends, with what was passed over.
    private var over: String {
        var text = "the recording is over"
        if repeats > 0 { text += "; \(repeats.counted("repeated update")) passed over" }
        if unreadablePrints > 0 {
            text += "; \(unreadablePrints.counted("unreadable print")) passed over"
        }
        return text
    }

    /// What one message does; nil when it is of no use here.
    private func action(_ message: RecordedMessage) throws -> FeedAction? {
        switch message {
        case .book(let book):
            if book.kind == .delta, let sequence, book.sequence != sequence + 1 {
                if book.sequence <= sequence && book.sequence != 1 {
                    repeats += 1
                    return nil
                }
                throw failure("the book jumps from update \(sequence) to \(book.sequence)")
            }
            sequence = book.sequence
            return FeedAction(at: at(book.publishedAt), kind: book.action)
        case .trades(let publishedAt, let trades):
            return trades.isEmpty
                ? nil : FeedAction(at: at(publishedAt), kind: .trades(trades))
        case .unreadable:
            unreadablePrints += 1
            return nil
        case .other: return nil
        case .malformed(let why): throw failure(why)
        }
    }

    /// Time since the start of the feed; a clock that was set back, or far astray, stands still.
    private func at(_ recorded: Nanoseconds) -> Nanoseconds {
        let (elapsed, overflows) = recorded.count.subtractingReportingOverflow(origin.count)
        if !overflows && elapsed < RecordedMarket.longest.count {
            last = max(last, Nanoseconds(elapsed))
        }
        return last
    }

    private func failure(_ why: String) -> LoopbackVenueError {
        .feed(file: file.name, reason: "line \(file.line): \(why)")
    }
}

extension RecordedMarket {
    /// A recording's first whole book.
    private struct Opening {
        var depth: Int
        var at: Nanoseconds
        var sequence: Int64
        var kind: FeedAction.Kind
    }

    /// The symbol that a recording is about, by its first message of a market.
    static func symbol(of name: String) throws -> String {
        let file = try open(name)
        // The line is a view into the file's buffer.
        return try withExtendedLifetime(file) {
            while let line = try file.next() {
                do throws(DecodeError) {
                    if let symbol = try symbol(line) { return symbol }
                } catch {
                    throw LoopbackVenueError.feed(
                        file: name,
                        reason: "line \(file.line): \(error)"
                    )
                }
            }
            throw LoopbackVenueError.feed(file: name, reason: "names no market of Bybit's")
        }
    }

    /// The symbol of a message's topic; nil where it has none: an answer to a subscription.
    private static func symbol(_ line: UnsafeRawBufferPointer) throws(DecodeError) -> String? {
        var json = JSONScanner(line)
        var topic: String?
        guard try json.kind() == .object else { return nil }
        try json.openObject()
        while let key = try json.nextKey() {
            if key.equals("topic"), try json.kind() == .string {
                topic = try json.string().string
            } else {
                try json.skipValue()
            }
        }
        let parts = topic?.split(separator: ".") ?? []
        return parts.count > 1 ? String(parts[parts.count - 1]) : nil
    }

    private static func open(_ name: String) throws -> MessageFile {
        do { return try MessageFile(name) } catch let error as RecordingError {
            throw LoopbackVenueError.feed(file: name, reason: error.reason)
        }
    }

    /// Reads up to the first whole book.
    private static func opening(
        _ file: MessageFile,
        _ speaker: BybitDecoderBox,
        _ name: String
    ) throws -> Opening {
        while let line = try file.next() {
            switch speaker.decode(line) {
            case .book(let book) where book.kind == .snapshot && book.publishedAt > .zero:
                return Opening(
                    depth: book.depth,
                    at: book.publishedAt,
                    sequence: book.sequence,
                    kind: book.action
                )
            case .malformed(let why):
                throw LoopbackVenueError.feed(file: name, reason: "line \(file.line): \(why)")
            default: continue
            }
        }
        throw LoopbackVenueError.feed(file: name, reason: "holds no whole book")
    }
}
