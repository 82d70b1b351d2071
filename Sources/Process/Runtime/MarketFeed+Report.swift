internal import Engine
internal import Lines
internal import Reports
internal import Telemetry
internal import Units
internal import Venues

extension MarketFeed {
    /// How the market data came.
    func section(
        _ clock: VenueClock,
        endedAt: Nanoseconds,
        _ ticker: TickerState,
        _ instrument: Instrument,
        _ decoder: borrowing BybitDecoder
    ) -> FeedSection {
        let counts = lines.counts
        let tape = lines.tapeCounts(at: endedAt)
        let wins = (0..<lines.count).reduce(0) { $0 + lines.counts(of: $1).wins }
        return FeedSection(
            lines: (0..<lines.count).map { line($0, of: wins) },
            bookLosses: counts.losses,
            bookAged: counts.aged,
            bookFrozen: counts.frozen,
            staleNs: lines.staleTime(until: endedAt).count,
            bookRecovery: LatencySection(lines.bookRecovery),
            lineRecovery: LatencySection(lines.lineRecovery),
            snapshots: counts.snapshots,
            filledGaps: counts.filledGaps,
            restarts: counts.restarts,
            duplicatePrints: counts.duplicatePrints,
            printQuestions: tape.questions,
            repairedPrints: tape.repaired,
            missingPrints: missingPrints(endedAt: endedAt),
            unreadablePrints: Int(decoder.unreadablePrintCount),
            offStepLevels: Int(decoder.offStepLevelCount),
            offStepPrints: Int(decoder.offStepPrintCount),
            unreadableTickers: Int(decoder.unreadableTickerCount),
            unaskedMessages: Int(decoder.unaskedCount),
            matchedToUs: LatencySection(matchedToUs),
            publishedToUs: LatencySection(publishedToUs),
            socketToBook: socketToBook.count > 0 ? LatencySection(socketToBook) : nil,
            ticker: plan.tickerTopic.map { _ in
                TickerSection(
                    messages: tickers,
                    resyncs: tickerResyncs,
                    age: tickers > 0 ? max(.zero, endedAt - ticker.heardAt) : nil,
                    markHalfTicks: ticker.markHalfTicks,
                    fundingRateE9: ticker.fundingRateE9,
                    nextFundingAt: ticker.nextFundingAt,
                    instrument: instrument
                )
            },
            venueClock: VenueClockSection(
                offset: clock.offset.count,
                uncertainty: clock.uncertainty.count,
                samples: clock.count
            )
        )
    }

    /// The prints that nobody told until `endedAt`; nil where none are known to be missing.
    func missingPrints(endedAt: Nanoseconds) -> MissingPrintsSection? {
        let tape = lines.tapeCounts(at: endedAt)
        guard tape.gaps > 0 else { return nil }
        return MissingPrintsSection(
            gaps: tape.gaps,
            length: tape.missing,
            from: tape.missingFrom,
            to: tape.missingTo
        )
    }

    private func line(_ i: Int, of wins: Int) -> LineSection {
        let counts = lines.counts(of: i)
        return LineSection(
            address: address(of: i),
            winShare: wins > 0 ? Double(counts.wins) / Double(wins) : nil,
            wins: counts.wins,
            duplicates: counts.duplicates,
            lag: lines.withLag(of: i) { LatencySection($0) },
            losses: counts.losses,
            reconnects: counts.reconnects,
            silences: counts.silences,
            deaf: counts.deaf,
            resyncs: counts.resubscriptions,
            gaps: counts.gaps,
            malformed: counts.malformed,
            late: counts.late,
            contradictions: counts.contradictions,
            isRetired: lines.isRetired(i)
        )
    }
}
