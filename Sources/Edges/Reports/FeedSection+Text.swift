internal import Foundation
internal import Units

extension FeedSection {
    /// The section for a person: label and text of each row.
    func rows() -> [(label: String, text: String)] {
        var rows: [(label: String, text: String)] = []
        for (i, line) in lines.enumerated() {
            let share = line.winShare.map { String(format: "%.1f %%", $0 * 100) } ?? "–"
            var text = "\(line.address), first with \(share) of the book"
            if line.lag.count > 0 {
                text += ", else \(micros(line.lag.p50)) µs later (p99 \(micros(line.lag.p99)))"
            }
            if line.losses > 0 {
                text += ", lost \(line.losses.counted("time")), back \(line.reconnects)"
            }
            if line.isRetired { text += ", closed: it contradicted the others" }
            rows.append((lines.count > 1 ? "line \(i + 1)" : "market data", text))
        }
        let resyncs = lines.reduce(0) { $0 + $1.resyncs }
        if bookLosses > 0 || resyncs > 0 {
            rows.append(
                (
                    "book",
                    "lost \(bookLosses.counted("time"))\(frozenText), stale for \(String(format: "%.1f", Double(staleNs) / 1e6)) "
                        + "ms in all (longest \(micros(bookRecovery.max)) µs), \(resyncs.counted("resync"))"
                )
            )
        }
        if let text = unreadText { rows.append(("unreadable", text)) }
        rows.append(
            (
                "venue to us",
                "\(micros(matchedToUs.p50)) µs from the match, \(micros(publishedToUs.p50)) µs from "
                    + "publication (p99 \(micros(publishedToUs.p99))), "
                    + "clock known within ±\(micros(UInt64(max(0, venueClock.uncertaintyNs)))) µs"
            )
        )
        if let socketToBook {
            rows.append(
                (
                    "socket to book",
                    "\(micros(socketToBook.p50)) µs from the kernel's stamp "
                        + "(p99 \(micros(socketToBook.p99)))"
                )
            )
        }
        if let ticker, let mark = ticker.markPrice {
            let age = ticker.ageNs.map { String($0 / 1_000_000) } ?? "–"
            var text = "\(mark), \(age) ms old"
            if let rate = ticker.fundingRate { text += ", funding \(rate)" }
            rows.append(("mark price", text))
        }
        return rows
    }

    private var frozenText: String {
        bookFrozen > 0 ? " (\(bookFrozen) for standing still while others traded)" : ""
    }

    /// What could not be read, by kind, and what nobody asked for; nil when all was well.
    private var unreadText: String? {
        let malformed = lines.reduce(0) { $0 + $1.malformed }
        let parts = [
            unreadablePrints > 0
                ? "prints \(unreadablePrints) (the volume of others may be short)" : nil,
            offStepLevels > 0 ? "levels off the instrument's steps \(offStepLevels)" : nil,
            offStepPrints > 0 ? "prints off them \(offStepPrints)" : nil,
            unreadableTickers > 0 ? "tickers \(unreadableTickers)" : nil,
            malformed > 0 ? "book or other \(malformed)" : nil,
            unaskedMessages > 0 ? "passed over \(unaskedMessages) that nobody asked for" : nil,
        ].compactMap { $0 }
        return parts.isEmpty ? nil : parts.joined(separator: ", ")
    }

    private func micros(_ nanoseconds: UInt64) -> String {
        String(format: "%.0f", Double(nanoseconds) / 1e3)
    }
}
