import Book
import Units
import Venues
import Wire

extension FeedInspection {
    /// Takes in one line; what is wrong with it, or nil.
    func take(_ payload: UnsafeRawBufferPointer) -> String? {
        let topic: MarketTopic?
        do {
            topic = try MarketTopic(payload)
        } catch {
            return "\(error)"
        }
        if let topic {
            if let symbol, topic.symbol != symbol {
                summary.otherMessages += 1
                return nil
            }
            if summary.symbol.isEmpty {
                guard begin(topic.symbol) else { return "the symbol \(topic.symbol) is too long" }
            }
            guard topic.symbol == summary.symbol else {
                return
                    "names \(topic.symbol) in a run of \(summary.symbol): say which with --symbol"
            }
        } else if summary.symbol.isEmpty {
            // Nothing to decode for yet, but what is passed over must be valid all the same.
            return validate(payload)
        }
        return decode(payload)
    }

    private func validate(_ payload: UnsafeRawBufferPointer) -> String? {
        var json = JSONScanner(payload)
        do {
            try json.skipValue()
            try json.finish()
        } catch {
            return "\(error)"
        }
        summary.otherMessages += 1
        return nil
    }

    /// Takes in one depth message; what is wrong with it, or nil.
    func take(_ update: DepthUpdate, _ book: inout OrderBook) -> String? {
        if summary.depth == 0 { summary.depth = Int(update.depth) }
        guard summary.depth == Int(update.depth) else {
            return "has depth \(update.depth) in a run of depth \(summary.depth)"
        }
        if let fault = note(start: update.publishedAt, of: &bookStart) { return fault }
        summary.messages += 1
        summary.levels += update.bids.count + update.asks.count
        summary.first = summary.first ?? update.publishedAt
        summary.last = update.publishedAt
        if isRepeated(update, book) {
            summary.repeats += 1
        } else {
            let known = book.sequence
            if book.apply(update) == .gap { note(gap: known, update) }
        }
        let counts = book.counts
        summary.gaps = Int(counts.gaps)
        summary.resets = Int(counts.resets)
        summary.crossed = Int(counts.crossed)
        summary.unknownDeletes = Int(counts.unknownDeletes)
        summary.overflows = Int(counts.overflows)
        note(book.integrity, update)
        if !book.integrity.isFollowing {
            summary.staleMessages += 1
            onDigest?(FeedDigest.staleLine(update.sequence))
        } else {
            let quote = book.bbo
            if quote.isTwoSided { summary.spread.add(quote.spreadTicks) }
            if let onDigest { onDigest(FeedDigest.line(book)) }
        }
        return nil
    }
}

extension FeedInspection {
    /// Holds the first message of a kind in a file to that in the files before: a stream goes on
    /// in time. Files that overlap may follow each other.
    ///
    /// - Returns: what is wrong with it, or nil.
    func note(start time: Nanoseconds, of start: inout FileStart?) -> String? {
        if let start, start.file == place.file { return nil }
        if let start, time < start.at {
            return "begins at \(time.utc(digits: 3)), before \(start.file), which was named "
                + "before it and begins at \(start.at.utc(digits: 3)): name the files in the order "
                + "of their time"
        }
        start = FileStart(file: place.file, at: time)
        return nil
    }

    /// Remembers since when the book cannot be trusted.
    private func note(_ integrity: BookIntegrity, _ update: DepthUpdate) {
        if integrity == .sound {
            summary.staleSince = nil
        } else if summary.staleSince == nil {
            summary.staleSince = FeedSummary.Stale(
                place: place,
                at: update.publishedAt,
                integrity: integrity
            )
        }
    }

    /// Counts a print that was made before the one that it follows.
    func note(printAt time: Nanoseconds) {
        defer { lastMatch = time }
        guard let lastMatch, time < lastMatch else { return }
        summary.earlierPrints += 1
        guard summary.earlierPlaces.count < FeedSummary.mostPlaces else { return }
        summary.earlierPlaces.append(FeedSummary.Earlier(place: place, at: time, before: lastMatch))
    }

    /// Counts a message of prints that cannot be read.
    func noteUnreadable(_ reason: String) {
        summary.unreadablePrints += 1
        guard summary.unreadablePlaces.count < FeedSummary.mostPlaces else { return }
        summary.unreadablePlaces.append(FeedSummary.Unreadable(place: place, reason: reason))
    }

    /// Remembers where a gap is.
    private func note(gap known: Int64, _ update: DepthUpdate) {
        guard summary.gapPlaces.count < FeedSummary.mostPlaces else { return }
        summary.gapPlaces.append(
            FeedSummary.Gap(
                place: place,
                at: update.publishedAt,
                after: known,
                before: update.sequence
            )
        )
    }

    /// Whether a message tells what the book knows already, or what it was before: a live line
    /// drops it. An update with number 1 begins the numbering again.
    private func isRepeated(_ update: DepthUpdate, _ book: borrowing OrderBook) -> Bool {
        update.kind == .delta && update.sequence != 1 && update.sequence <= book.sequence
            && book.integrity != .awaitingSnapshot
    }
}
